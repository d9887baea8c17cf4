package jsonl

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

var update = flag.Bool("update", false, "write the golden files anew")

// line is what a reader of the format declares.
type line struct {
	SrcAddr   netip.Addr `json:"srcaddr"`
	DstAddr   netip.Addr `json:"dstaddr"`
	Protocol  uint8      `json:"protocol"`
	SrcPort   uint16     `json:"srcport"`
	DstPort   uint16     `json:"dstport"`
	Packets   uint64     `json:"packets"`
	Bytes     uint64     `json:"bytes"`
	Start     int64      `json:"start"`
	End       int64      `json:"end"`
	TCPFlags  uint8      `json:"tcp-flags"`
	ToS       uint8      `json:"tos"`
	InPort    uint32     `json:"inport"`
	OutPort   uint32     `json:"outport"`
	VLAN      *uint16    `json:"vlan,omitempty"`
	StartMS   int64      `json:"start_ms"`
	EndMS     int64      `json:"end_ms"`
	EndReason string     `json:"end_reason"`
	Exporter  string     `json:"exporter,omitempty"`
	Domain    *uint32    `json:"domain,omitempty"`
	Version   *uint16    `json:"version,omitempty"`
}

func record4() flowtable.Record {
	return flowtable.Record{
		Src: [16]byte{192, 0, 2, 1}, Dst: [16]byte{198, 51, 100, 200},
		Packets: 12, Octets: 3456, First: 1700000000_123456789, Last: 1700000001_999999999,
		Input: 2, Output: 3, SrcPort: 443, DstPort: 51234, VLAN: 7, IPVersion: 4, Protocol: 6,
		ToS: 0x28, TCPFlags: 0x1b, Reason: flowtable.IdleTimeout,
	}
}

func record6(src, dst string) flowtable.Record {
	return flowtable.Record{
		Src: netip.MustParseAddr(src).As16(), Dst: netip.MustParseAddr(dst).As16(),
		Packets: 1, Octets: 104, IPVersion: 6, Protocol: 58, DstPort: 0x8000,
		Reason: flowtable.EndOfInput,
	}
}

func extremes() []flowtable.Record {
	before1970 := record4()
	before1970.First, before1970.Last = -1, -1_000_000_001
	largest := record6("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1234:1234:1234:1234:1234:1234:1234:1234")
	largest.Packets, largest.Octets = math.MaxUint64, math.MaxUint64
	largest.First, largest.Last = -flowtable.MaxTime, flowtable.MaxTime
	largest.Input, largest.Output = math.MaxUint32, math.MaxUint32
	largest.SrcPort, largest.DstPort, largest.VLAN = 65535, 65535, 4095
	largest.Protocol, largest.ToS, largest.TCPFlags = 255, 255, 255
	largest.Reason = 200
	return []flowtable.Record{
		record4(),
		{IPVersion: 4},
		{IPVersion: 6},
		record6("2001:db8::1", "2001:db8:0:0:1:0:0:1"),
		record6("::ffff:192.0.2.1", "::192.0.2.1"),
		before1970, largest,
	}
}

func TestGolden(t *testing.T) {
	var got []byte
	for _, r := range extremes() {
		got = AppendRecord(got, &r)
		got = Appender{VLAN: true}.AppendRecord(got, &r)
	}
	for i, exporter := range []string{"192.0.2.254:2055", "[2001:db8::254]:4739", `[fe80::1%a"b]:1`} {
		r := record4()
		from := Origin{Exporter: netip.MustParseAddrPort(exporter), Domain: math.MaxUint32, Version: []uint16{5, 9, 10}[i]}
		got = Appender{VLAN: i == 1}.AppendCollected(got, &r, from)
	}
	compareGolden(t, "records.jsonl", got)
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestEndReasons(t *testing.T) {
	want := []string{"unknown", "idle", "active", "end", "forced", "lack", "eof", "unknown"}
	for reason, name := range want {
		r := flowtable.Record{IPVersion: 4, Reason: flowtable.EndReason(reason)}
		if got := parse(t, AppendRecord(nil, &r)); got.EndReason != name {
			t.Errorf("reason %d reads %q, want %q", reason, got.EndReason, name)
		}
	}
}

func parse(t interface{ Fatalf(string, ...any) }, text []byte) line {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var l line
	if err := d.Decode(&l); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return l
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecord(t)
		text := Appender{VLAN: true}.AppendRecord([]byte("before"), &r)[len("before"):]
		if n := bytes.IndexByte(text, '\n'); n != len(text)-1 || len(text) > LineRoom {
			t.Fatalf("newline at %d of %d octets", n, len(text))
		}
		want := line{
			SrcAddr: r.SrcAddr(), DstAddr: r.DstAddr(), Protocol: r.Protocol, SrcPort: r.SrcPort, DstPort: r.DstPort,
			Packets: r.Packets, Bytes: r.Octets, TCPFlags: r.TCPFlags, ToS: r.ToS, InPort: r.Input, OutPort: r.Output,
			Start: floor(r.First, 1e9), End: floor(r.Last, 1e9), VLAN: &r.VLAN,
			StartMS: floor(r.First, 1e6), EndMS: floor(r.Last, 1e6), EndReason: r.Reason.String(),
		}
		if diff := cmp.Diff(want, parse(t, text), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// floor is exact for |a| < 2^53.
func floor(a, b int64) int64 { return int64(math.Floor(float64(a) / float64(b))) }

func drawRecord(t *rapid.T) flowtable.Record {
	r := flowtable.Record{
		Packets: rapid.Uint64().Draw(t, "packets"), Octets: rapid.Uint64().Draw(t, "octets"),
		First: rapid.Int64Range(-1e15, 1e15).Draw(t, "first"), Last: rapid.Int64Range(-1e15, 1e15).Draw(t, "last"),
		Input: rapid.Uint32().Draw(t, "input"), Output: rapid.Uint32().Draw(t, "output"),
		SrcPort: rapid.Uint16().Draw(t, "sport"), DstPort: rapid.Uint16().Draw(t, "dport"),
		VLAN: rapid.Uint16Max(4095).Draw(t, "vlan"), IPVersion: rapid.SampledFrom([]uint8{4, 6}).Draw(t, "version"),
		Protocol: rapid.Uint8().Draw(t, "protocol"), ToS: rapid.Uint8().Draw(t, "tos"),
		TCPFlags: rapid.Uint8().Draw(t, "flags"), Reason: flowtable.EndReason(rapid.Uint8Max(6).Draw(t, "reason")),
	}
	n := 4
	if r.IPVersion == 6 {
		n = 16
	}
	copy(r.Src[:], rapid.SliceOfN(rapid.Uint8(), n, n).Draw(t, "src"))
	copy(r.Dst[:], rapid.SliceOfN(rapid.Uint8(), n, n).Draw(t, "dst"))
	return r
}

func TestAllocations(t *testing.T) {
	records := extremes()
	dst := make([]byte, 0, len(records)*LineRoom)
	from := Origin{Exporter: netip.MustParseAddrPort("[2001:db8::254]:4739"), Version: 10}
	if n := testing.AllocsPerRun(100, func() {
		dst = dst[:0]
		for i := range records {
			dst = Appender{VLAN: true}.AppendCollected(dst, &records[i], from)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppendRecord(b *testing.B) {
	r, dst := record4(), make([]byte, 0, LineRoom)
	for b.Loop() {
		dst = AppendRecord(dst[:0], &r)
	}
	b.SetBytes(int64(len(dst)))
}
