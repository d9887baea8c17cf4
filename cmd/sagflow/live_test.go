package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// device is a right configuration with more in it.
func device(t *testing.T, more string) *config.Agent {
	t.Helper()
	a, err := config.Decode("/agent.yaml", []byte(netflowAlone+more))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What a flag and a key both say is the same where neither is given.
func TestDefaultsOfKeysAreThoseOfFlags(t *testing.T) {
	var line commandLine
	parser, err := kong.New(&line, kong.Vars{
		"maxFlows": fmt.Sprint(flowtable.DefaultMaxFlows), "exportRate": fmt.Sprint(agent.DefaultExportRate), "stateDirectory": config.DefaultStateDirectory,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"replay", "x.pcap"}); err != nil {
		t.Fatal(err)
	}
	r := line.Replay
	want := config.LiveSettings{
		Workers: r.Workers, MaxFlows: r.MaxFlows, Fragments: r.Fragments, TCPEnd: r.TCPEnd,
		ExportRate: r.ExportRate, MTU: r.MTU, TemplatePackets: r.TemplatePackets, TemplateInterval: time.Duration(r.TemplateInterval),
		StatsInterval: time.Duration(r.StatsInterval), ObservationDomain: uint32(r.ObservationDomain), SourceAddress: r.SourceAddress.Addr,
	}
	got := device(t, "").Live
	if r.Key != "" || got.Key != nil || r.Filter != "" || got.Filter != "" {
		t.Errorf("key %q and %q, filter %q and %q", r.Key, got.Key, r.Filter, got.Filter)
	}
	// These are live capture's alone.
	none := config.LiveSettings{}
	got.Direction, got.Capture, got.SnapLength, got.Sampling, got.OwnTraffic = none.Direction, none.Capture, none.SnapLength, none.Sampling, none.OwnTraffic
	got.ExportQueue, got.Hardening = none.ExportQueue, none.Hardening
	if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); d != "" {
		t.Error(d)
	}
}

// The configuration may not know the flow table; its limits are the same.
func TestMostFlows(t *testing.T) {
	if got := device(t, fmt.Sprintf("max-flows: %d\n", flowtable.MaxShardFlows)).Live.MaxFlows; got != flowtable.MaxShardFlows {
		t.Errorf("%d", got)
	}
	more := fmt.Sprintf("max-flows: %d\n", flowtable.MaxShardFlows+1)
	if _, err := config.Decode("/agent.yaml", []byte(netflowAlone+more)); err == nil {
		t.Errorf("%s was taken", more)
	}
}

// The bounds of keys are those of flags: what one takes the other does.
func TestBoundsOfKeysAreThoseOfFlags(t *testing.T) {
	for _, c := range []struct {
		name  string
		right []int
		wrong []int
		flag  string
	}{
		{"workers", []int{1, 256}, []int{0, 257}, "--workers"},
		{"mtu", []int{576, 65535}, []int{575, 65536}, "--mtu"},
		{"export-rate", []int{0}, []int{-1}, "--export-rate"},
		{"template-packets", []int{0}, []int{-1}, "--template-packets"},
		{"observation-domain", []int{0, math.MaxInt32}, []int{-1}, "--observation-domain"},
	} {
		for _, n := range c.right {
			device(t, fmt.Sprintf("%s: %d\n", c.name, n))
			if text := usage(t, fmt.Sprintf("%s=%d", c.flag, n)); strings.Contains(text, c.flag) {
				t.Errorf("%s %d: %s", c.flag, n, text)
			}
		}
		for _, n := range c.wrong {
			if _, err := config.Decode("/agent.yaml", fmt.Appendf(nil, "%s%s: %d\n", netflowAlone, c.name, n)); err == nil {
				t.Errorf("%s: %d was taken", c.name, n)
			}
			if text := usage(t, fmt.Sprintf("%s=%d", c.flag, n)); !strings.Contains(text, c.flag) {
				t.Errorf("%s %d: %s", c.flag, n, text)
			}
		}
	}
}

// usage is what a replay of no such file says.
func usage(t *testing.T, option string) string {
	t.Helper()
	var out, errs bytes.Buffer
	run(t.Context(), t.Context(), []string{"replay", option, t.TempDir() + "/none.pcap"}, nil, &out, &errs)
	return errs.String()
}

// The filters that the reference shows are some, for the program that reads them.
func TestFiltersOfTheReference(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testutil.Root(t), "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, block := range strings.Split(string(text), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		if !strings.HasPrefix(block, "filter:") {
			continue
		}
		found++
		if err := checking(t, netflowAlone+block, checkCmd{}, io.Discard); err != nil {
			t.Errorf("%v\n%s", err, block)
		}
	}
	if found != 3 {
		t.Errorf("%d filters", found)
	}
}

// A filter in tcpdump's language is nothing that check executes, nor a host in it a name to be looked up.
func TestCheckExecutesNothing(t *testing.T) {
	dir := t.TempDir()
	ran := filepath.Join(dir, "ran")
	if err := os.WriteFile(filepath.Join(dir, "tcpdump"), []byte("#!/bin/sh\ntouch "+ran), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if err := checking(t, netflowAlone+"filter: host collector.example\n", checkCmd{}, io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("tcpdump was executed")
	}
}
