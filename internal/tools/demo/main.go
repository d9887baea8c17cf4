// Command demo shows the main job of sagflow: it replays a capture through the flow table to a
// collector on loopback, in NetFlow V5, V9 and V10 (IPFIX), and as a device whose FlowLog says so to a
// collector and Log Service at once. It prints the flows, and the sums that prove that nothing was lost.
//
//  1. The capture is replayed without a collector: the table of its flows.
//  2. For each version a collector is started on a free port of 127.0.0.1, the capture is replayed
//     to it, and the collector is ended by SIGINT.
//  3. What was sent is compared with what was received, record by record, and the sums are printed
//     from the frame to the received octet.
//  4. The lab's Smartag API, its Log Service and a collector are started. A FlowLog with OutputType all is
//     created and bound to a device, which replays the capture.
//  5. The status, the FlowLog, and the flows as the official SDK finds them in Log Service are printed, and
//     the sums of both places. Where anything differs, the exit code is 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	bin := flag.String("bin", "bin", "the folder of the programs")
	capture := flag.String("capture", "testdata/demo.pcap", "what to replay")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *bin, *capture, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// versions are those of --netflow-version.
var versions = []string{"V5", "V9", "V10"}

// agingFlags make the demonstration's flows end in every way: at rest, by age, with the capture.
var agingFlags = []string{"--active-aging", "60", "--inactive-aging", "15"}

// errDiffers says that something was lost or changed.
var errDiffers = errors.New("what was received is not what was in the capture")

func run(ctx context.Context, bin, capture string, out io.Writer) error {
	dir, err := os.MkdirTemp("", "sagflow-demo")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // nothing can be done about it
	d := demo{bin, capture, dir, out}
	if err := d.command(ctx, append(append([]string{"replay"}, agingFlags...), capture)...).Run(); err != nil {
		return fmt.Errorf("replay %q: %w", capture, err)
	}
	var all []outcome
	for _, version := range versions {
		o, err := d.trip(ctx, version)
		if err != nil {
			return fmt.Errorf("%s: %w", version, err)
		}
		all = append(all, o)
	}
	if err := printSums(out, all); err != nil {
		return err
	}
	if err := d.cloud(ctx); err != nil {
		return fmt.Errorf("a device with a FlowLog: %w", err)
	}
	return nil
}

// demo is where and what.
type demo struct {
	bin, capture, dir string
	out               io.Writer
}

// command prepares a run of sagflow, and shows it.
func (d demo) command(ctx context.Context, args ...string) *exec.Cmd {
	return d.program(ctx, "sagflow", args...)
}

// program prepares a run of one of the programs, and shows it. Access keys of the environment are left out: the
// demonstration makes its own.
func (d demo) program(ctx context.Context, name string, args ...string) *exec.Cmd {
	fmt.Fprintf(d.out, "\n$ %s %s\n", name, strings.ReplaceAll(strings.Join(args, " "), d.dir+string(filepath.Separator), ""))
	cmd := exec.CommandContext(ctx, filepath.Join(d.bin, name), args...)
	cmd.Stdout, cmd.Stderr = d.out, d.out
	cmd.Env = slices.DeleteFunc(os.Environ(), func(one string) bool {
		return strings.HasPrefix(one, "ALIBABA_CLOUD_") || strings.HasPrefix(one, "SAGFLOW_LAB_")
	})
	cmd.Env = append(cmd.Env, "SAGFLOW_LAB_CREDENTIALS="+filepath.Join(d.dir, credentialsFile))
	return cmd
}

// credentialsFile is that of the lab and of the device.
const credentialsFile = "sagflow-lab.credentials"

// trip sends the capture to a collector in one version.
func (d demo) trip(ctx context.Context, version string) (outcome, error) {
	file := func(name string) string { return filepath.Join(d.dir, version+"-"+name) }
	c, err := d.startCollector(ctx, file("received.jsonl"), file("received.json"))
	if err != nil {
		return outcome{}, err
	}
	args := append([]string{
		"replay", "-q", "--netflow-version", version, "--netflow", c.address,
		"--records", file("sent.jsonl"), "--summary", file("sent.json"),
	}, agingFlags...)
	if err := d.command(ctx, append(args, d.capture)...).Run(); err != nil {
		return outcome{}, errors.Join(fmt.Errorf("replay: %w", err), c.end())
	}
	if err := c.end(); err != nil {
		return outcome{}, err
	}
	return readOutcome(version, file("sent"), file("received"))
}
