package endtoend

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
	capturing "github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile"
	"github.com/sagflow/sagflow/internal/packet"
	"github.com/sagflow/sagflow/internal/testutil"
)

// contents are how many packets the first n frames of the capture hold, for each n.
type contents []uint64

// packets is how many the first frames hold when the capture is read again and again.
func (c contents) packets(frames uint64) uint64 {
	round := uint64(len(c) - 1)
	return frames/round*c[round] + c[frames%round]
}

// readContents reads the capture once, and compares it with its truth.
func readContents(t *testing.T) contents {
	t.Helper()
	source := pcapfile.New(pcapfile.Options{Files: []string{testutil.Testdata(t, capture)}, KnownLinkType: packet.KnownLinkType})
	defer func() { _ = source.Close() }() // it is only read
	decoder := packet.New(packet.Options{})
	frames := make([]capturing.Frame, 64)
	c := contents{0}
	for {
		n, err := source.Next(frames)
		for i := range frames[:n] {
			next := c[len(c)-1]
			if decoder.Decode(&frames[i], new(flowtable.Packet)) == packet.Counted {
				next++
			}
			c = append(c, next)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if truth := readTruth(t); truth.Frames != uint64(len(c)-1) || truth.Packets != c[len(c)-1] {
		t.Fatalf("%s holds %d frames and %d packets, its truth says %+v", capture, len(c)-1, c[len(c)-1], truth)
	}
	return c
}

func readTruth(t *testing.T) testutil.Totals {
	t.Helper()
	text, err := os.ReadFile(testutil.Testdata(t, capture+".truth.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	truth, err := testutil.ParseTruth(text)
	if err != nil {
		t.Fatal(err)
	}
	return truth.Totals
}

// finish ends the device, then the collectors, and checks all that must hold of every run.
func (s *scene) finish(more ...*station) *agent.Summary {
	s.t.Helper()
	sum := s.device.end()
	if sum == nil {
		s.t.Fatal("the device left no summary")
	}
	stations := append([]*station{s.one, s.two}, more...)
	s.checkSums(sum, stations)
	checkOnce(s.t, stations)
	s.checkLog(sum)
	for _, st := range stations {
		st.checkSessions(s.t)
	}
	return sum
}

// account adds a run up.
type account struct {
	arrived            total
	unexportable, sent total // sent has the records on the wire
	counted            total // of the capture, without records
	inactive, read     uint64
}

func (s *scene) account(sum *agent.Summary, stations []*station) account {
	a := account{counted: total{packets: sum.Counted, octets: sum.Octets}, inactive: sum.Inactive, read: readContents(s.t).packets(sum.Frames)}
	for _, st := range stations {
		st.end()
		n := st.total()
		a.arrived = total{a.arrived.records + n.records, a.arrived.packets + n.packets, a.arrived.octets + n.octets}
	}
	for i := range sum.Outputs {
		c := &sum.Outputs[i]
		left := c.Unexportable.IPv6
		a.unexportable = total{a.unexportable.records + left.Records, a.unexportable.packets + left.Packets, a.unexportable.octets + left.Octets}
		a.sent.records += c.FlowRecords
	}
	return a
}

// checkSums compares what arrived with what was read.
func (s *scene) checkSums(sum *agent.Summary, stations []*station) {
	s.t.Helper()
	a := s.account(sum, stations)
	if got := a.arrived.packets + a.unexportable.packets + a.inactive; got != a.read {
		s.t.Errorf("%d packets arrived + %d unexportable + %d inactive = %d, the capture had %d", a.arrived.packets,
			a.unexportable.packets, a.inactive, got, a.read)
	}
	if got := a.arrived.octets + a.unexportable.octets; got != a.counted.octets {
		s.t.Errorf("%d octets arrived or were unexportable, %d were counted", got, a.counted.octets)
	}
	if a.arrived.records != a.sent.records {
		s.t.Errorf("%d records arrived, %d were sent", a.arrived.records, a.sent.records)
	}
	for i := range sum.Outputs {
		if c := &sum.Outputs[i]; c.Dropped.Total().Records+c.Resent != 0 {
			s.t.Errorf("output %s: %+v records were dropped, %d datagrams sent again", c.Output, c.Dropped.Total(), c.Resent)
		}
	}
	if !sum.Exact || sum.Device.Wrong != 0 {
		s.t.Errorf("the device's own sums do not hold: %+v", sum.Sums)
	}
}

// checkOnce looks for a packet that is in two records: a record that came twice, or records of a flow whose times
// overlap.
func checkOnce(t *testing.T, stations []*station) {
	t.Helper()
	var all []record
	for _, s := range stations {
		all = append(all, s.all()...)
	}
	slices.SortFunc(all, record.compare)
	for i := 1; i < len(all); i++ {
		switch a, b := &all[i-1], &all[i]; {
		case a.flow != b.flow:
		case a.first == b.first && a.last == b.last:
			t.Errorf("a record came twice: %q", texts(all[i-1:i+1]))
		case b.first < a.last:
			t.Errorf("two records of a flow overlap: %q", texts(all[i-1:i+1]))
		}
	}
}

func (r record) compare(o record) int {
	return cmp.Or(r.src.Compare(o.src), r.dst.Compare(o.dst), cmp.Compare(r.protocol, o.protocol), cmp.Compare(r.srcPort, o.srcPort),
		cmp.Compare(r.dstPort, o.dstPort), cmp.Compare(r.first, o.first), cmp.Compare(r.last, o.last))
}

// checkLog looks for one line a generation.
func (s *scene) checkLog(sum *agent.Summary) {
	s.t.Helper()
	lines := 0
	for line := range strings.Lines(s.device.log.String()) {
		if strings.Contains(line, `msg="configuration in force"`) {
			lines++
			if want := fmt.Sprintf(" generation=%d ", lines); !strings.Contains(line, want) {
				s.t.Errorf("line %d that says what is in force lacks %q: %s", lines, want, line)
			}
		}
	}
	if want := sum.Device.All - 1; lines != want {
		s.t.Errorf("%d lines say what is in force, for %d generations", lines, want)
	}
}

// sums is a table of who got what.
func (s *scene) sums(sum *agent.Summary) string {
	var b bytes.Buffer
	a := s.account(sum, []*station{s.one, s.two})
	line := func(name string, n total) {
		fmt.Fprintf(&b, "  %-46s %9d records %9d packets %12d octets\n", name, n.records, n.packets, n.octets)
	}
	fmt.Fprintf(&b, "%s read %.2f times in %.1f s, %d generations:\n", capture, float64(sum.Frames)/float64(readTruth(s.t).Frames), sum.ElapsedSeconds, sum.Device.All-1)
	for i := range sum.Device.Outputs {
		o := &sum.Device.Outputs[i]
		n := o.Counters.Acknowledged
		line(fmt.Sprintf("sent as %s, generation %d to %d", o.Counters.Output, o.From, max(o.Until, o.From)), total{n.Records, n.Packets, n.Octets})
	}
	line("arrived at collector one", s.one.total())
	line("arrived at collector two", s.two.total())
	line("IPv6 in V5, unexportable", a.unexportable)
	fmt.Fprintf(&b, "  %-46s %27d packets\n", "inactive", a.inactive)
	fmt.Fprintf(&b, "  %-46s %27d packets %12d octets (of those that were counted)\n", "together",
		a.arrived.packets+a.unexportable.packets+a.inactive, a.arrived.octets+a.unexportable.octets)
	fmt.Fprintf(&b, "  %-46s %27d packets %12d octets", "the capture, as often as it was read", a.read, a.counted.octets)
	return b.String()
}
