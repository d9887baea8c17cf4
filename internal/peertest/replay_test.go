package peertest

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sagflow/sagflow/internal/testutil"
)

// limit is how long one run of a program may take.
const limit = 3 * time.Minute

// jsonRecord is one line of --records.
type jsonRecord struct {
	Src      netip.Addr `json:"srcaddr"`
	Dst      netip.Addr `json:"dstaddr"`
	Protocol uint8      `json:"protocol"`
	SrcPort  uint16     `json:"srcport"`
	DstPort  uint16     `json:"dstport"`
	Packets  uint64     `json:"packets"`
	Octets   uint64     `json:"bytes"`
	Start    int64      `json:"start"`
	End      int64      `json:"end"`
	Flags    uint8      `json:"tcp-flags"`
	ToS      uint8      `json:"tos"`
	In       uint32     `json:"inport"`
	Out      uint32     `json:"outport"`
	StartMs  int64      `json:"start_ms"`
	EndMs    int64      `json:"end_ms"`
	Reason   string     `json:"end_reason"`
}

func (r jsonRecord) flow() testutil.Flow {
	return testutil.Flow{
		Src: r.Src, Dst: r.Dst, Protocol: r.Protocol, SrcPort: r.SrcPort, DstPort: r.DstPort,
		Packets: r.Packets, Octets: r.Octets, First: r.StartMs, Last: r.EndMs, Flags: r.Flags, ToS: r.ToS,
	}
}

// summary is what of --summary the tests compare.
type summary struct {
	Frames    uint64   `json:"frames"`
	Counted   uint64   `json:"counted"`
	NonIP     uint64   `json:"non-ip"`
	Malformed uint64   `json:"malformed"`
	Octets    uint64   `json:"octets"`
	Exact     bool     `json:"exact"`
	Errors    []string `json:"errors"`
	Sums      []struct {
		What  string `json:"what"`
		Holds bool   `json:"holds"`
	} `json:"sums"`
}

// replayed is what a run of `sagflow replay` said.
type replayed struct {
	code    int
	lines   []byte // --records
	flows   []testutil.Flow
	reasons map[string]int
	summary summary
	stderr  string
}

// replay runs `sagflow replay -q` with the arguments, and with --records and --summary.
func replay(t *testing.T, args ...string) replayed {
	t.Helper()
	sums := filepath.Join(t.TempDir(), "summary.json")
	r := testutil.Run(t, limit, "sagflow", append([]string{"replay", "-q", "--records", "-", "--summary", sums}, args...)...)
	got := replayed{code: r.Code, lines: r.Stdout, stderr: string(r.Stderr), reasons: map[string]int{}}
	text, err := os.ReadFile(sums)
	if err != nil {
		t.Fatalf("replay %q: exit code %d, no summary: %v\n%s", args, r.Code, err, r.Stderr)
	}
	decodeStrict(t, text, &got.summary, false)
	for line := range bytes.Lines(r.Stdout) {
		var rec jsonRecord
		decodeStrict(t, line, &rec, true)
		if floor(rec.StartMs) != rec.Start || floor(rec.EndMs) != rec.End || rec.In != 0 || rec.Out != 0 {
			t.Errorf("start, end, inport or outport: %s", line)
		}
		got.flows = append(got.flows, rec.flow())
		got.reasons[rec.Reason]++
	}
	slices.SortFunc(got.flows, testutil.Flow.Compare)
	return got
}

// floor makes seconds of milliseconds, rounded down.
func floor(ms int64) int64 { return (ms - (ms%1000+1000)%1000) / 1000 }

func decodeStrict(t *testing.T, text []byte, into any, strict bool) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(into); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
}

// check compares a run with the truth: records, totals and sums.
func (r replayed) check(t *testing.T, want testutil.Truth) {
	t.Helper()
	if diff := cmp.Diff(want.Flows, r.flows, cmpopts.EquateComparable(testutil.Flow{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("records: truth -, replay +\n%s", cut(diff))
	}
	totals := testutil.Totals{
		Frames: r.summary.Frames, Packets: r.summary.Counted, Octets: r.summary.Octets,
		NonIP: r.summary.NonIP, Malformed: r.summary.Malformed, Flows: uint64(len(r.flows)),
	}
	if diff := cmp.Diff(want.Totals, totals); diff != "" {
		t.Errorf("totals: truth -, replay +\n%s", diff)
	}
	for _, s := range r.summary.Sums {
		if !s.Holds {
			t.Errorf("the sum does not hold: %s", s.What)
		}
	}
	if !r.summary.Exact || len(r.summary.Sums) == 0 {
		t.Errorf("exact is %v with %d sums", r.summary.Exact, len(r.summary.Sums))
	}
}

// cut keeps a difference readable.
func cut(s string) string {
	const most = 6000
	if len(s) > most {
		return s[:most] + "\n…"
	}
	return s
}

// sortedLines is the lines of a run in an order that does not depend on when records ended.
func (r replayed) sortedLines() string {
	lines := bytes.SplitAfter(r.lines, []byte("\n"))
	slices.SortFunc(lines, bytes.Compare)
	return string(bytes.Join(lines, nil))
}
