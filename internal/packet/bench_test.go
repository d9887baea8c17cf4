package packet

import (
	"strings"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
)

// benchmarkDecode decodes frames that lie one after the other, as in a capture's buffer.
func benchmarkDecode(b *testing.B, data string) {
	const count = 64
	c := frameCase{linkType: linkEthernet, data: data}
	frames := make([]capture.Frame, count)
	for i := range frames {
		frames[i] = c.frame()
	}
	d := New(Options{})
	packets := make([]flowtable.Packet, count)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		d.Decode(&frames[i%count], &packets[i%count])
	}
	if d.Counters().Verdicts[Counted] != uint64(b.N) {
		b.Fatalf("%d of %d frames counted", d.Counters().Verdicts[Counted], b.N)
	}
}

func BenchmarkDecodeIPv4TCP(b *testing.B) {
	benchmarkDecode(b, ether+"08 00"+v4("00 28", "00 01", "40 00", "06")+tcpHeader)
}

func BenchmarkDecodeIPv6UDP(b *testing.B) {
	benchmarkDecode(b, ether+"86 dd"+udp6)
}

func BenchmarkDecodeQinQ(b *testing.B) {
	benchmarkDecode(b, ether+"88 a8 00 01 81 00 00 02 08 00"+v4("00 28", "00 01", "40 00", "06")+tcpHeader)
}

func BenchmarkDecodeMPLS(b *testing.B) {
	benchmarkDecode(b, ether+"88 47 00 01 00 40 00 02 01 40"+v4("00 28", "00 01", "40 00", "06")+tcpHeader)
}

func BenchmarkDecodeARP(b *testing.B) {
	c := frameCase{linkType: linkEthernet, data: ether + "08 06 00 01 08 00 06 04 00 01"}
	f, d := c.frame(), New(Options{})
	var p flowtable.Packet
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(&f, &p)
	}
}

// Frames that are headers and little else take time by their length: what a flood of them can ask for.

func BenchmarkDecode180Tags(b *testing.B) {
	benchmarkDecode(b, ether+"88 a8"+strings.Repeat("00 01 81 00", 179)+"00 02 08 00"+v4("00 28", "00 01", "40 00", "06")+tcpHeader)
}

func BenchmarkDecode180ExtensionHeaders(b *testing.B) {
	chain := strings.Repeat("3c 00 01 04 00 00 00 00", 179) + "06 00 01 04 00 00 00 00" + tcpHeader
	benchmarkDecode(b, ether+"86 dd 60 00 00 00 05 b4 3c 40"+strings.Repeat("00", 32)+chain)
}

// Chains of two kinds, in which nothing or little is taken at a time.

func BenchmarkDecode180MixedTags(b *testing.B) {
	for name, four := range map[string]string{"every second": "00 01 81 00 00 01 88 a8 00 01 81 00 00 01 88 a8", "every fourth": "00 01 81 00 00 01 81 00 00 01 81 00 00 01 88 a8"} {
		b.Run(name, func(b *testing.B) {
			benchmarkDecode(b, ether+"81 00"+strings.Repeat(four, 45)+"00 02 08 00"+v4("00 28", "00 01", "40 00", "06")+tcpHeader)
		})
	}
}

func BenchmarkDecodeHeadersBehindALongerOne(b *testing.B) {
	longer := "3c 01 01 0c 00 00 00 00 00 00 00 00 00 00 00 00"
	chain := longer + strings.Repeat("3c 00 01 04 00 00 00 00", 177) + "06 00 01 04 00 00 00 00" + tcpHeader
	benchmarkDecode(b, ether+"86 dd 60 00 00 00 05 b4 3c 40"+strings.Repeat("00", 32)+chain)
}

func BenchmarkDecodeShortAndLongerHeaders(b *testing.B) {
	pair := "3c 00 01 04 00 00 00 00 3c 01 01 0c 00 00 00 00 00 00 00 00 00 00 00 00"
	chain := strings.Repeat(pair, 59) + "06 00 01 04 00 00 00 00" + tcpHeader
	benchmarkDecode(b, ether+"86 dd 60 00 00 00 05 b4 3c 40"+strings.Repeat("00", 32)+chain)
}
