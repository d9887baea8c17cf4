package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/sagflow/sagflow/internal/collector"
)

// collectCmd is `sagflow collect`.
type collectCmd struct {
	Listen  string  `default:"127.0.0.1:9995" placeholder:"HOST:PORT" help:"UDP address to receive at (default ${default}); port 0 takes a free one, an empty host all addresses."`
	Records string  `placeholder:"FILE" help:"Write the records as JSON lines to FILE (- standard output)."`
	Summary string  `placeholder:"FILE" help:"Write every counter, loss by exporter and domain as JSON to FILE at the end (- standard output)."`
	Idle    seconds `default:"0" placeholder:"S" help:"End S seconds after the last datagram, once one has come (default 0: not by itself)."`
	VLAN    bool    `name:"vlan" help:"Write the VLAN id of each record, too."`
	Quiet   bool    `short:"q" help:"No summary on standard error."`
}

// Help is what --help shows below the flags.
func (*collectCmd) Help() string {
	return `Decodes what any exporter sends and accounts for loss by sequence numbers, per exporter (address and
port), version and observation domain. With neither --records nor --summary it prints the records.
When it is ready it says so on standard error: listening on 127.0.0.1:9995 (UDP)

Examples:
  sagflow collect                                        watch the records come in
  sagflow collect --listen :2055 --records flows.jsonl   for a router, until Ctrl-C
  sagflow collect --listen 127.0.0.1:0 --idle 2 --records /dev/null --summary -
                                                         for a script: counters when all is quiet

SIGINT, SIGTERM and --idle are its normal end, exit code 0; what the socket holds by then is still
read. Records are written within 200 ms. Files are made readable to their owner alone.`
}

// Validate finds wrong usage before anything is opened.
func (c *collectCmd) Validate() error {
	_, port, err := net.SplitHostPort(c.Listen)
	if n, portErr := strconv.Atoi(port); err != nil || portErr != nil || n < 0 || n > 65535 {
		return fmt.Errorf("--listen: %q: want HOST:PORT, as 127.0.0.1:9995, [::1]:9995 or :2055", c.Listen)
	}
	if c.Records == "-" && c.Summary == "-" {
		return errors.New("--records - and --summary -: only one of them can go to standard output")
	}
	return nil
}

// Run collects. The socket is bound before files are opened: a second collector for the same port
// must not empty the files of the first.
func (c *collectCmd) Run(env *environment) error {
	records, summary := &output{path: c.Records}, &output{path: c.Summary}
	if c.Records == "" && c.Summary == "" {
		records.path = "-"
	}
	o := collector.ServerOptions{Listen: c.Listen, Idle: time.Duration(c.Idle)}
	if records.path != "" {
		o.Sink = collector.NewLines(records, c.VLAN)
	}
	server := collector.NewServer(o)
	address, err := server.Open()
	if err != nil {
		return err
	}
	if err := errors.Join(records.open(env), summary.open(env)); err != nil {
		return errors.Join(err, records.close(), summary.close(), server.Close())
	}
	fmt.Fprintf(env.Stderr, "listening on %s (UDP)\n", address)
	err = server.Run(env.Context)
	sum := server.Summary()
	if !c.Quiet {
		sum.Print(env.Stderr)
	}
	return errors.Join(err, records.close(), writeSummary(summary, &sum), summary.close())
}

func writeSummary(out *output, sum *collector.ServerSummary) error {
	if out.path == "" {
		return nil
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	if err := e.Encode(sum); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

// output is a file, standard output for "-", or nothing for "".
type output struct {
	path string
	io.Writer
	file *os.File
}

func (o *output) open(env *environment) error {
	switch o.path {
	case "":
		return nil
	case "-":
		o.Writer = env.Stdout
		return nil
	}
	f, err := os.OpenFile(o.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("create output: %w", err)
	}
	o.file, o.Writer = f, f
	return nil
}

// close reports what only closing finds, such as a full disk behind a network file system.
func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	if err := o.file.Close(); err != nil {
		return fmt.Errorf("close output: %w", err)
	}
	return nil
}
