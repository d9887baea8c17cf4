package agent

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// defaults are the command line's.
func defaults(files ...string) ReplayOptions {
	return ReplayOptions{
		Files: files, Loop: 1,
		Options: Options{
			ActiveAging: 300 * time.Second, InactiveAging: 15 * time.Second, MaxFlows: 100_000, Workers: 1, Version: V9,
			MTU: 1500, TemplatePackets: 64, TemplateInterval: time.Minute, StatsInterval: time.Minute, Quiet: true,
		},
	}
}

// outcome is what a run left.
type outcome struct {
	lines   []string // JSON lines, in the order written
	stderr  string
	summary *Summary
	err     error
}

// sorted returns the lines in an order that does not depend on workers.
func (o outcome) sorted() []string { return slices.Sorted(slices.Values(o.lines)) }

// replay runs with JSON lines to standard output, unless o says otherwise.
func replay(t testing.TB, ctx context.Context, o ReplayOptions) outcome { //nolint:revive // t comes first in tests
	t.Helper()
	var stdout, stderr bytes.Buffer
	o.Stdout, o.Stderr = &stdout, &stderr
	if o.Records == "" {
		o.Records = "-"
	}
	r, err := NewReplay(o)
	if err != nil {
		t.Fatal(err)
	}
	err = r.Run(ctx, context.Background())
	out := outcome{stderr: stderr.String(), summary: r.Summary(), err: err}
	if text := strings.TrimSuffix(stdout.String(), "\n"); text != "" {
		out.lines = strings.Split(text, "\n")
	}
	if out.summary != nil && !out.summary.Exact {
		t.Errorf("sums do not hold: %+v", out.summary.Sums)
	}
	return out
}

// udpFrame is an Ethernet frame of an IPv4 UDP packet from 192.0.2.host, with source port port.
func udpFrame(host byte, port uint16) []byte {
	b := make([]byte, 14, 60)
	b[12], b[13] = 8, 0
	b = append(b, 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, host, 198, 51, 100, 7)
	b = binary.BigEndian.AppendUint16(b, port)
	return append(b, 0, 53, 0, 8, 0, 0)
}

// at is a packet of the flow named by host, at seconds.
type at struct {
	host    byte
	seconds float64
}

// writeCapture writes packets to a capture in nanoseconds and returns its name.
func writeCapture(t testing.TB, name string, packets ...at) string {
	t.Helper()
	w := pcapwrite.Pcap{Nano: true, LinkType: 1}
	b := w.AppendHeader(nil)
	for _, p := range packets {
		b = w.AppendRecord(b, pcapwrite.Packet{Time: int64(p.seconds * 1e9), Data: udpFrame(p.host, 1000)})
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var errDiskFull = errors.New("no space left on device")

// fullDisk takes some octets, then nothing.
type fullDisk struct{ left int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.left {
		return 0, errDiskFull
	}
	d.left -= len(p)
	return len(p), nil
}

// runWith runs a replay with an output of the test's own.
func runWith(t *testing.T, o ReplayOptions, output exporter.Output) *Summary {
	t.Helper()
	r, err := NewReplay(o)
	if err != nil {
		t.Fatal(err)
	}
	outs := newOutputs(newMember(output, ""))
	if err := r.runInto(t.Context(), t.Context(), outs); err != nil {
		t.Fatal(err)
	}
	return r.Summary()
}
