package collector

import (
	"bytes"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

func TestPadding(t *testing.T) {
	for n := range len(basicRecord(0)) {
		for _, filler := range []byte{0, 0xff} { // non-zero padding is no fault (RFC 7011 §9.1)
			padding := bytes.Repeat([]byte{filler}, n)
			c := New(Options{})
			got := decode(t, c, ipfix(0, set(2, tmpl(256, basic...)), set(256, basicRecords(2), padding)))
			equal(t, "records", []flowtable.Record{basicFlow(0), basicFlow(1)}, got)
		}
	}
}

func TestTemplateSetPadding(t *testing.T) {
	for n := range 12 {
		c := New(Options{})
		got := decode(t, c, ipfix(0, set(2, tmpl(256, basic...), make([]byte, n)), set(256, basicRecord(0))))
		equal(t, "records", []flowtable.Record{basicFlow(0)}, got)
		if sum := only(t, c); sum.TemplateRecords != 1 || sum.Withdrawals != 0 {
			t.Errorf("padding of %d: %+v", n, sum.Counters)
		}
	}
}

func TestDataBeforeItsTemplate(t *testing.T) {
	c := New(Options{})
	got := decode(t, c,
		ipfix(0, set(256, basicRecords(3))),
		ipfix(3, set(2, tmpl(256, basic...))),
		ipfix(3, set(256, basicRecord(9))))
	equal(t, "records", []flowtable.Record{basicFlow(9)}, got)
	sum := only(t, c)
	if sum.SetsWithoutTemplate != 1 || sum.OctetsWithoutTemplate != 63 || sum.RecordsWithoutTemplate != 3 || sum.Sequence.Lost != 0 {
		t.Errorf("%+v %+v", sum.Counters, sum.Sequence)
	}
}

func TestVariableLength(t *testing.T) {
	fields := append([]spec{{id: 82, length: 65535}, {id: 1, length: 65535, enterprise: 9}}, basic...)
	for _, c := range []struct {
		name string
		head []byte
	}{
		{"empty", []byte{0, 0}},
		{"short", join(u8(3), []byte("abc"), u8(1), u8(9))},
		{"longest short", join(u8(254), make([]byte, 254), u8(0))},
		{"long form", join(u8(255), u16(300), make([]byte, 300), u8(0))},
		{"long form of a short one", join(u8(255), u16(2), u16(7), u8(255), u16(0))},
	} {
		t.Run(c.name, func(t *testing.T) {
			collector := New(Options{})
			got := decode(t, collector, ipfix(0, set(2, tmpl(256, fields...)),
				set(256, c.head, basicRecord(1), c.head, basicRecord(2), []byte{0, 0, 0})))
			equal(t, "records", []flowtable.Record{basicFlow(1), basicFlow(2)}, got)
		})
	}
}

func TestVariableLengthBeyondItsSet(t *testing.T) {
	for name, record := range map[string][]byte{
		"value":            {200, 1, 2, 3, 4},
		"two-octet length": {255, 0, 200, 1, 2},
		"length cut":       {0, 0, 0, 0, 0, 0, 1, 2, 255, 0}, // in the second record
		"next field":       {3, 1, 2, 3, 4},
	} {
		c := New(Options{})
		decode(t, c, ipfix(0, set(2, tmpl(256, spec{id: 82, length: 65535}, spec{id: 8, length: 2}, spec{id: 82, length: 65535}, spec{id: 12, length: 1}))))
		if _, v := c.Decode(exporterA, ipfix(0, set(256, record)), nil); v != FieldBeyondSet {
			t.Errorf("%s: %v", name, v)
		}
	}
}

// Numbers and addresses may be of variable length too; those that can't be read are left out.
func TestVariableLengthNumbers(t *testing.T) {
	fields := []spec{{id: 8, length: 65535}, {id: 12, length: 65535}, {id: 2, length: 65535}, {id: 1, length: 65535}}
	got := decodeOne(t, join(u8(4), ip("10.0.0.1"), u8(4), ip("10.0.0.2"), u8(3), []byte{1, 2, 3}, u8(9), make([]byte, 9)), fields...)
	if got.Packets != 0x010203 || got.Octets != 0 || got.SrcAddr().String() != "10.0.0.1" {
		t.Errorf("%+v", got)
	}
	got = decodeOne(t, join(u8(3), []byte{9, 9, 9}, u8(4), ip("10.0.0.2"), u8(0), u8(0)), fields...)
	if got.SrcAddr().String() != "0.0.0.0" || got.DstAddr().String() != "10.0.0.2" || got.Packets != 0 {
		t.Errorf("%+v", got)
	}
}

func TestEnterpriseElementsAreSkipped(t *testing.T) {
	fields := []spec{{id: 8, length: 8, enterprise: 9}, {id: 0x7fff, length: 3, enterprise: 1}, {id: 400, length: 1}}
	fields = append(fields, basic...)
	fields = append(fields, spec{id: 1, length: 8, enterprise: 35632})
	got := decodeOne(t, join(make([]byte, 12), basicRecord(7), u64(9)), fields...)
	equal(t, "record", basicFlow(7), got)
}

func TestReducedSize(t *testing.T) {
	for length := uint16(1); length <= 8; length++ {
		value := u64(0x0102030405060708)[8-length:]
		got := decodeOne(t, join(ip("10.0.0.1"), value), spec{id: 8, length: 4}, spec{id: 1, length: length})
		if want := uint64(0x0102030405060708) & (1<<(8*length) - 1); got.Octets != want {
			t.Errorf("%d octets: %#x, want %#x", length, got.Octets, want)
		}
	}
}

// Lengths that a type does not allow: the field is skipped by its length, the rest is read.
func TestIllegalLengths(t *testing.T) {
	fields := []spec{{id: 8, length: 3}, {id: 12, length: 16}, {id: 27, length: 4}, {id: 154, length: 4}, {id: 1, length: 9}, {id: 2, length: 0}}
	got := decodeOne(t, join(make([]byte, 36), basicRecord(7)), append(fields, basic...)...)
	equal(t, "record", basicFlow(7), got)
}

// RFC 7011 §8: of an element that stands there twice the first is that of the outer header.
func TestRepeatedElements(t *testing.T) {
	fields := append([]spec{}, basic...)
	fields = append(fields, basic...)
	got := decodeOne(t, join(basicRecord(1), basicRecord(2)), fields...)
	equal(t, "record", basicFlow(1), got)
}

func TestRecordsWithoutAddresses(t *testing.T) {
	c := New(Options{})
	got := decode(t, c, ipfix(0, set(2, tmpl(256, spec{id: 56, length: 6}, spec{id: 1, length: 8})), set(256, make([]byte, 28))), ipfix(2))
	sum := only(t, c)
	if len(got) != 0 || sum.Records != 0 || sum.DataRecords != 2 || sum.RecordsWithoutAddresses != 2 || sum.Sequence.Unpredicted != 0 {
		t.Errorf("%d records, %+v", len(got), sum)
	}
}

// The record buffer of one record must not shine through in the next.
func TestNothingStaysBehind(t *testing.T) {
	c := New(Options{})
	got := decode(t, c,
		ipfix(0, set(2, tmpl(256, basic...), tmpl(257, spec{id: 12, length: 4}), tmpl(258, spec{id: 28, length: 16})),
			set(256, basicRecord(5)), set(257, ip("10.0.0.9")), set(258, ip("2001:db8::9"))))
	now := int64(exportTime * 1e9)
	equal(t, "records", []flowtable.Record{
		basicFlow(5),
		{IPVersion: 4, Dst: [16]byte{10, 0, 0, 9}, First: now, Last: now},
		{IPVersion: 6, Dst: [16]byte{0x20, 1, 0xd, 0xb8, 15: 9}, First: now, Last: now},
	}, got)
	if n := only(t, c).RecordsWithoutTimes; n != 3 {
		t.Errorf("%d records without times", n)
	}
}
