package ring

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"golang.org/x/net/bpf"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile"
	"github.com/sagflow/sagflow/internal/packet"
	"github.com/sagflow/sagflow/internal/testutil"
)

// multiplier is the steering program's in tests.
const multiplier = 0x9e3779b1

// plainStart begins a program for the whole frame without the kernel's extensions, which the virtual
// machine lacks: as ethernetStart does for a frame that is sent.
func plainStart(a *assembler) {
	a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: ethernetHeader}, bpf.LoadAbsolute{Off: ethernetHeader - 2, Size: 2})
}

// plainIPStart begins a program for a frame that is an IP packet.
func plainIPStart(a *assembler) {
	a.add(bpf.LoadConstant{Dst: bpf.RegX, Val: 0}, bpf.LoadConstant{Dst: bpf.RegA, Val: typeIPv4})
}

// machine runs a steering program.
func machine(t testing.TB, start func(*assembler), version bool) func([]byte) uint32 {
	t.Helper()
	vm, err := bpf.NewVM(steering(start, version, multiplier).instructions())
	if err != nil {
		t.Fatal(err)
	}
	return func(frame []byte) uint32 {
		h, err := vm.Run(frame)
		if err != nil {
			t.Fatal(err)
		}
		return uint32(h)
	}
}

// decode returns what the decoder makes of an Ethernet frame.
func decode(frame []byte) (flowtable.Packet, packet.Verdict) {
	var p flowtable.Packet
	f := capture.Frame{Data: frame, Length: uint32(len(frame)), LinkType: 1}
	v := packet.New(packet.Options{}).Decode(&f, &p)
	return p, v
}

// bare is an untagged frame with the packet's addresses and nothing else.
func bare(p *flowtable.Packet) []byte {
	src, dst := netip.AddrFrom16(p.Src), netip.AddrFrom16(p.Dst)
	if p.IPVersion == 4 {
		src, dst = netip.AddrFrom4([4]byte(p.Src[:4])), netip.AddrFrom4([4]byte(p.Dst[:4]))
	}
	return ip(src.String(), dst.String(), 17, 0, false, nil).frame()
}

// encapsulations are the ways in which packets between two addresses can come, all that the program
// knows of.
func encapsulations(src, dst string) map[string]layer {
	whole := ip(src, dst, 17, 0, false, udp(10))
	inner := ip("203.0.113.1", "203.0.113.2", 17, 0, false, udp(0))
	tags := whole
	for i := range maxTags {
		tags = tags.tagged([]uint16{0x8100, 0x88a8, 0x9100, 0x9200, 0x9300}[i%5], i)
	}
	return map[string]layer{
		"whole":                    whole,
		"TCP":                      ip(src, dst, 6, 0, false, make([]byte, 20)),
		"first fragment":           ip(src, dst, 17, 0, true, udp(8)),
		"later fragment":           ip(src, dst, 17, 2, true, make([]byte, 16)),
		"last fragment":            ip(src, dst, 17, 4, false, make([]byte, 9)),
		"GRE":                      ip(src, dst, 47, 0, false, joined([]byte{0, 0}, be16(typeIPv4), inner.octets)),
		"IPIP":                     ip(src, dst, 4, 0, false, inner.octets),
		"cut behind the addresses": {whole.etherType, whole.octets[:map[uint16]int{typeIPv4: 20, typeIPv6: 40}[whole.etherType]]},
		"tag":                      whole.tagged(0x8100, 0xe00a),
		"QinQ":                     whole.tagged(0x8100, 10).tagged(0x88a8, 20),
		"tags":                     tags,
		"SNAP":                     whole.snap(0),
		"SNAP of a bridge":         whole.snap(0xf8),
		"SNAP between tags":        whole.tagged(0x8100, 1).snap(0).tagged(0x8100, 2),
		"tags behind SNAP":         tags.snap(0),
		"label":                    whole.labels(1, typeMPLS),
		"labels":                   whole.labels(maxLabels, typeMPLS),
		"multicast labels":         whole.labels(3, typeMPLSMulticast),
		"labels in tags":           whole.labels(2, typeMPLS).tagged(0x8100, 1).tagged(0x88a8, 2),
		"PPPoE":                    whole.pppoe(false),
		"PPPoE, short":             whole.pppoe(true),
		"labels in PPPoE":          whole.labels(2, typeMPLS).pppoe(false),
		"multicast in PPPoE":       whole.labels(1, typeMPLSMulticast).pppoe(false),
		"PPPoE in tags in SNAP":    whole.pppoe(false).tagged(0x9100, 1).snap(0),
	}
}

// Whatever leads to IP in the decoder leads to the hash of the same two addresses.
func TestSteeringByEncapsulation(t *testing.T) {
	run := machine(t, plainStart, false)
	for _, c := range []struct{ name, src, dst, other string }{
		{"IPv4", "192.0.2.1", "198.51.100.2", "198.51.100.3"},
		{"IPv6", "2001:db8::1", "2001:db8:1::2", "2001:db8:1::3"},
	} {
		same := run(ip(c.src, c.dst, 17, 0, false, nil).frame())
		other := run(ip(c.src, c.other, 17, 0, false, nil).frame())
		for name, l := range encapsulations(c.src, c.dst) {
			t.Run(c.name+", "+name, func(t *testing.T) {
				if _, v := decode(l.frame()); v != packet.Counted {
					t.Fatalf("decoder: %v, want counted", v)
				}
				if got := run(l.frame()); got != same || got == other || got == 0 {
					t.Errorf("hash %#x, want %#x; that of other addresses is %#x", got, same, other)
				}
			})
		}
	}
}

// What isn't IP, is cut or lies deeper than the program looks goes to ring 0.
func TestSteeringToRing0(t *testing.T) {
	whole := ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(10))
	tags := whole
	for range maxTags + 1 {
		tags = tags.tagged(0x8100, 1)
	}
	for name, frame := range map[string][]byte{
		"empty":              {},
		"cut in Ethernet":    whole.frame()[:13],
		"cut in IP":          whole.frame()[:14+19],
		"ARP":                layer{0x0806, make([]byte, 46)}.frame(),
		"more tags":          tags.frame(),
		"more tags in SNAP":  tags.snap(0).frame(),
		"more labels":        whole.labels(maxLabels+1, typeMPLS).frame(),
		"pseudowire":         layer{0, joined(make([]byte, 4), whole.frame())}.labels(1, typeMPLS).frame(),
		"PPPoE discovery":    layer{0x8863, whole.pppoe(false).octets}.frame(),
		"PPPoE code":         layer{typePPPoE, joined([]byte{0x11, 9}, whole.pppoe(false).octets[2:])}.frame(),
		"PPP control":        layer{0xc021, make([]byte, 40)}.pppoe(false).frame(),
		"LLC":                layer{40, joined([]byte{0x42, 0x42, 3}, make([]byte, 40))}.frame(),
		"SNAP of others":     whole.snap(1).frame(),
		"SNAP with a length": layer{0x100, whole.octets}.snap(0).frame(),
		"SNAP in SNAP":       whole.snap(0).snap(0).frame(),
	} {
		t.Run(name, func(t *testing.T) {
			if got := machine(t, plainStart, false)(frame); got != 0 {
				t.Errorf("hash %#x, want 0", got)
			}
		})
	}
}

// The service access point for IP (RFC 948) is the one way without an ethertype.
func TestSteeringServiceAccessPoint(t *testing.T) {
	whole := ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(10))
	run := machine(t, plainStart, false)
	for _, c := range []struct {
		header []byte
		want   bool
	}{{[]byte{6, 6, 3}, true}, {[]byte{6, 6, 4}, false}, {[]byte{6, 7, 3}, false}} {
		frame := layer{uint16(len(whole.octets) + 3), joined(c.header, whole.octets)}.frame()
		_, v := decode(frame)
		if got := run(frame) == run(whole.frame()); got != c.want || c.want != (v == packet.Counted) {
			t.Errorf("%x: as bare IP: %v, want %v; decoder: %v", c.header, got, c.want, v)
		}
	}
}

// drawLayer draws a packet and what it is wrapped in.
func drawLayer(t *rapid.T) layer {
	addresses := [][]string{
		{"10.0.0.1", "10.0.0.2", "10.1.0.1", "172.16.0.9", "8.8.8.8"},
		{"2001:db8::1", "2001:db8::2", "fe80::1", "2001:db8:8000::1", "ff02::1"},
	}[rapid.IntRange(0, 1).Draw(t, "family")]
	address := rapid.SampledFrom(addresses)
	l := ip(address.Draw(t, "source"), address.Draw(t, "destination"), rapid.SampledFrom([]byte{1, 4, 6, 17, 41, 47, 50, 58, 89}).Draw(t, "protocol"),
		rapid.IntRange(0, 3).Draw(t, "offset"), rapid.Bool().Draw(t, "more"), rapid.SliceOfN(rapid.Byte(), 0, 48).Draw(t, "payload"))
	if rapid.Bool().Draw(t, "labelled") {
		l = l.labels(rapid.IntRange(1, maxLabels).Draw(t, "labels"), rapid.SampledFrom([]uint16{typeMPLS, typeMPLSMulticast}).Draw(t, "label type"))
	}
	if rapid.IntRange(0, 3).Draw(t, "pppoe") == 0 {
		l = l.pppoe(rapid.Bool().Draw(t, "short"))
	}
	l = drawTags(t, l)
	if rapid.IntRange(0, 3).Draw(t, "snap") == 0 {
		l = drawTags(t, l.snap(rapid.SampledFrom([]byte{0, 0xf8}).Draw(t, "organisation")))
	}
	return l
}

func drawTags(t *rapid.T, l layer) layer {
	for range rapid.IntRange(0, maxTags).Draw(t, "tags") {
		l = l.tagged(rapid.SampledFrom([]uint16{0x8100, 0x88a8, 0x9100, 0x9200, 0x9300}).Draw(t, "tpid"), rapid.IntRange(0, 0xffff).Draw(t, "tci"))
	}
	return l
}

// Equal addresses have an equal hash, also where octets are wrong or missing: the decoder says which
// addresses a frame has.
func TestSteeringFollowsTheDecoder(t *testing.T) {
	run := machine(t, plainStart, false)
	rapid.Check(t, func(t *rapid.T) {
		frame := drawLayer(t).frame()
		for range rapid.IntRange(0, 2).Draw(t, "mutations") {
			frame[rapid.IntRange(0, len(frame)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "octet")
		}
		frame = frame[:rapid.IntRange(max(0, len(frame)-60), len(frame)).Draw(t, "length")]
		p, v := decode(frame)
		got := run(frame)
		switch {
		case v == packet.Counted && got == 0:
			t.Fatalf("hash 0 for a packet from %x to %x", p.Src, p.Dst)
		case v == packet.Counted && got != run(bare(&p)):
			t.Fatalf("hash %#x, want %#x as of other packets from %x to %x", got, run(bare(&p)), p.Src, p.Dst)
		case v.Class() == packet.ClassNonIP && got != 0:
			t.Fatalf("hash %#x of what is no IP (%v)", got, v)
		}
	})
}

// The captures of testdata hold all that the decoder knows of, the shared ones what others sent.
func TestSteeringOfCaptures(t *testing.T) {
	t.Run("testdata", func(t *testing.T) { steerCaptures(t, testutil.Testdata(t, ""), 500) })
	t.Run("shared", func(t *testing.T) { steerCaptures(t, testutil.Shared(t, "pcaps"), 20000) })
}

func steerCaptures(t *testing.T, dir string, atLeast int) {
	run := machine(t, plainStart, false)
	counted, deep := 0, 0
	source := pcapfile.New(pcapfile.Options{Files: testutil.Captures(t, dir)})
	defer source.Close()
	d := packet.New(packet.Options{})
	frames := make([]capture.Frame, 64)
	var end error
	for end == nil { // with the errors of the files that are damaged
		var n int
		n, end = source.Next(frames)
		for i := range n {
			var p flowtable.Packet
			if frames[i].LinkType != 1 || d.Decode(&frames[i], &p) != packet.Counted {
				continue
			}
			counted++
			if got, want := run(frames[i].Data), run(bare(&p)); got == 0 {
				deep++
			} else if got != want {
				t.Errorf("hash %#x, want %#x: %x", got, want, frames[i].Data)
			}
		}
	}
	if counted < atLeast || deep > counted/100 {
		t.Errorf("%d packets, %d of them too deep for the program", counted, deep)
	}
}

// A device of IP packets has no ethertype in its frames: the version says what they are.
func TestSteeringOfPackets(t *testing.T) {
	run, ethernet := machine(t, plainIPStart, true), machine(t, plainStart, false)
	for _, l := range []layer{
		ip("192.0.2.1", "198.51.100.2", 17, 0, false, udp(1)),
		ip("2001:db8::1", "2001:db8::2", 17, 0, false, udp(1)),
	} {
		if got, want := run(l.octets), ethernet(l.frame()); got != want || got == 0 {
			t.Errorf("hash %#x, want %#x as on Ethernet", got, want)
		}
	}
	for _, b := range [][]byte{nil, {0x45}, {0x55, 0, 0, 0}} {
		if got := run(b); got != 0 {
			t.Errorf("%x: hash %#x, want 0", b, got)
		}
	}
}

// Rings get equal shares of addresses that count up, as those of a network do, with any number of
// rings and multipliers at random.
func TestSteeringSpreads(t *testing.T) {
	for name, pair := range map[string]func(i int) (src, dst string){
		"clients": func(i int) (string, string) { return fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), "192.0.2.1" },
		"servers": func(i int) (string, string) { return "192.0.2.1", fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255) },
		"pairs": func(i int) (string, string) {
			return fmt.Sprintf("10.0.%d.1", i%128), fmt.Sprintf("10.1.%d.1", i/128)
		},
		"IPv6 hosts":    func(i int) (string, string) { return "2001:db8::1", fmt.Sprintf("2001:db8::%x", i) },
		"IPv6 networks": func(i int) (string, string) { return fmt.Sprintf("2001:db8:%x::1", i), "2001:db8::1" },
	} {
		random := rand.New(rand.NewPCG(1, 2))
		for range 8 {
			k := random.Uint32() | 1
			vm, err := bpf.NewVM(steering(plainStart, false, k).instructions())
			if err != nil {
				t.Fatal(err)
			}
			const n = 8192
			hashes := make([]int, n)
			for i := range hashes {
				src, dst := pair(i)
				if hashes[i], err = vm.Run(ip(src, dst, 17, 0, false, nil).frame()); err != nil {
					t.Fatal(err)
				}
			}
			for _, rings := range []int{2, 3, 4, 7, 8, 16} {
				shares := make([]int, rings)
				for _, h := range hashes {
					shares[uint32(h)%uint32(rings)]++
				}
				mean := float64(n) / float64(rings)
				if least, most := float64(slices.Min(shares)), float64(slices.Max(shares)); least < mean-6*math.Sqrt(mean) || most > mean+6*math.Sqrt(mean) {
					t.Errorf("%s, multiplier %#x: shares %v", name, k, shares)
				}
			}
		}
	}
}

// The kernel takes at most 4,096 instructions, and needs jumps that stay inside.
func TestSteeringProgramIsValid(t *testing.T) {
	for name, a := range map[string]*assembler{
		"Ethernet": steering(ethernetStart, false, multiplier), "others": steering(otherStart, true, multiplier),
	} {
		program := a.raw()
		if err := validate(program); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, label := range slices.Sorted(maps.Values(a.jumps)) {
			if _, ok := a.labels[label]; !ok {
				t.Errorf("%s: no label %q", name, label)
			}
		}
	}
}
