package ring

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSnapLength(t *testing.T) {
	long := ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(1400)).frame()
	for _, filter := range []string{"", tcpdumpIP} {
		n := pair(t)
		o := Options{Interface: "v1", SnapLength: 64}
		if filter != "" {
			o.Filter = parse(t, filter)
		}
		rings := mustOpen(t, n, o)
		n.Sender("v0").Send(long, datagram(1))
		got := read(t, rings, 2)
		if !bytes.Equal(got[0].Data, long[:64]) || int(got[0].Length) != len(long) || len(got[1].Data) != 60 || got[1].Length != 60 {
			t.Errorf("%d of %d and %d of %d octets, want 64 of %d and 60", len(got[0].Data), got[0].Length, len(got[1].Data), got[1].Length, len(long))
		}
	}
}

func TestFilter(t *testing.T) {
	n := pair(t)
	syn := make([]byte, 20)
	syn[13] = 2
	frames := [][]byte{
		datagram(1),
		layer{0x0806, make([]byte, 46)}.frame(),
		ip("192.0.2.1", "198.51.100.2", 6, 0, false, syn).frame(),
		ip("2001:db8::1", "2001:db8::2", 17, 0, false, udp(0)).frame(),
		ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(0)).tagged(0x8100, 10).frame(),
	}
	for _, c := range []struct {
		name, text string
		direction  Direction
		workers    int
		want       []int
	}{
		{"IP", tcpdumpIP, In, 1, []int{0, 2, 4}}, // of the tagged frame it sees what is behind the tag
		{"SYN or IPv6", tcpdumpSYN, Both, 1, []int{2, 3}},
		{"VLAN", tcpdumpVLAN, In, 1, []int{4}},
		{"other direction", tcpdumpIP, Out, 1, nil},
		{"workers", tcpdumpSYN, In, 3, []int{2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rings := mustOpen(t, n, Options{Interface: "v1", Direction: c.direction, Filter: parse(t, c.text), Workers: c.workers})
			n.Sender("v0").Send(frames...)
			var want [][]byte
			for _, i := range c.want {
				want = append(want, untagged(frames[i]))
			}
			var got [][]byte
			for _, f := range read(t, rings, len(want)) {
				got = append(got, f.Data)
			}
			if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
				t.Error(diff)
			}
			if s := statistics(t, rings); s.Received != uint64(len(want)) {
				t.Errorf("%d frames passed, want %d", s.Received, len(want))
			}
		})
	}
}
