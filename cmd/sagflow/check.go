package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/human"
)

// checkCmd is `sagflow check`.
type checkCmd struct {
	File          string `arg:"" placeholder:"FILE" help:"The device's configuration, YAML."`
	Explain       bool   `help:"Print every setting in force and where its value comes from; never a secret."`
	NoCredentials bool   `help:"Don't look for an access key: for a check on another machine than the device."`
}

// Help is what --help shows below the flags.
func (*checkCmd) Help() string {
	return `Reads a device's configuration as the device would, and its credentials file if one is needed. It
prints ok and a summary, or all that is wrong at once, each line with file, line, column, key, value
and what would be right. Nothing is contacted, executed or written: whether a filter in tcpdump's language
is one shows when live capture starts.

Examples:
  sagflow check /etc/sagflow/agent.yaml
  sagflow check --explain agent.yaml          which value is in force, and from where
  sagflow check --no-credentials agent.yaml   before it is copied to the device

Exit code 1: the file is wrong or can't be read. All keys are in docs/configuration.md.`
}

// Run checks.
func (c *checkCmd) Run(env *environment) error {
	report, err := config.Check(c.File, config.CheckOptions{Env: os.Getenv, Now: time.Now(), NoCredentials: c.NoCredentials, Values: filterChecks()})
	if err != nil {
		return err
	}
	memory, err := memoryText(report.Agent)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if c.Explain {
		return explain(env.Stdout, report.Settings)
	}
	return summarize(env.Stdout, c.File, memory, report)
}

// explain prints a line for each setting: key, value, origin.
func explain(out io.Writer, settings []config.Setting) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range settings {
		value := s.Value
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Key, value, s.Origin)
	}
	return flush(w)
}

func flush(w *tabwriter.Writer) error {
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write standard output: %w", err)
	}
	return nil
}

// summarize says in a few lines what a right file means.
func summarize(out io.Writer, file, memory string, r *config.Report) error {
	a := r.Agent
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s: ok\n", file)
	fmt.Fprintf(w, "device\t%s in %s\n", a.Gateway.ID, a.Gateway.Region)
	fmt.Fprintf(w, "FlowLog\t%s\n", flowLogText(a))
	if len(a.Interfaces) > 0 {
		fmt.Fprintf(w, "capture\t%s\n", captureText(a))
	}
	if text := filterText(&a.Live); text != "" {
		fmt.Fprintf(w, "filter\t%s\n", text)
	}
	if memory != "" {
		fmt.Fprintf(w, "memory\t%s\n", memory)
	}
	if r.AccessKey != "" {
		fmt.Fprintf(w, "access key\t%s\n", r.AccessKey)
	}
	fmt.Fprintf(w, "state\t%s\n", a.StateDirectory)
	return flush(w)
}

// memoryText says what memory-limit has room for, "" where there is none. The error is that with which a device refuses to
// start.
func memoryText(a *config.Agent) (string, error) {
	l := &a.Live
	if l.MemoryLimit == 0 || len(a.Interfaces) == 0 {
		return "", nil
	}
	b, err := divide(l.MemoryLimit, l.Workers, l.Fragments == "first", l.ExportQueue)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d MiB: at most %s, and %s that wait for a collector; rings apart", l.MemoryLimit>>20,
		human.Count(uint64(b.maxFlows(l.MaxFlows)), "flow"), human.Count(uint64(b.queue), "record")), nil
}

// flowLogText says where the FlowLog comes from, or what the one in the file wants.
func flowLogText(a *config.Agent) string {
	if a.API != nil {
		return fmt.Sprintf("from %s every %s", a.API.Endpoint, config.DurationText(a.API.PollInterval))
	}
	f := a.FlowLog
	text := fmt.Sprintf("in this file: aging %d s / %d s", f.ActiveAging, f.InactiveAging)
	if f.OutputType.Netflow() {
		text += fmt.Sprintf(", NetFlow %s to %s", f.NetflowVersion, net.JoinHostPort(f.NetflowServerIp, strconv.Itoa(f.NetflowServerPort)))
	}
	if f.OutputType.SLS() {
		text += fmt.Sprintf(", Log Service %s/%s in %s", f.ProjectName, f.LogstoreName, f.SlsRegionId)
	}
	return text
}
