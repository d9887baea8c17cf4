package packet

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

// dirty is a packet with no field zero: the decoder must leave nothing of it.
func dirty() flowtable.Packet {
	p := flowtable.Packet{
		Time: -1, Octets: 1<<64 - 1, FragmentID: 1<<32 - 1, Interface: 1<<32 - 1, SrcPort: 1<<16 - 1, DstPort: 1<<16 - 1,
		VLAN: 1<<16 - 1, IPVersion: 255, Protocol: 255, ToS: 255, TCPFlags: 255, Fragment: 255, Direction: 255,
	}
	for i := range p.Src {
		p.Src[i], p.Dst[i] = 255, 255
	}
	return p
}

func runCases(t *testing.T, cases []frameCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := New(Options{})
			f, p := c.frame(), dirty()
			v := d.Decode(&f, &p)
			checkVerdict(t, d, v, c.text)
			if diff := cmp.Diff(c.want, p); v == Counted && diff != "" {
				t.Errorf("packet (-want +got):\n%s", diff)
			}
			checkNotes(t, d, c.notes)
		})
	}
}

func checkVerdict(t *testing.T, d *Decoder, v Verdict, want string) {
	t.Helper()
	if want == "" {
		want = "counted"
	}
	if got := lastText(d, v); got != want {
		t.Fatalf("verdict %q, want %q", got, want)
	}
	if n := d.Counters().Verdicts[v]; n != 1 || d.Counters().Frames() != 1 {
		t.Errorf("verdict counted %d times in %d frames, want once in one", n, d.Counters().Frames())
	}
}

func checkNotes(t *testing.T, d *Decoder, want []Note) {
	t.Helper()
	var wanted [NoteCount]uint64
	for _, n := range want {
		wanted[n]++
	}
	for n, count := range d.Counters().Notes {
		if count != wanted[n] {
			t.Errorf("note %q counted %d times, want %d", Note(n), count, wanted[n])
		}
	}
}

func TestDecodeLinkTypes(t *testing.T) { runCases(t, linkCases()) }

func TestDecodeHeaders(t *testing.T) { runCases(t, headerCases()) }

func TestDecodeRefused(t *testing.T) { runCases(t, refusedCases()) }

func TestOptions(t *testing.T) {
	past4 := v4("05 dc", "00 01", "00 00", "11") + udpHeader
	past6 := v6("05 b4", "11") + udpHeader
	zero4 := v4("00 00", "00 01", "00 00", "11") + udpHeader
	zero6 := v6("00 00", "11") + udpHeader
	ah := v6("00 14", "33") + "11 01 00 00 00 00 00 00 00 00 00 00" + udpHeader
	runOptions := func(name string, options Options, lt uint16, data, text string, protocol uint8) {
		t.Run(name, func(t *testing.T) {
			d := New(options)
			c := frameCase{linkType: lt, data: data}
			f, p := c.frame(), dirty()
			checkVerdict(t, d, d.Decode(&f, &p), text)
			if text == "" && p.Protocol != protocol {
				t.Errorf("protocol %d, want %d", p.Protocol, protocol)
			}
		})
	}
	runOptions("strict, ipv4", Options{Strict: true}, 228, past4, "ipv4 total length past the frame", 0)
	runOptions("strict, ipv6", Options{Strict: true}, 229, past6, "ipv6 payload length past the frame", 0)
	runOptions("zero length, ipv4", Options{RejectZeroLength: true}, 228, zero4, "ipv4 total length 0", 0)
	runOptions("zero length, ipv6", Options{RejectZeroLength: true}, 229, zero6, "ipv6 payload length 0", 0)
	runOptions("ah walked over", Options{}, 229, ah, "", 17)
	runOptions("ah as protocol", Options{StopAtAH: true}, 229, ah, "", 51)
}

func TestKnownLinkTypeAgreesWithDecode(t *testing.T) {
	d := New(Options{})
	for lt := range 1 << 16 {
		var p flowtable.Packet
		v := d.Decode(&capture.Frame{LinkType: uint16(lt)}, &p)
		if known := KnownLinkType(uint16(lt)); known == (v == LinkType) {
			t.Errorf("link type %d: known is %v, but the verdict of an empty frame is %q", lt, known, v)
		}
	}
}

// TestDecodePrefixes cuts every frame at every length: nothing may panic, and what is behind the
// cut, here in the same array, may not be seen.
func TestDecodePrefixes(t *testing.T) {
	d := New(Options{})
	for i, f := range seedFrames() {
		for n := range len(f.Data) + 1 {
			full := capture.Frame{Data: f.Data[:n], Time: f.Time, Length: f.Length, LinkType: f.LinkType}
			alone := full
			alone.Data = append([]byte(nil), full.Data...)
			var a, b flowtable.Packet
			va, vb := d.Decode(&full, &a), d.Decode(&alone, &b)
			if va != vb || va == Counted && a != b {
				t.Errorf("frame %d cut to %d: %v %+v, alone %v %+v", i, n, va, a, vb, b)
			}
		}
	}
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	d, frames := New(Options{}), seedFrames()
	var p flowtable.Packet
	allocs := testing.AllocsPerRun(100, func() {
		for i := range frames {
			d.Decode(&frames[i], &p)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations in %d frames, want 0", allocs, len(frames))
	}
}
