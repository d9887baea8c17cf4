package packet

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

func decodeAll(d *Decoder, cases ...frameCase) {
	for i := range cases {
		var p flowtable.Packet
		f := cases[i].frame()
		d.Decode(&f, &p)
	}
}

func etherTypeFrame(et uint16) capture.Frame {
	data := append(octets(ether), byte(et>>8), byte(et))
	return capture.Frame{Data: data, Length: uint32(len(data)), LinkType: linkEthernet}
}

func TestDetails(t *testing.T) {
	d := New(Options{})
	arp := frameCase{linkType: linkEthernet, data: ether + "08 06"}
	decodeAll(
		d, arp, arp, frameCase{linkType: linkEthernet, data: ether + "08 00" + udp4},
		frameCase{linkType: 281}, frameCase{linkType: linkEthernet, data: ether + "20 00"}, frameCase{linkType: linkEthernet},
	)
	want := []Detail{
		{Verdict: EtherType, Text: "0x0806", Count: 2},
		{Verdict: EtherType, Text: "0x2000", Count: 1},
		{Verdict: LinkType, Text: "link-type 281", Count: 1},
		{Verdict: EthernetCut, Text: "ethernet header cut short", Count: 1},
	}
	c := d.Counters()
	if diff := cmp.Diff(want, c.Details()); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	if c.Frames() != 6 || c.Class(ClassCounted) != 1 || c.Class(ClassNonIP) != 4 || c.Class(ClassMalformed) != 1 || c.Octets != 28 {
		t.Errorf("frames %d, octets %d, verdicts %v", c.Frames(), c.Octets, c.Verdicts)
	}
}

// TestDetailsAreBounded sends more ethertypes than are told apart, known ones again at the end.
func TestDetailsAreBounded(t *testing.T) {
	d := New(Options{})
	var p flowtable.Packet
	first := uint16(0x6000)
	send := func(et uint16) {
		f := etherTypeFrame(et)
		d.Decode(&f, &p)
	}
	for i := range uint16(MaxDetails + 10) {
		send(first + i)
	}
	send(first)
	details := d.Counters().Details()
	if len(details) != MaxDetails+1 {
		t.Fatalf("%d details, want %d", len(details), MaxDetails+1)
	}
	if got, want := details[0], (Detail{EtherType, "0x6000", 2}); got != want {
		t.Errorf("first detail %v, want %v", got, want)
	}
	if got, want := details[MaxDetails], (Detail{EtherType, "ethertype (other)", 10}); got != want {
		t.Errorf("last detail %v, want %v", got, want)
	}
}

func TestManyKindsDoNotAllocate(t *testing.T) {
	d := New(Options{})
	frames := make([]capture.Frame, 2*MaxDetails)
	for i := range frames {
		frames[i] = etherTypeFrame(0x6000 + uint16(i))
	}
	var p flowtable.Packet
	next := 0
	allocs := testing.AllocsPerRun(len(frames)-1, func() {
		d.Decode(&frames[next], &p)
		next++
	})
	if allocs != 0 {
		t.Errorf("%v allocations a frame, want 0", allocs)
	}
}

func TestAddAndClone(t *testing.T) {
	a, b := New(Options{}), New(Options{})
	decodeAll(a, frameCase{linkType: linkEthernet, data: ether + "08 06"})
	decodeAll(b, frameCase{linkType: linkEthernet, data: ether + "08 06"}, frameCase{linkType: linkIPv4, data: udp4, length: 99})
	sum := a.Counters().Clone()
	sum.Add(b.Counters())
	decodeAll(a, frameCase{linkType: linkEthernet, data: ether + "08 06"})
	want := []Detail{{EtherType, "0x0806", 2}}
	if diff := cmp.Diff(want, sum.Details()); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	if sum.Frames() != 3 || sum.Octets != 28 || sum.Notes[CutBySnapLength] != 1 {
		t.Errorf("frames %d, octets %d, notes %v", sum.Frames(), sum.Octets, sum.Notes)
	}
}

func TestRejectAndSkip(t *testing.T) {
	d := New(Options{})
	c := frameCase{linkType: linkIPv4, data: udp4}
	f := c.frame()
	var p flowtable.Packet
	for range 3 {
		d.Decode(&f, &p)
	}
	d.Reject(Filtered, &p)
	d.Reject(Own, &p)
	d.Skip(Inactive, 5)
	got := d.Counters()
	want := [VerdictCount]uint64{Counted: 1, Filtered: 1, Own: 1, Inactive: 5}
	if got.Verdicts != want || got.Octets != 28 || got.Frames() != 8 || got.Class(ClassExcluded) != 7 {
		t.Errorf("verdicts %v, octets %d", got.Verdicts, got.Octets)
	}
}
