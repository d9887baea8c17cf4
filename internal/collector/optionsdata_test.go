package collector

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/google/go-cmp/cmp"
)

func TestIPFIXOptions(t *testing.T) {
	boot := int64(1690000000500)
	domain := spec{id: 149, length: 4}
	for _, c := range []struct {
		name   string
		scopes int
		fields []spec
		record []byte
		want   Report
	}{
		{
			"metering statistics, RFC 7011 §4.1", 1,
			[]spec{domain, {id: 41, length: 8}, {id: 42, length: 8}, {id: 40, length: 8}},
			join(u32(7), u64(10), u64(200), u64(3000)),
			Report{Exported: &Exported{10, 200, 3000}},
		},
		{
			"metering reliability, §4.2", 1,
			[]spec{domain, {id: 164, length: 8}, {id: 165, length: 8}, {id: 323, length: 8}, {id: 323, length: 8}},
			join(u32(7), u64(5), u64(500), u64(2000), u64(1000)),
			Report{Ignored: &Ignored{5, 500, Interval{1000, 2000}}},
		},
		{
			"exporting reliability, §4.3", 1,
			[]spec{{id: 130, length: 4}, {id: 166, length: 8}, {id: 167, length: 8}, {id: 168, length: 8}, {id: 322, length: 4}, {id: 322, length: 4}},
			join(ip("10.0.0.1"), u64(1), u64(2), u64(3), u32(1), u32(2)),
			Report{NotSent: &NotSent{1, 2, 3, Interval{1000, 2000}}},
		},
		{
			"one time only", 1,
			[]spec{domain, {id: 166, length: 8}, {id: 325, length: 8}},
			join(u32(7), u64(1), u64(toNTP(1_500_000_000_000_999_999))),
			Report{NotSent: &NotSent{1, 0, 0, Interval{1500000000000, 1500000000000}}},
		},
		{"no times", 1, []spec{domain, {id: 164, length: 4}}, join(u32(7), u32(1)), Report{Ignored: &Ignored{Packets: 1}}},
		{"flow keys, §4.4", 1, []spec{{id: 145, length: 2}, {id: 173, length: 8}}, join(u16(256), u64(0b111)), Report{FlowKeys: map[uint16]uint64{256: 7}}},
		{
			"systematic count-based", 1,
			[]spec{{id: 302, length: 8}, {id: 304, length: 2}, {id: 305, length: 4}, {id: 306, length: 4}},
			join(u64(1), u16(1), u32(1), u32(99)),
			Report{Sampling: &Sampling{1, 1, 100}},
		},
		{
			"random n of N", 1,
			[]spec{{id: 302, length: 8}, {id: 304, length: 2}, {id: 309, length: 4}, {id: 310, length: 4}},
			join(u64(1), u16(3), u32(5), u32(1000)),
			Report{Sampling: &Sampling{3, 5, 1000}},
		},
		{"interface name of variable length", 1, []spec{{id: 10, length: 4}, {id: 82, length: 65535}}, join(u32(2), u8(4), []byte("wan0")), Report{Interfaces: map[uint32]string{2: "wan0"}}},
		{"interface name that is no text", 1, []spec{{id: 10, length: 4}, {id: 82, length: 2}}, join(u32(2), []byte{0xff, 'a'}), Report{Interfaces: map[uint32]string{2: "\ufffda"}}},
		{"boot time", 1, []spec{domain, {id: 160, length: 8}}, join(u32(7), u64(uint64(boot))), Report{BootMilliseconds: &boot}},
		{
			"two kinds at once", 1,
			[]spec{domain, {id: 41, length: 8}, {id: 34, length: 4}},
			join(u32(7), u64(3), u32(10)),
			Report{Exported: &Exported{Messages: 3}, Sampling: &Sampling{0, 1, 10}},
		},
		{"nothing known", 1, []spec{domain, {id: 36, length: 2}}, join(u32(7), u16(3)), Report{Other: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			collector := New(Options{})
			got := decode(t, collector, ipfix(0, set(3, optionsTmpl(256, c.scopes, c.fields...)), set(256, c.record)), ipfix(1))
			sum := only(t, collector)
			if diff := cmp.Diff(&c.want, sum.Report, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			// Options data records count in the sequence (RFC 7011 §3.1).
			if len(got) != 0 || sum.OptionsRecords != 1 || sum.Records != 0 || sum.Sequence.Unpredicted != 0 {
				t.Errorf("%d flows, %+v", len(got), sum)
			}
		})
	}
}

// The exporter's own figures are hostile input, too.
func TestReportIsBounded(t *testing.T) {
	c := New(Options{})
	decode(t, c, ipfix(0, set(3, optionsTmpl(256, 1, spec{id: 10, length: 4}, spec{id: 82, length: 65535}), optionsTmpl(257, 1, spec{id: 145, length: 2}, spec{id: 173, length: 8}))))
	sequence := uint32(0)
	for i := range uint32(600) {
		name := strings.Repeat("x", 200) + fmt.Sprint(i)
		decode(t, c, ipfix(sequence, set(256, u32(i), u8(uint8(len(name))), []byte(name)), set(257, u16(uint16(i)), u64(1))))
		sequence += 2
	}
	r := only(t, c).Report
	if len(r.Interfaces) != maxInterfaces || len(r.FlowKeys) != maxFlowKeys || len(r.Interfaces[0]) != maxInterfaceName {
		t.Errorf("%d interfaces, %d flow keys, name of %d", len(r.Interfaces), len(r.FlowKeys), len(r.Interfaces[0]))
	}
}

// What comes again replaces what was there; a summary keeps what it showed.
func TestReportIsUpdated(t *testing.T) {
	c := New(Options{})
	template := set(3, optionsTmpl(256, 1, spec{id: 10, length: 4}, spec{id: 82, length: 4}, spec{id: 34, length: 4}))
	decode(t, c, ipfix(0, template, set(256, u32(1), []byte("eth0"), u32(10))))
	before := only(t, c).Report
	decode(t, c, ipfix(1, set(256, u32(1), []byte("eth1"), u32(20))))
	after := only(t, c).Report
	if before.Interfaces[1] != "eth0" || before.Sampling.Of != 10 || after.Interfaces[1] != "eth1" || after.Sampling.Of != 20 {
		t.Errorf("before %+v, after %+v", before, after)
	}
}
