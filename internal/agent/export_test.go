package agent

import (
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/jsonl"
	"github.com/sagflow/sagflow/internal/testutil"
)

// receiver is a socket on loopback. What a run sent is in its buffer when the run has ended.
type receiver struct {
	t    testing.TB
	conn *net.UDPConn
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetReadBuffer(4 << 20); err != nil {
		t.Fatal(err)
	}
	return &receiver{t, conn}
}

func (r *receiver) address() string { return r.conn.LocalAddr().String() }

// take reads n datagrams, and fails if there are fewer or more.
func (r *receiver) take(n uint64) [][]byte {
	r.t.Helper()
	var all [][]byte
	for range n {
		if err := r.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			r.t.Fatal(err)
		}
		b := make([]byte, 1<<16)
		size, err := r.conn.Read(b)
		if err != nil {
			r.t.Fatalf("after %d of %d datagrams: %v", len(all), n, err)
		}
		all = append(all, b[:size])
	}
	return all
}

// A run with one worker and an injected clock sends the same datagrams each time.
func TestDatagramsAreDeterministic(t *testing.T) {
	for _, version := range []Version{V5, V9, V10} {
		var runs [2][][]byte
		for i := range runs {
			to := newReceiver(t)
			o := defaults(testutil.Testdata(t, "demo.pcap"))
			o.Collectors, o.Version, o.TemplatePackets = []string{to.address()}, version, 3
			o.Now = func() time.Time { return time.Unix(1e9, 0) }
			got := replay(t, t.Context(), o)
			runs[i] = to.take(got.summary.Outputs[0].Datagrams)
		}
		if d := cmp.Diff(runs[0], runs[1]); d != "" || len(runs[0]) == 0 {
			t.Errorf("%s: %d datagrams, differing in\n%s", version, len(runs[0]), d)
		}
	}
}

// decode turns datagrams into the JSON lines of their records.
func decode(t *testing.T, datagrams [][]byte) ([]string, collector.Summary) {
	t.Helper()
	c := collector.New(collector.Options{})
	var lines []string
	for _, d := range datagrams {
		flows, verdict := c.Decode(netip.MustParseAddrPort("127.0.0.1:1"), d, nil)
		if verdict.Malformed() {
			t.Fatalf("datagram is malformed: %s", verdict)
		}
		for i := range flows {
			lines = append(lines, string(jsonl.AppendRecord(nil, &flows[i].Record)))
		}
	}
	return slices.Sorted(slices.Values(lines)), c.Summary()
}

// asSent is what the records of a run must look like after the way over a version.
func asSent(t *testing.T, records []flowtable.Record, version Version) []string {
	t.Helper()
	var lines []string
	for _, r := range records {
		if version == V5 && r.IPVersion == 6 {
			continue
		}
		r.Reason = flowtable.EndReason(r.Reason.Wire())
		if version == V5 {
			r.Reason = flowtable.NoReason
		}
		lines = append(lines, string(jsonl.AppendRecord(nil, &r)))
	}
	return slices.Sorted(slices.Values(lines))
}

// capturedRecords runs a replay whose only output keeps the records themselves.
func capturedRecords(t *testing.T, o ReplayOptions) []flowtable.Record {
	t.Helper()
	var all []flowtable.Record
	keep := &direct{name: "kept", finish: func() error { return nil }, handle: func(rs []flowtable.Record) error {
		all = append(all, rs...)
		return nil
	}}
	runWith(t, o, keep)
	return all
}

// Every record that a version can carry arrives with all its fields, from any number of workers, at
// each of two collectors, without a gap in the sequence.
func TestExportEqualsTheRecords(t *testing.T) {
	for _, name := range []string{"demo.pcap", "backwards.pcap", "linktypes.pcapng", "protocols.pcap", "sections.pcapng", "extensions.pcap"} {
		o := defaults(testutil.Testdata(t, name))
		o.ActiveAging, o.InactiveAging = 60*time.Second, 15*time.Second
		records := capturedRecords(t, o)
		for _, version := range []Version{V5, V9, V10} {
			for _, workers := range []int{1, 2, 7} {
				t.Run(filepath.Join(name, string(version), strconv.Itoa(workers)), func(t *testing.T) {
					exportEquals(t, o, version, workers, records)
				})
			}
		}
	}
}

func exportEquals(t *testing.T, o ReplayOptions, version Version, workers int, records []flowtable.Record) {
	a, b := newReceiver(t), newReceiver(t)
	o.Version, o.Workers, o.Collectors = version, workers, []string{a.address(), b.address()}
	got := replay(t, t.Context(), o)
	want := asSent(t, records, version)
	for i, to := range []*receiver{a, b} {
		lines, sum := decode(t, to.take(got.summary.Outputs[i].Datagrams))
		if d := cmp.Diff(want, lines); d != "" {
			t.Errorf("collector %d (-sent +received):\n%s", i, d)
		}
		for _, s := range sum.Sessions {
			if s.Sequence.Lost != 0 {
				t.Errorf("collector %d: lost %d by sequence number", i, s.Sequence.Lost)
			}
		}
	}
}
