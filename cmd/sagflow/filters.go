package main

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/net/bpf"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/capture/cbpf"
	"github.com/sagflow/sagflow/internal/filter"
)

// filterChecks say whether filters of a configuration are any. Nothing is executed or looked up: what is in
// tcpdump's language is compiled when live capture starts.
func filterChecks() []config.ValueCheck {
	return []config.ValueCheck{
		{Key: "filter", Check: func(text string) error {
			if !cbpf.LooksRaw(text) {
				return nil
			}
			_, err := cbpf.Parse(text)
			return err
		}},
		{Key: "filter.match", Check: func(text string) error {
			_, err := filter.Parse(text)
			return err
		}},
	}
}

// captureText says what is captured.
func captureText(a *config.Agent) string {
	text := strings.Join(a.Interfaces, ", ") + ", direction "
	for _, d := range a.Live.Directions {
		text += fmt.Sprintf("%s of %s, else ", d.Direction, d.Interface)
	}
	return text + a.Live.Direction
}

// filterText says which filter there is, "" for none.
func filterText(l *config.LiveSettings) string {
	switch {
	case l.Match != "":
		return strings.Join(strings.Fields(l.Match), " ")
	case l.Filter == "":
		return ""
	case cbpf.LooksRaw(l.Filter):
		program, _ := cbpf.Parse(l.Filter) // it was checked
		return fmt.Sprintf("a program of %d instructions", len(program))
	}
	return strings.Join(strings.Fields(l.Filter), " ") + " (compiled by tcpdump at the start, not looked at here)"
}

// matchFilter is the structured filter of a configuration, nil for none.
func matchFilter(path, text string) (*filter.Filter, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no filter is no error
	}
	f, err := filter.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: filter.match %q: %w", path, text, err)
	}
	return f, nil
}

// kernelFilter compiles a filter for the link types that there are, now: later tcpdump may not be executed any more.
// It returns nil for none.
func kernelFilter(ctx context.Context, text string) (func(linkType uint16) ([]bpf.RawInstruction, error), error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no filter is no error
	}
	if cbpf.LooksRaw(text) {
		program, err := cbpf.Parse(text)
		return func(uint16) ([]bpf.RawInstruction, error) { return program, nil }, err
	}
	ethernet, err := cbpf.CompileLink(ctx, text, cbpf.LinkEthernet)
	if err != nil {
		return nil, err
	}
	raw, rawErr := cbpf.CompileLink(ctx, text, cbpf.LinkRaw) // what asks for MAC addresses fits Ethernet alone
	return func(linkType uint16) ([]bpf.RawInstruction, error) {
		switch linkType {
		case cbpf.LinkEthernet:
			return ethernet, nil
		case cbpf.LinkRaw:
			return raw, rawErr
		}
		return nil, fmt.Errorf("filter %q: frames of link type %d can't be filtered by a text: want the structured filter", text, linkType)
	}, nil
}
