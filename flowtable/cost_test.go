package flowtable

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// load is packets over flows, in random order, with their times rising.
func load(flows, n int, v6 bool) []Packet {
	r := rand.New(rand.NewPCG(1, 2))
	ps := make([]Packet, n)
	for i := range ps {
		f := r.IntN(flows)
		p := udp(uint16(f), 0)
		p.Time = int64(i) * 1000
		p.Src[1], p.Src[2] = byte(f>>16), byte(f>>24)
		if v6 {
			p.IPVersion, p.Src[12] = 6, byte(f>>16)
		}
		ps[i] = p
	}
	return ps
}

func TestNothingIsAllocatedPerPacket(t *testing.T) {
	s, err := New(Options{ActiveAging: time.Second, InactiveAging: time.Second, MaxFlows: 2000, Fragments: FragmentsFirst, TCPEnd: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	packets := load(1500, 4096, false)
	for i := range packets {
		packets[i].Fragment = Fragment(i % 3)
		packets[i].FragmentID = uint32(i / 3)
	}
	ended := make([]Record, 0, 2*len(packets))
	round := int64(0)
	got := testing.AllocsPerRun(20, func() {
		round++
		for i := range packets {
			packets[i].Time += 3 * second
		}
		out := s.Add(packets, ended[:0])
		s.Advance(packets[0].Time + 10*second*round)
		_, _ = s.Expire(out[:0])
	})
	if got != 0 {
		t.Errorf("%v allocations a run of %d packets, want 0", got, len(packets))
	}
}

func BenchmarkAdd(b *testing.B) {
	for _, flows := range []int{10_000, 1_000_000} {
		for _, v6 := range []bool{false, true} {
			b.Run(fmt.Sprintf("flows=%d/v6=%v", flows, v6), func(b *testing.B) { benchmarkAdd(b, flows, v6) })
		}
	}
}

func benchmarkAdd(b *testing.B, flows int, v6 bool) {
	s, err := New(Options{ActiveAging: 300 * time.Second, InactiveAging: 15 * time.Second, MaxFlows: DefaultMaxFlows})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	packets := load(flows, 1<<20, v6)
	ended := make([]Record, 0, 128)
	s.Add(packets, ended)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := i * 64 % len(packets)
		ended = s.Add(packets[at:at+64], ended[:0])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*64), "ns/packet")
}

func BenchmarkNewFlows(b *testing.B) {
	benchmarkFlood(b, Options{InactiveAging: 15 * time.Second, MaxFlows: DefaultMaxFlows}, beginFlow)
}

// BenchmarkEviction is a flood of new flows that end the oldest ones.
func BenchmarkEviction(b *testing.B) { benchmarkFlood(b, Options{MaxFlows: 250_000}, beginFlow) }

// BenchmarkFragments is a flood of first fragments, each of a datagram of its own of one flow.
func BenchmarkFragments(b *testing.B) {
	benchmarkFlood(b, Options{MaxFlows: 1000, Fragments: FragmentsFirst}, func(p *Packet, n uint32) {
		p.Fragment, p.FragmentID = FirstFragment, n*2654435761
	})
}

// beginFlow makes the packet of a number that of a flow of its own.
func beginFlow(p *Packet, n uint32) {
	p.Src[0], p.Src[1], p.Src[2], p.Src[3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24)
}

// benchmarkFlood adds packets of which each is made another one by its number.
func benchmarkFlood(b *testing.B, o Options, vary func(p *Packet, n uint32)) {
	s, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	packets := load(1, 64, false)
	ended := make([]Record, 0, 128)
	n := uint32(0)
	for b.Loop() {
		for i := range packets {
			n++
			vary(&packets[i], n)
			packets[i].Time = int64(n) * 1000
		}
		ended = s.Add(packets, ended[:0])
		s.Advance(packets[0].Time)
		for more := true; more; {
			_, more = s.Expire(ended[:0])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*64), "ns/packet")
}
