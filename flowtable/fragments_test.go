package flowtable

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// part is a fragment of datagram id at a time in seconds.
func part(id uint32, f Fragment, seconds float64) Packet {
	p := udp(7, seconds)
	p.FragmentID, p.Fragment = id, f
	if f == LaterFragment {
		p.SrcPort, p.DstPort = 0, 0
	}
	return p
}

func TestFragments(t *testing.T) {
	v6 := func(f Fragment, protocol uint8) Packet {
		p := part(1, f, 0)
		p.IPVersion, p.Protocol = 6, protocol
		return p
	}
	icmp := part(1, LaterFragment, 1)
	icmp.Protocol = 1
	changed := part(1, FirstFragment, 1)
	changed.SrcPort = 8
	for _, c := range []struct {
		name      string
		mode      FragmentMode
		packets   []Packet
		ports     []uint16 // of the records, sorted
		unmatched uint64
	}{
		{"zero", FragmentsZero, []Packet{part(1, FirstFragment, 0), part(1, LaterFragment, 0)}, []uint16{0, 7}, 0},
		{"first", FragmentsFirst, []Packet{part(1, FirstFragment, 0), part(1, LaterFragment, 29.999999999)}, []uint16{7}, 0},
		{"too late", FragmentsFirst, []Packet{part(1, FirstFragment, 0), part(1, LaterFragment, 30)}, []uint16{7, 0}, 1},
		{"later came first", FragmentsFirst, []Packet{part(1, LaterFragment, 0), part(1, FirstFragment, 1)}, []uint16{0, 7}, 1},
		{"another datagram", FragmentsFirst, []Packet{part(1, FirstFragment, 0), part(2, LaterFragment, 0)}, []uint16{0, 7}, 1},
		{"another protocol of IPv4", FragmentsFirst, []Packet{part(1, FirstFragment, 0), icmp}, []uint16{7, 0}, 1},
		{"a newer first one counts", FragmentsFirst, []Packet{part(1, FirstFragment, 0), changed, part(1, LaterFragment, 2)}, []uint16{7, 8}, 0},
		{"before its first one's time", FragmentsFirst, []Packet{part(1, FirstFragment, 50), part(1, LaterFragment, 2)}, []uint16{7}, 0},
		{"IPv6 takes the protocol too", FragmentsFirst, []Packet{v6(FirstFragment, 17), v6(LaterFragment, 60)}, []uint16{7}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newTable(t, Options{MaxFlows: 9, Fragments: c.mode}, 1, 64, 9)
			defer x.close()
			var ports []uint16
			for _, r := range sorted(x.run(c.packets, EndOfInput)) {
				ports = append(ports, r.SrcPort)
			}
			if d := cmp.Diff(c.ports, ports); d != "" {
				t.Error(d)
			}
			if got := x.counters().FragmentsUnmatched; got != c.unmatched {
				t.Errorf("unmatched %d, want %d", got, c.unmatched)
			}
		})
	}
}

// The memory holds its number of first fragments, then forgets the oldest and counts it if it was
// still of use.
func TestFragmentMemoryIsBounded(t *testing.T) {
	const n = 100
	x := newTable(t, Options{MaxFlows: 5 * n, Fragments: FragmentsFirst, FragmentMemory: n}, 1, 64, 9)
	defer x.close()
	var packets []Packet
	for id := range uint32(n + 10) {
		packets = append(packets, part(id, FirstFragment, 0))
	}
	for id := range uint32(n + 10) {
		packets = append(packets, part(id, LaterFragment, 1))
	}
	for id := range uint32(n) { // takes the place of what has expired
		packets = append(packets, part(1000+id, FirstFragment, 40))
	}
	x.run(packets, EndOfInput)
	c := x.counters()
	if c.FragmentsForgotten != 10 || c.FragmentsUnmatched != 10 {
		t.Errorf("forgotten %d, unmatched %d; want 10 and 10", c.FragmentsForgotten, c.FragmentsUnmatched)
	}
}

// A first fragment that comes many times takes one place, and is the newest again.
func TestRepeatedFirstFragmentTakesOnePlace(t *testing.T) {
	const n = 8
	x := newTable(t, Options{MaxFlows: 100, Fragments: FragmentsFirst, FragmentMemory: n}, 1, 64, 9)
	defer x.close()
	packets := []Packet{part(0, FirstFragment, 0)}
	for range 3 * n {
		packets = append(packets, part(1, FirstFragment, 0))
	}
	for id := range uint32(n - 2) {
		packets = append(packets, part(100+id, FirstFragment, 0))
	}
	packets = append(packets, part(0, FirstFragment, 1), part(200, FirstFragment, 1)) // forgets 1
	packets = append(packets, part(0, LaterFragment, 2), part(1, LaterFragment, 2), part(100, LaterFragment, 2))
	x.run(packets, EndOfInput)
	if c := x.counters(); c.FragmentsForgotten != 1 || c.FragmentsUnmatched != 1 {
		t.Errorf("forgotten %d, unmatched %d; want 1 and 1", c.FragmentsForgotten, c.FragmentsUnmatched)
	}
}

func TestFragmentsOfADatagramMeet(t *testing.T) {
	for shards := 1; shards < 9; shards++ {
		for id := range uint32(50) {
			a, b := part(id, FirstFragment, 0), part(id, LaterFragment, 0)
			a.Src[3], b.Src[3] = byte(id), byte(id)
			if m, n := ShardOf(&a, shards), ShardOf(&b, shards); m != n || m >= shards {
				t.Fatalf("of %d shards, fragments go to %d and %d", shards, m, n)
			}
		}
	}
}

func TestShardsAreEven(t *testing.T) {
	var count [7]int
	for i := range 70_000 {
		p := udp(1, 0)
		p.Src[2], p.Src[3] = byte(i>>8), byte(i)
		if i%2 == 0 {
			p.IPVersion, p.Src[3], p.Src[15] = 6, 0, byte(i)
		}
		count[ShardOf(&p, len(count))]++
	}
	for n, c := range count {
		if c < 9_000 || c > 11_000 {
			t.Errorf("shard %d gets %d of 70,000 packets, want about 10,000", n, c)
		}
	}
}

// What is read ahead for packets are the chains of the fragments among them, and those of as many old ones as the first
// ones push out.
func TestChainsThatAreReadAhead(t *testing.T) {
	for _, c := range []struct{ memory, remembered, first, old int }{
		{200, 0, 64, 0}, {200, 136, 64, 0}, {200, 150, 64, 14}, {200, 200, 64, 64}, {64, 64, 1, 1}, {2, 2, 64, 2}, {1, 1, 64, 1},
	} {
		f, err := newFragments(c.memory)
		if err != nil {
			t.Fatal(err)
		}
		for id := range uint32(c.remembered) {
			p := part(id, FirstFragment, 0)
			f.remember(&p)
		}
		packets, want := []Packet{udp(7, 0), part(5, LaterFragment, 0)}, []Packet{part(5, LaterFragment, 0)}
		for id := range uint32(c.first) {
			packets = append(packets, part(1000+id, FirstFragment, 0))
		}
		want = append(want, packets[2:]...)
		for id := range uint32(c.old) {
			want = append(want, part(id, FirstFragment, 0))
		}
		chains, first := f.chainsOf(packets, nil)
		chains = f.oldestChains(first, chains)
		var expected []uint32
		for i := range want {
			k := keyOfFragment(&want[i])
			expected = append(expected, f.hash(&k))
		}
		if d := cmp.Diff(expected, chains); d != "" || first != c.first {
			t.Errorf("%+v: %d first ones, chains (-want +got)\n%s", c, first, d)
		}
		if err := f.close(); err != nil {
			t.Error(err)
		}
	}
}

// A batch of nothing but first fragments, each of which pushes one out, is as many as are ever read ahead.
func TestFragmentsAllocateNothing(t *testing.T) {
	s, err := New(Options{MaxFlows: 9, Fragments: FragmentsFirst, FragmentMemory: 2 * aheadPackets})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	packets, ended := make([]Packet, aheadPackets), make([]Record, 0, 2*aheadPackets)
	id := uint32(0)
	add := func() {
		for i := range packets {
			id++
			packets[i] = part(id, FirstFragment, 0)
		}
		s.Add(packets, ended)
	}
	for range 4 {
		add() // the memory is full then
	}
	if got := testing.AllocsPerRun(20, add); got != 0 {
		t.Errorf("%v allocations a batch, want 0", got)
	}
}
