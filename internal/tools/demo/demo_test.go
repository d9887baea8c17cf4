package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func made() []record {
	return []record{
		{Src: "192.0.2.1", Dst: "192.0.2.2", Protocol: 6, Packets: 3, Octets: 180, Reason: "idle"},
		{Src: "192.0.2.1", Dst: "192.0.2.2", Protocol: 6, Packets: 3, Octets: 180, Reason: "idle"},
		{Src: "192.0.2.1", Dst: "192.0.2.2", Protocol: 17, Packets: 1, Octets: 60, Reason: "eof"},
		{Src: "2001:db8::1", Dst: "2001:db8::2", Protocol: 17, Packets: 1, Octets: 80, Reason: "active"},
	}
}

func TestMatch(t *testing.T) {
	asSent := func(r []record) []record {
		r[2].Reason = "forced"
		return r
	}
	for _, c := range []struct {
		name, version string
		got           []record
		equal, differ uint64
	}{
		{"all", "V9", asSent(made()), 4, 0},
		{"one missing", "V9", asSent(made())[1:], 3, 1},
		{"one twice", "V10", append(asSent(made()), made()[0]), 4, 1},
		{"one changed", "V10", func() []record { r := asSent(made()); r[0].Octets++; return r }(), 3, 2},
		{"reason changed", "V10", func() []record { r := asSent(made()); r[0].Reason = "active"; return r }(), 3, 2},
		{"V5 has no IPv6 and no reasons", "V5", func() []record { r := made()[:3]; r[0].Reason = "unknown"; return r }(), 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := outcome{version: c.version}
			o.match(made(), c.got)
			if o.equal != c.equal || o.differ != c.differ {
				t.Errorf("%d equal and %d different, want %d and %d", o.equal, o.differ, c.equal, c.differ)
			}
			if want := (sum{4, 8, 500}); o.made != want {
				t.Errorf("made %v, want %v", o.made, want)
			}
		})
	}
}

// exact is an outcome without loss.
func exact() outcome {
	o := outcome{version: "V9"}
	got := made()
	got[2].Reason = "forced"
	o.match(made(), got)
	o.sent = sent{Frames: 10, NonIP: 1, Malformed: 1, Counted: 8, Octets: 500, Exact: true}
	o.sent.Outputs = []output{{Acknowledged: o.made}, {Acknowledged: o.made, Datagrams: 2}}
	o.received.Totals.sum, o.received.Totals.Datagrams = o.made, 2
	return o
}

func TestPrintSums(t *testing.T) {
	var out strings.Builder
	if err := printSums(&out, []outcome{exact()}); err != nil || !strings.Contains(out.String(), "Nothing was lost") {
		t.Errorf("error %v\n%s", err, out.String())
	}
}

// Each way to lose something fails.
func TestPrintSumsLoss(t *testing.T) {
	for name, lose := range map[string]func(o *outcome){
		"frame":           func(o *outcome) { o.sent.Frames++ },
		"packet":          func(o *outcome) { o.sent.Counted--; o.sent.NonIP++ },
		"octets":          func(o *outcome) { o.sent.Octets++ },
		"inexact":         func(o *outcome) { o.sent.Exact = false },
		"dropped":         func(o *outcome) { o.sent.Outputs[1].Acknowledged.Records-- },
		"record":          func(o *outcome) { o.received.Totals.Records-- },
		"received packet": func(o *outcome) { o.received.Totals.Packets-- },
		"received octet":  func(o *outcome) { o.received.Totals.Octets-- },
		"changed":         func(o *outcome) { o.equal--; o.differ += 2 },
		"datagram":        func(o *outcome) { o.received.Totals.Datagrams-- },
		"sequence":        func(o *outcome) { o.received.Totals.LostDatagrams++ },
	} {
		t.Run(name, func(t *testing.T) {
			o := exact()
			lose(&o)
			if err := printSums(io.Discard, []outcome{o}); !errors.Is(err, errDiffers) {
				t.Errorf("error %v, want %v", err, errDiffers)
			}
		})
	}
}

// logsOf are records as Log Service answers them.
func logsOf(records []record) (all []map[string]string) {
	for _, r := range records {
		all = append(all, map[string]string{
			"srcaddr": r.Src, "dstaddr": r.Dst, "protocol": fmt.Sprint(r.Protocol), "srcport": "0", "dstport": "0",
			"packets": fmt.Sprint(r.Packets), "bytes": fmt.Sprint(r.Octets), "tcp-flags": "0", "tos": "0",
			"start": fmt.Sprint(r.StartMs / 1000), "end": fmt.Sprint(r.EndMs / 1000),
		})
	}
	return all
}

func TestPlaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made.jsonl")
	var lines strings.Builder
	for _, r := range made() {
		r.StartMs, r.EndMs = 1_999, 2_000
		if err := json.NewEncoder(&lines).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	moved := made()
	for i := range moved {
		moved[i].StartMs, moved[i].EndMs = 1_000, 2_000
	}
	for name, c := range map[string]struct {
		logs  []map[string]string
		wants error
	}{
		"all":     {logsOf(moved), nil},
		"missing": {logsOf(moved[1:]), errDiffers},
		"twice":   {logsOf(append(moved[:4:4], moved[0])), errDiffers},
		"changed": {logsOf(append(moved[:3:3], moved[0])), errDiffers},
	} {
		s, err := readStored(path, c.logs)
		if err != nil {
			t.Fatal(err)
		}
		o := exact()
		if err := printPlaces(io.Discard, &o, &s); !errors.Is(err, c.wants) {
			t.Errorf("%s: %v, want %v", name, err, c.wants)
		}
	}
	if _, err := readStored(path, []map[string]string{{"packets": "x"}}); err == nil {
		t.Error("a log without numbers is read")
	}
}
