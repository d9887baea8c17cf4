package agent

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/jsonl"
)

// drawRecord makes a record with values at their edges as often as between them.
func drawRecord(t *rapid.T, base int64) flowtable.Record {
	edge := func(name string, values ...uint64) uint64 {
		return rapid.OneOf(rapid.SampledFrom(values), rapid.Uint64Range(1, 1<<20)).Draw(t, name)
	}
	first := base + rapid.Int64Range(0, 1e12).Draw(t, "first")
	r := flowtable.Record{
		Packets: edge("packets", 1, 1<<32-1, 1<<32, 1<<40), Octets: edge("octets", 20, 1<<32-1, 1<<32, 5<<32),
		First: first, Last: first + rapid.SampledFrom([]int64{0, 1e6, 15e9, 300e9}).Draw(t, "length"),
		Input: rapid.Uint32Range(0, 1<<16-1).Draw(t, "input"), Output: rapid.Uint32Range(0, 1<<16-1).Draw(t, "output"),
		SrcPort: rapid.Uint16().Draw(t, "srcport"), DstPort: rapid.Uint16().Draw(t, "dstport"),
		Protocol: rapid.SampledFrom([]uint8{1, 6, 17, 58, 132}).Draw(t, "protocol"), IPVersion: rapid.SampledFrom([]uint8{4, 6}).Draw(t, "version"),
		ToS: rapid.Uint8().Draw(t, "tos"), TCPFlags: rapid.Uint8().Draw(t, "flags"),
		Reason: flowtable.EndReason(rapid.IntRange(1, 6).Draw(t, "reason")),
	}
	if r.Protocol == 1 || r.Protocol == 58 {
		r.SrcPort = 0
	}
	octets := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "addresses")
	n := 16
	if r.IPVersion == 4 {
		n = 4
	}
	copy(r.Src[:n], octets)
	copy(r.Dst[:n], octets[16:])
	return r
}

// send drives an encoder as a session does, with datagrams of changing limits, of which some turn
// out too long and are made anew.
func send(t *rapid.T, e exporter.Encoder, clock int64, records []flowtable.Record) [][]byte {
	var sent [][]byte
	at := exporter.Moment{Clock: clock, Wall: time.Unix(1e9, 0)}
	for rounds := 0; len(records) > 0; rounds++ {
		if rounds > 100_000 {
			t.Fatal("the encoder makes no progress")
		}
		limit := e.MinLimit() + rapid.IntRange(0, 1400).Draw(t, "room")
		if rapid.IntRange(0, 4).Draw(t, "too long") == 0 {
			e.Append(nil, limit+500, at, records)
		}
		enc := e.Append(nil, limit, at, records)
		if len(enc.Datagram) > limit {
			t.Fatalf("%d octets with a limit of %d", len(enc.Datagram), limit)
		}
		records = records[enc.Taken:]
		if len(enc.Datagram) > 0 {
			e.Commit()
			sent = append(sent, enc.Datagram)
		}
	}
	return sent
}

// merged adds the parts of V5's split records up again.
func merged(records []flowtable.Record) []flowtable.Record {
	sums := map[flowtable.Record]flowtable.Record{}
	for _, r := range records {
		key := r
		key.Packets, key.Octets = 0, 0
		sum, ok := sums[key]
		if !ok {
			sum = key
		}
		sum.Packets += r.Packets
		sum.Octets += r.Octets
		sums[key] = sum
	}
	var all []flowtable.Record
	for _, r := range sums {
		all = append(all, r)
	}
	return all
}

// Whatever is encoded comes back from the project's own decoder, which shares no code with the
// encoders.
func TestEncodeThenCollect(t *testing.T) {
	for _, version := range []Version{V5, V9, V10} {
		t.Run(string(version), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { encodeThenCollect(t, rt, version) })
		})
	}
}

func encodeThenCollect(t *testing.T, rt *rapid.T, version Version) {
	base := rapid.SampledFrom([]int64{0, 1e18, 1_772_442_000_123_000_000}).Draw(rt, "base")
	records := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) flowtable.Record { return drawRecord(t, base) }), 1, 80).Draw(rt, "records")
	clock := base
	for _, r := range records {
		clock = max(clock, r.Last)
	}
	e, err := encoderOf(version)(exporter.EncoderOptions{Domain: 0xfedc, TemplatePackets: 5})
	if err != nil {
		rt.Fatal(err)
	}
	c := collector.New(collector.Options{})
	var got []flowtable.Record
	for _, d := range send(rt, e, clock, records) {
		flows, verdict := c.Decode(netip.MustParseAddrPort("127.0.0.1:9"), d, nil)
		if verdict.Malformed() {
			rt.Fatalf("malformed: %s", verdict)
		}
		for _, f := range flows {
			got = append(got, f.Record)
		}
	}
	if version == V5 {
		records, got = merged(records), merged(got)
	}
	if d := cmp.Diff(asSent(t, records, version), lines(got)); d != "" {
		rt.Fatalf("(-sent +received):\n%s", d)
	}
	for _, s := range c.Summary().Sessions {
		if s.Sequence.Lost+s.Sequence.Duplicates+s.Sequence.Reordered != 0 || s.Domain != 0xfedc {
			rt.Fatalf("sequence %+v of domain %#x", s.Sequence, s.Domain)
		}
	}
}

func lines(records []flowtable.Record) []string {
	var all []string
	for i := range records {
		all = append(all, string(jsonl.AppendRecord(nil, &records[i])))
	}
	return slices.Sorted(slices.Values(all))
}
