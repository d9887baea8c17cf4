package collector

import (
	"testing"

	"pgregory.net/rapid"
)

// missing sends datagrams of 25 records each without their template, those of lost left out, and
// then the template with the last one.
func missing(t *testing.T, c *Collector, count int, lost map[int]bool) {
	for i := range count {
		if !lost[i] {
			decode(t, c, ipfix(uint32(25*i), set(256, basicRecords(25))))
		}
	}
	decode(t, c, ipfix(uint32(25*count), set(2, tmpl(256, basic...)), set(256, basicRecords(25))))
}

func TestLossWhileTemplateIsMissing(t *testing.T) {
	for name, lost := range map[string]map[int]bool{
		"none": {}, "one": {3: true}, "two in a row": {3: true, 4: true}, "last before the template": {19: true},
		"every second": {1: true, 3: true, 5: true, 7: true, 9: true},
	} {
		c := New(Options{})
		missing(t, c, 20, lost)
		sum := only(t, c)
		gone := uint64(25 * len(lost))
		if sum.Sequence.Lost != gone || sum.RecordsWithoutTemplate != 500-gone || c.Summary().Totals.LostRecords != gone {
			t.Errorf("%s: lost %d, want %d; %+v", name, sum.Sequence.Lost, gone, sum.Counters)
		}
	}
}

// Datagrams that come late, before or after the template, are not lost.
func TestLateDatagramsWhileTemplateIsMissing(t *testing.T) {
	data := func(i int) []byte { return ipfix(uint32(25*i), set(256, basicRecords(25))) }
	template := func(i int) []byte { return ipfix(uint32(25*i), set(2, tmpl(256, basic...))) }
	for _, c := range []struct {
		name          string
		datagrams     [][]byte
		lost, without uint64
	}{
		{"late", [][]byte{data(0), data(2), data(1), data(4), template(5)}, 25, 100},
		{"late, first", [][]byte{data(1), data(0), data(2), template(3)}, 0, 75},
		{"late, read", [][]byte{data(0), data(3), template(4), data(1)}, 25, 50},
		{"template late", [][]byte{data(0), data(1), template(1), data(3)}, 25, 50},
		{"late into a gap", [][]byte{template(0), ipfix(0, set(300, basicRecord(1))), ipfix(501, set(256, basicRecord(1))), ipfix(101, set(300, basicRecords(20))), ipfix(401, set(256, basicRecords(50))), ipfix(502, set(2, tmpl(300, basic...)))}, 430, 21},
	} {
		collector := New(Options{})
		decode(t, collector, c.datagrams...)
		if sum := only(t, collector); sum.Sequence.Lost != c.lost || sum.RecordsWithoutTemplate != c.without {
			t.Errorf("%s: lost %d, %d without a template", c.name, sum.Sequence.Lost, sum.RecordsWithoutTemplate)
		}
	}
}

// Records of variable length may be as short as their template allows.
func TestUnreadVariableLength(t *testing.T) {
	c := New(Options{})
	decode(t, c, ipfix(0, set(256, make([]byte, 130))), ipfix(20, set(2, tmpl(256, named()...))))
	if sum := only(t, c); sum.Sequence.Lost != 10 || sum.RecordsWithoutTemplate != 10 {
		t.Errorf("%+v", sum)
	}
}

// The records of the newest datagram are told by the next one, also when numbers include them.
func TestUnreadWithRecordsIncluded(t *testing.T) {
	c := New(Options{})
	sequence := uint32(0)
	for i, n := range []int{20, 7, 31, 5, 12, 1, 30, 8} {
		sequence += uint32(n)
		var sets []byte
		if i == 0 {
			sets = set(2, tmpl(256, basic...))
		}
		decode(t, c, ipfix(sequence, sets, set(256, basicRecords(n))))
	}
	decode(t, c, ipfix(sequence+9, set(300, basicRecords(9))))
	if sum := only(t, c); sum.Sequence.Counts != conventionNames[countsRecordsIncluded] || sum.Sequence.Lost != 0 || sum.RecordsWithoutTemplate != 9 {
		t.Errorf("%+v", sum)
	}
}

// What is kept of unreadable sets is bounded, whatever arrives.
func TestUnreadIsBounded(t *testing.T) {
	c := New(Options{})
	var sets []byte
	for i := range 3000 {
		sets = append(sets, set(uint16(256+i), make([]byte, 1+i%9))...)
	}
	for i := range uint32(3) {
		decode(t, c, ipfix(i, sets))
	}
	u := &c.sessions.newest.unread
	if len(u.sets) > maxUnread || len(u.newest) > maxUnread {
		t.Errorf("%d and %d sets are kept", len(u.sets), len(u.newest))
	}
}

// The model: an exporter whose template comes late, and a network that loses. Between the first and
// the last datagram to arrive the account is exact.
func TestUnreadAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 40), 2, 60).Draw(t, "sizes")
		template := rapid.IntRange(0, len(sizes)-1).Draw(t, "template")
		c := New(Options{})
		var sequence, lost, without uint32
		started := false
		for i, n := range sizes {
			d := ipfix(sequence, set(256, basicRecords(n)))
			if i == template || i == len(sizes)-1 {
				d = ipfix(sequence, set(2, tmpl(256, basic...)), set(256, basicRecords(n)))
			} else if rapid.IntRange(0, 4).Draw(t, "fate") == 0 {
				sequence += uint32(n)
				if started {
					lost += uint32(n)
				}
				continue
			}
			started = true
			sequence += uint32(n)
			if i < template {
				without += uint32(n)
			}
			c.Decode(exporterA, d, nil)
		}
		sum := c.Summary().Sessions[0]
		if sum.Sequence.Lost != uint64(lost) || sum.RecordsWithoutTemplate != uint64(without) {
			t.Fatalf("lost %d, want %d; without a template %d, want %d", sum.Sequence.Lost, lost, sum.RecordsWithoutTemplate, without)
		}
	})
}
