package collector

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// books are the parts of a SequenceSummary that the tables below compare.
type books struct{ lost, duplicates, reordered, restarts uint64 }

func booksOf(q SequenceSummary) books {
	return books{q.Lost, q.Duplicates, q.Reordered, q.Restarts}
}

// sent is a datagram of the tables: a sequence number, how many records, and seconds after exportTime.
type sent struct {
	sequence uint32
	records  int
	seconds  uint32
}

func (s sent) ipfix() []byte {
	return ipfixAt(exportTime+s.seconds, s.sequence, set(2, tmpl(256, basic...)), set(256, basicRecords(s.records)))
}

func (s sent) v9() []byte {
	return v9At(uptime+1000*s.seconds, exportTime+s.seconds, uint16(s.records+1), s.sequence, set(0, tmpl(256, basic...)), set(256, basicRecords(s.records)))
}

func (s sent) v5() []byte {
	var records [][]byte
	for range s.records {
		records = append(records, v5Record())
	}
	return v5At(uptime+1000*s.seconds, exportTime+s.seconds, s.sequence, records...)
}

func TestRecordSequence(t *testing.T) {
	const top = math.MaxUint32
	for _, c := range []struct {
		name string
		sent []sent
		want books
	}{
		{"in order", []sent{{0, 3, 0}, {3, 2, 0}, {5, 1, 0}}, books{}},
		{"starts anywhere", []sent{{1000, 3, 0}, {1003, 2, 0}}, books{}},
		{"across the wrap", []sent{{top - 1, 3, 0}, {1, 2, 0}, {3, 1, 0}}, books{}},
		{"gap", []sent{{0, 3, 0}, {10, 2, 0}, {12, 1, 0}}, books{lost: 7}},
		{"gap across the wrap", []sent{{top - 2, 1, 0}, {3, 2, 0}}, books{lost: 5}},
		{"late one fills the gap", []sent{{0, 3, 0}, {10, 2, 0}, {3, 7, 0}, {12, 1, 0}}, books{reordered: 1}},
		{"late one fills a part", []sent{{0, 3, 0}, {10, 2, 0}, {5, 2, 0}, {12, 1, 0}}, books{lost: 5, reordered: 1}},
		{"duplicate", []sent{{0, 3, 0}, {0, 3, 0}, {3, 2, 0}, {3, 2, 0}, {3, 2, 0}}, books{duplicates: 3}},
		{"duplicate of a late one", []sent{{0, 3, 0}, {5, 3, 0}, {3, 2, 0}, {3, 2, 0}}, books{duplicates: 1, reordered: 1}},
		{"first one comes late", []sent{{2, 3, 0}, {0, 2, 0}, {5, 1, 0}}, books{reordered: 1}},
		{"first ones come late, with a gap", []sent{{9, 1, 0}, {0, 2, 0}, {10, 1, 0}}, books{lost: 7, reordered: 1}},
		{"restart, later", []sent{{0, 30, 0}, {30, 30, 1}, {0, 10, 5}, {10, 5, 6}}, books{restarts: 1}},
		{"restart within the second", []sent{{0, 30, 0}, {30, 30, 0}, {0, 10, 0}, {10, 5, 0}}, books{restarts: 1}},
		{"restart from far above", []sent{{3_000_000_000, 3, 0}, {0, 3, 9}, {3, 3, 9}}, books{restarts: 1}},
		{"restart long after", []sent{{3_000_000_000, 3, 0}, {0, 3, 90000}, {3, 3, 90000}}, books{restarts: 1}},
		{
			"restart into a gap",
			[]sent{{0, 3, 0}, {3, 3, 0}, {50, 1, 0}, {10, 1, 500}, {11, 1, 500}, {12, 3, 501}},
			books{lost: 44, restarts: 1},
		},
		{"restart at the edge of a gap", []sent{{0, 3, 0}, {50, 1, 0}, {3, 2, 60}, {5, 2, 60}}, books{lost: 47, restarts: 1}},
		{"restart at an odd number", []sent{{1_000_000, 3, 0}, {500, 3, 9}, {503, 3, 9}}, books{restarts: 1}},
		{"loss of a minute at a high rate", []sent{{70_000, 3, 0}, {30_070_003, 3, 60}}, books{lost: 30_000_000}},
		{"templates alone", []sent{{5, 0, 0}, {5, 0, 0}, {5, 3, 0}, {8, 0, 1}, {8, 1, 1}}, books{}},
		{"late templates alone", []sent{{0, 5, 0}, {5, 5, 0}, {5, 0, 0}, {10, 1, 0}}, books{reordered: 1}},
	} {
		for version, encode := range map[string]func(sent) []byte{"IPFIX": sent.ipfix, "V5": sent.v5} {
			if version == "V5" && slices.ContainsFunc(c.sent, func(s sent) bool { return s.records == 0 }) {
				continue // there are no such datagrams in V5
			}
			collector := New(Options{})
			for _, s := range c.sent {
				collector.Decode(exporterA, encode(s), nil)
			}
			if got := booksOf(only(t, collector).Sequence); got != c.want {
				t.Errorf("%s, %s: %+v, want %+v", c.name, version, got, c.want)
			}
		}
	}
}

func TestDatagramSequence(t *testing.T) {
	for _, c := range []struct {
		name string
		sent []sent
		want books
	}{
		{"in order", []sent{{0, 3, 0}, {1, 2, 0}, {2, 0, 0}}, books{}},
		{"starts with 1", []sent{{1, 1, 0}, {2, 1, 0}}, books{}},
		{"across the wrap", []sent{{math.MaxUint32, 3, 0}, {0, 2, 0}}, books{}},
		{"gap", []sent{{0, 3, 0}, {5, 2, 0}}, books{lost: 4}},
		{"late one", []sent{{0, 3, 0}, {3, 2, 0}, {1, 2, 0}, {4, 1, 0}}, books{lost: 1, reordered: 1}},
		{"duplicate", []sent{{0, 3, 0}, {0, 3, 0}, {1, 2, 0}}, books{duplicates: 1}},
		{"duplicate of templates alone", []sent{{0, 0, 0}, {0, 0, 0}}, books{duplicates: 1}},
		{"restart of the process, not of the system", []sent{{70, 3, 0}, {0, 2, 5}, {1, 2, 6}}, books{restarts: 1}},
	} {
		collector := New(Options{})
		for _, s := range c.sent {
			collector.Decode(exporterA, s.v9(), nil)
		}
		if got := booksOf(only(t, collector).Sequence); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// A restart of the system shows in sysUptime also where the sequence alone could be loss, and its
// templates are gone.
func TestReboot(t *testing.T) {
	c := New(Options{})
	data := set(256, basicRecord(1))
	decode(t, c, v9At(900_000, exportTime, 1, 50, set(0, tmpl(256, basic...))), v9At(901_000, exportTime+1, 1, 51, data))
	if got := decode(t, c, v9At(5000, exportTime+60, 1, 90, data), v9At(6000, exportTime+61, 1, 91, data)); len(got) != 0 {
		t.Error("a template from before the restart was used")
	}
	sum := only(t, c)
	equal(t, "books", fmt.Sprintf("%+v", books{restarts: 1}), fmt.Sprintf("%+v", booksOf(sum.Sequence)))
	if sum.SetsWithoutTemplate != 2 {
		t.Errorf("%+v", sum.Counters)
	}
}

// The header proves the restart, though the sequence number would fit an old gap.
func TestRebootIntoGap(t *testing.T) {
	for name, seconds := range map[string]uint32{"later": 60, "within the second": 0} {
		c := New(Options{})
		sets := join(set(0, tmpl(256, basic...)), set(256, basicRecord(1)))
		for _, sequence := range []uint32{0, 1, 20} {
			decode(t, c, v9At(1_000_000, exportTime, 2, sequence, sets))
		}
		for sequence := uint32(2); sequence < 7; sequence++ {
			decode(t, c, v9At(1000, exportTime+seconds, 2, sequence, sets))
		}
		if got := booksOf(only(t, c).Sequence); got != (books{lost: 18, restarts: 1}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// The sequence goes on: a step of the exporter's clock, or sysUptime's wrap, is no restart.
func TestClockStepIsNoReboot(t *testing.T) {
	for name, header := range map[string][2]uint32{
		"step forward": {901_000, exportTime + 7200}, "step back": {901_000, exportTime - 7200},
		"wrap": {500, exportTime + 1}, "new boot time": {1000, exportTime + 86400},
	} {
		c := New(Options{})
		decode(t, c, v9At(900_000, exportTime, 1, 50, set(0, tmpl(256, basic...))))
		got := decode(t, c, v9At(header[0], header[1], 1, 51, set(256, basicRecord(1))))
		if q := only(t, c).Sequence; len(got) != 1 || booksOf(q) != (books{}) {
			t.Errorf("%s: %d records, %+v", name, len(got), q)
		}
	}
}

// Replaying exporters start anew with older times.
func TestRestartIntoThePast(t *testing.T) {
	c := New(Options{})
	for _, s := range []sent{{5000, 5, 90000}, {5005, 5, 90001}, {0, 5, 0}, {5, 5, 1}, {15, 5, 2}, {10, 5, 1}} {
		c.Decode(exporterA, s.ipfix(), nil)
	}
	if got := booksOf(only(t, c).Sequence); got != (books{restarts: 1, reordered: 1}) {
		t.Errorf("%+v", got)
	}
}

// Exporters that count otherwise lose nothing by it.
func TestConventions(t *testing.T) {
	sizes := []int{20, 7, 31, 5, 5, 12, 1, 30, 8, 3}
	for _, c := range []struct {
		name   string
		encode func(sent) []byte
		number func(i, before int) int
		want   convention
	}{
		{"IPFIX by its rule", sent.ipfix, func(_, before int) int { return before }, countsRecords},
		{"IPFIX, own records included", sent.ipfix, func(i, before int) int { return before + sizes[i] }, countsRecordsIncluded},
		{"IPFIX, per datagram", sent.ipfix, func(i, _ int) int { return i }, countsDatagrams},
		{"IPFIX, always 0", sent.ipfix, func(int, int) int { return 0 }, countsNothing},
		{"V5 by its rule", sent.v5, func(_, before int) int { return before }, countsRecords},
		{"V5, per datagram", sent.v5, func(i, _ int) int { return i + 1 }, countsDatagrams},
		{"V9 by its rule", sent.v9, func(i, _ int) int { return i }, countsDatagrams},
		{"V9, per record", sent.v9, func(_, before int) int { return before }, countsRecords},
		{"V9, always 0", sent.v9, func(int, int) int { return 0 }, countsNothing},
	} {
		collector := New(Options{})
		before := 0
		for i, n := range sizes {
			collector.Decode(exporterA, c.encode(sent{uint32(c.number(i, before)), n, uint32(i)}), nil)
			before += n
		}
		q := only(t, collector).Sequence
		if q.Counts != conventionNames[c.want] || booksOf(q) != (books{}) || q.Unit != c.want.unit() {
			t.Errorf("%s: %+v", c.name, q)
		}
	}
}

// Two datagrams are enough when the first one speaks for it, too.
func TestConventionOfShortSessions(t *testing.T) {
	for _, c := range []struct {
		name string
		sent []sent
		want convention
		lost uint64
	}{
		{"included", []sent{{20, 20, 0}, {31, 11, 0}}, countsRecordsIncluded, 0},
		{"included, full ones first", []sent{{20, 20, 0}, {40, 20, 0}, {45, 5, 0}}, countsRecordsIncluded, 0},
		{"by the rule", []sent{{0, 20, 0}, {20, 11, 0}}, countsRecords, 0},
		{"by the rule, the first one lost", []sent{{20, 20, 0}, {40, 20, 0}, {60, 5, 0}}, countsRecords, 0},
		{"by the rule, a loss that looks like it", []sent{{0, 20, 0}, {25, 5, 0}, {30, 5, 0}}, countsRecords, 5},
	} {
		collector := New(Options{})
		for _, s := range c.sent {
			collector.Decode(exporterA, s.ipfix(), nil)
		}
		if q := only(t, collector).Sequence; q.Counts != conventionNames[c.want] || q.Lost != c.lost {
			t.Errorf("%s: %+v", c.name, q)
		}
	}
}

func TestConventionWithoutOptions(t *testing.T) {
	c := New(Options{})
	template := join(set(2, tmpl(256, basic...)), set(3, optionsTmpl(257, 1, spec{id: 149, length: 4}, spec{id: 41, length: 4})))
	sequence := uint32(0)
	for i := range 8 {
		decode(t, c, ipfix(sequence, template, set(256, basicRecords(i+1)), set(257, u64(uint64(i)))))
		sequence += uint32(i + 1)
	}
	if q := only(t, c).Sequence; q.Counts != conventionNames[countsFlows] || q.Lost != 0 {
		t.Errorf("%+v", q)
	}
}

// What unreadable sets hold is told by the next sequence number; more than they can hold is lost:
// more than records of 8 octets at once, and more than one for each octet is unpredicted, too.
func TestLossBesideUnreadableSets(t *testing.T) {
	for _, c := range []struct {
		next                 uint32
		lost, without        uint64
		unpredicted, restart uint64
	}{
		{2, 0, 0, 0, 0}, {5, 0, 3, 0, 0}, {2 + 7, 0, 7, 0, 0}, {2 + 8, 1, 7, 0, 0}, {2 + 63, 56, 7, 0, 0}, {2 + 64, 57, 7, 1, 0},
	} {
		collector := New(Options{})
		decode(t, collector, ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecords(2)), set(400, basicRecords(3))),
			ipfix(c.next, set(256, basicRecords(1))))
		sum := only(t, collector)
		if sum.Sequence.Lost != c.lost || sum.RecordsWithoutTemplate != c.without || sum.Sequence.Unpredicted != c.unpredicted {
			t.Errorf("next %d: %+v", c.next, sum)
		}
	}
}

// The model: an exporter sends datagrams in order, the network loses, doubles and delays them.
// What is missing between the first and the last to arrive is lost.
func TestSequenceAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.SampledFrom([]uint16{5, 9, 10}).Draw(t, "version")
		sizes := rapid.SliceOfN(rapid.IntRange(1, 30), 1, 200).Draw(t, "sizes")
		start := rapid.SampledFrom([]uint32{0, 1, 1000, math.MaxUint32 - 500}).Draw(t, "start")
		order := drawOrder(t, len(sizes))
		c := New(Options{})
		datagrams := encodeAll(version, start, sizes)
		records := 0
		for _, i := range order {
			flows, _ := c.Decode(exporterA, datagrams[i], nil)
			records += len(flows)
		}
		want := truth(order, sizes, version)
		sum := c.Summary().Sessions[0]
		got := booksOf(sum.Sequence)
		if got != want.books || records != want.records {
			t.Fatalf("order %v\ngot  %+v, %d records\nwant %+v, %d records\n%+v", order, got, records, want.books, want.records, sum.Sequence)
		}
	})
}

// drawOrder draws which datagrams arrive in which order: each lost, once or doubled, and delayed by
// up to 8 places.
func drawOrder(t *rapid.T, n int) []int {
	type copyOf struct{ index, at int }
	var copies []copyOf
	loss := rapid.IntRange(0, 3).Draw(t, "loss")
	for i := range n {
		times := 1
		switch k := rapid.IntRange(0, 9).Draw(t, "fate"); {
		case k < loss:
			times = 0
		case k == 9:
			times = 2
		}
		for range times {
			copies = append(copies, copyOf{i, 2*i + 2*rapid.SampledFrom([]int{0, 0, 0, 0, 0, 1, 3, 8}).Draw(t, "delay")})
		}
	}
	slices.SortStableFunc(copies, func(a, b copyOf) int { return a.at - b.at })
	order := make([]int, len(copies))
	for i, c := range copies {
		order[i] = c.index
	}
	if len(order) == 0 {
		order = []int{0}
	}
	return order
}

func encodeAll(version uint16, start uint32, sizes []int) [][]byte {
	datagrams := make([][]byte, len(sizes))
	sequence := start
	for i, n := range sizes {
		s := sent{sequence, n, uint32(i) / 10}
		switch version {
		case 5:
			datagrams[i] = s.v5()
			sequence += uint32(n)
		case 9:
			datagrams[i] = s.v9()
			sequence++
		default:
			datagrams[i] = s.ipfix()
			sequence += uint32(n)
		}
	}
	return datagrams
}

type outcome struct {
	books
	records int
}

// truth plays the same arrivals with perfect memory.
func truth(order, sizes []int, version uint16) outcome {
	var o outcome
	arrived := make([]bool, len(sizes))
	newest := -1
	for _, i := range order {
		switch {
		case arrived[i]:
			o.duplicates++
			continue
		case i < newest:
			o.reordered++
		}
		arrived[i] = true
		newest = max(newest, i)
		o.records += sizes[i]
	}
	for i := slices.Min(order); i <= newest; i++ {
		switch {
		case arrived[i]:
		case version == 9:
			o.lost++
		default:
			o.lost += uint64(sizes[i])
		}
	}
	return o
}
