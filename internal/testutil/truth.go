package testutil

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Flow is one line of a truth: a flow, or a record of it where aging was asked for. First and Last
// are in milliseconds since 1970. The reason for its end is not among the fields: the oracle knows
// no clock.
type Flow struct {
	Src, Dst        netip.Addr
	Protocol        uint8
	SrcPort         uint16
	DstPort         uint16
	Packets, Octets uint64
	First, Last     int64
	Flags, ToS      uint8
}

// Compare orders flows by all their fields, the key first.
func (f Flow) Compare(o Flow) int {
	return cmp.Or(
		f.Src.Compare(o.Src), f.Dst.Compare(o.Dst), cmp.Compare(f.Protocol, o.Protocol),
		cmp.Compare(f.SrcPort, o.SrcPort), cmp.Compare(f.DstPort, o.DstPort),
		cmp.Compare(f.First, o.First), cmp.Compare(f.Last, o.Last),
		cmp.Compare(f.Packets, o.Packets), cmp.Compare(f.Octets, o.Octets),
		cmp.Compare(f.Flags, o.Flags), cmp.Compare(f.ToS, o.ToS),
	)
}

// Totals is a truth's line of sums.
type Totals struct {
	Frames, Packets, Octets, NonIP, Malformed, Flows uint64
}

// Truth is what an exact flow exporter makes of a capture.
type Truth struct {
	// Flows are sorted by Flow.Compare.
	Flows  []Flow
	Totals Totals
	// NonIP and Malformed count frames by what they were instead of good IP packets; Notes counts
	// oddities of good ones.
	NonIP, Malformed, Notes map[string]uint64
	// FileErrors say what is wrong with the files.
	FileErrors []string
}

// Oracle runs the shared oracle with the arguments.
func Oracle(tb testing.TB, args ...string) Truth {
	tb.Helper()
	Programs(tb, "python3")
	out := MustRun(tb, 5*time.Minute, "python3", append([]string{Shared(tb, "tools", "oracle")}, args...)...)
	t, err := ParseTruth(out)
	if err != nil {
		tb.Fatalf("oracle %s: %v", strings.Join(args, " "), err)
	}
	return t
}

// ParseTruth reads a truth as the oracle and the files *.truth.tsv have it.
func ParseTruth(b []byte) (Truth, error) {
	t := Truth{NonIP: map[string]uint64{}, Malformed: map[string]uint64{}, Notes: map[string]uint64{}}
	s := bufio.NewScanner(bytes.NewReader(b))
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		var err error
		switch line := s.Text(); {
		case strings.HasPrefix(line, "#"):
			err = t.summary(strings.Split(line[1:], "\t"))
		case n > 1:
			err = t.flow(strings.Split(line, "\t"))
		}
		if err != nil {
			return t, fmt.Errorf("line %d: %w", n, err)
		}
	}
	slices.SortFunc(t.Flows, Flow.Compare)
	return t, s.Err()
}

func (t *Truth) flow(f []string) error {
	if len(f) < 11 {
		return fmt.Errorf("%d columns, want 11 or more", len(f))
	}
	src, err := netip.ParseAddr(f[0])
	if err != nil {
		return err
	}
	dst, err := netip.ParseAddr(f[1])
	if err != nil {
		return err
	}
	p := parser{fields: f}
	t.Flows = append(t.Flows, Flow{
		Src: src, Dst: dst, Protocol: uint8(p.uint(2, 8)), SrcPort: uint16(p.uint(3, 16)), DstPort: uint16(p.uint(4, 16)),
		Packets: p.uint(5, 64), Octets: p.uint(6, 64), First: p.int(7), Last: p.int(8),
		Flags: uint8(p.uint(9, 8)), ToS: uint8(p.uint(10, 8)),
	})
	return p.err
}

func (t *Truth) summary(f []string) error {
	p := parser{fields: f}
	switch counts := map[string]map[string]uint64{"nonip": t.NonIP, "malformed": t.Malformed, "note": t.Notes}[f[0]]; {
	case counts != nil && len(f) == 3:
		counts[f[1]] = p.uint(2, 64)
	case f[0] == "total" && len(f) == 13:
		t.Totals = Totals{p.uint(2, 64), p.uint(4, 64), p.uint(6, 64), p.uint(8, 64), p.uint(10, 64), p.uint(12, 64)}
	case f[0] == "fileerror":
		t.FileErrors = append(t.FileErrors, strings.Join(f[1:], "\t"))
	default:
		return fmt.Errorf("unknown summary line %q", f)
	}
	return p.err
}

// parser reads numbers and keeps the first error.
type parser struct {
	fields []string
	err    error
}

func (p *parser) uint(i, bits int) uint64 {
	v, err := strconv.ParseUint(p.fields[i], 0, bits)
	p.err = cmp.Or(p.err, err)
	return v
}

func (p *parser) int(i int) int64 {
	v, err := strconv.ParseInt(p.fields[i], 10, 64)
	p.err = cmp.Or(p.err, err)
	return v
}
