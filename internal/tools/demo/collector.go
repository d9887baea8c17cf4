package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
)

// collector is a running `sagflow collect`.
type collector struct {
	cmd     *exec.Cmd
	address string
	rest    chan error // the rest of what it says was passed on
}

// listening finds the address in what the collector says when it is ready.
var listening = regexp.MustCompile(`127\.0\.0\.1:[1-9]\d*`)

// startCollector starts a collector on a free port of 127.0.0.1 and waits until it listens.
func (d demo) startCollector(ctx context.Context, records, summary string) (*collector, error) {
	cmd := d.command(ctx, "collect", "--listen", "127.0.0.1:0", "--records", records, "--summary", summary)
	cmd.Stderr = nil
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the collector: %w", err)
	}
	c := &collector{cmd: cmd, rest: make(chan error, 1)}
	lines := bufio.NewScanner(stderr)
	for c.address == "" && lines.Scan() {
		fmt.Fprintln(d.out, lines.Text())
		c.address = listening.FindString(lines.Text())
	}
	go func() { c.rest <- pass(d.out, lines) }()
	if c.address == "" {
		return nil, errors.Join(errors.New("the collector did not start"), c.end())
	}
	return c, nil
}

func pass(out io.Writer, lines *bufio.Scanner) error {
	for lines.Scan() {
		fmt.Fprintln(out, lines.Text())
	}
	return lines.Err()
}

// end tells the collector to read what has arrived, and to end.
func (c *collector) end() error {
	err := c.cmd.Process.Signal(os.Interrupt)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	err = errors.Join(err, <-c.rest)
	if e := c.cmd.Wait(); e != nil {
		err = errors.Join(err, fmt.Errorf("collect: %w", e))
	}
	return err
}
