package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"

	"golang.org/x/net/bpf"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/cbpf"
	"github.com/sagflow/sagflow/internal/capture/ring"
)

// capturer is an agent.Capture as a configuration says, and its filter as that was compiled.
type capturer struct {
	*agent.Capture
	path    string
	text    string
	program func(linkType uint16) ([]bpf.RawInstruction, error)
}

func newCapture(ctx context.Context, path string, device *config.Agent, log *slog.Logger) (*capturer, error) {
	c := &capturer{path: path, text: device.Live.Filter}
	var err error
	if c.program, err = kernelFilter(ctx, c.text); err != nil {
		return nil, fmt.Errorf("%s: filter: %w", path, err)
	}
	o := captureOptions(device)
	o.Filter, o.Log = c.program, log
	if c.Capture, err = agent.NewCapture(o); err != nil {
		return nil, fmt.Errorf("%s: interfaces: %w", path, err)
	}
	return c, nil
}

func captureOptions(device *config.Agent) agent.CaptureOptions {
	s := &device.Live
	return agent.CaptureOptions{
		Interfaces: device.Interfaces, Direction: func(name string) ring.Direction { return directionOf(s.DirectionOf(name)) },
		SnapLength: s.SnapLength, RingSize: s.RingSize, Promiscuous: s.Promiscuous, Workers: s.Workers, Gopacket: s.Capture == "gopacket",
	}
}

// change puts changed keys in force while live runs. All of them are looked at before the first takes effect.
func (c *capturer) change(ctx context.Context, live *agent.Live, next *config.Agent, changed []string) error {
	match, err := matchFilter(c.path, next.Live.Match)
	if err != nil {
		return err
	}
	program, err := c.recompile(ctx, next.Live.Filter)
	if err != nil {
		return err
	}
	if err := checkSource(next.Live.SourceAddress); err != nil {
		return fmt.Errorf("%s: source-address: %w", c.path, err)
	}
	if anew := captureKeys.in(changed) || next.Live.Filter != c.text; anew || linkKeys.in(changed) {
		o := captureOptions(next)
		o.Filter = program
		if err := c.Replace(o, anew); err != nil {
			return fmt.Errorf("%s: interfaces: %w", c.path, err)
		}
		c.text, c.program = next.Live.Filter, program
	}
	if exportKeys.in(changed) {
		var o agent.Options
		meter(&o, &next.Live)
		live.SetExport(&o)
	}
	if filterKeys.in(changed) {
		return live.SetFilter(ctx, match)
	}
	return nil
}

// checkSource says whether the machine has an address that is to be exported from; the zero one is the system's choice.
func checkSource(a netip.Addr) error {
	if !a.IsValid() {
		return nil
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
	if err != nil {
		return err
	}
	return conn.Close()
}

// recompile compiles a filter that needs no tcpdump: that may not be executed any more.
func (c *capturer) recompile(ctx context.Context, text string) (func(linkType uint16) ([]bpf.RawInstruction, error), error) {
	switch {
	case text == c.text:
		return c.program, nil
	case text != "" && !cbpf.LooksRaw(text):
		return nil, fmt.Errorf("%s: restart needed: the filter %q is in tcpdump's language, which is compiled at the start alone; filter: {match: …}, or what tcpdump -ddd prints, can be reloaded", c.path, text)
	}
	program, err := kernelFilter(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("%s: filter: %w", c.path, err)
	}
	return program, nil
}
