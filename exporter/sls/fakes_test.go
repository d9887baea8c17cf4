package sls

import (
	"math"
	"net/netip"
	"strconv"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
)

var (
	device = Identity{InstanceID: "sag-whfn5hzlbdbxgbvuv8", SerialNumber: "sag62x043a", Account: "1210123456789012"}
	named  = BatchName{Boot: "0b6a7f3c55d24bd1", Number: 31, First: 0, Count: 2}
)

func record4() flowtable.Record {
	return flowtable.Record{
		Src: [16]byte{192, 0, 2, 1}, Dst: [16]byte{198, 51, 100, 200},
		Packets: 12, Octets: 3456, First: 1700000000_123456789, Last: 1700000001_999999999,
		Input: 2, Output: 3, SrcPort: 443, DstPort: 51234, IPVersion: 4, Protocol: 6,
		ToS: 0x28, TCPFlags: 0x1b, Reason: flowtable.IdleTimeout,
	}
}

func record6(src, dst string) flowtable.Record {
	return flowtable.Record{
		Src: netip.MustParseAddr(src).As16(), Dst: netip.MustParseAddr(dst).As16(),
		Packets: 1, Octets: 104, IPVersion: 6, Protocol: 58, DstPort: 0x8000,
		First: 1700000002_000000000, Last: 1700000002_000000000, Reason: flowtable.EndOfInput,
	}
}

// extremes are records of the least and the most that a record can hold.
func extremes() []flowtable.Record {
	largest := record6("1234:1234:1234:1234:1234:1234:1234:1234", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
	largest.Packets, largest.Octets = math.MaxUint64, math.MaxUint64
	largest.First, largest.Last = math.MinInt64, math.MaxInt64
	largest.Input, largest.Output = math.MaxUint32, math.MaxUint32
	largest.SrcPort, largest.DstPort, largest.Protocol = math.MaxUint16, math.MaxUint16, math.MaxUint8
	largest.ToS, largest.TCPFlags = math.MaxUint8, math.MaxUint8
	earliest := record4()
	earliest.First, earliest.Last = math.MinInt64, math.MinInt64
	return []flowtable.Record{{IPVersion: 4}, {}, largest, earliest, record6("::ffff:192.0.2.1", "::")}
}

// sdkGroup is the group as somebody makes it who has only the SDK and the documentation.
func sdkGroup(id *Identity, name *BatchName, records []flowtable.Record) *sdk.LogGroup {
	g := &sdk.LogGroup{Topic: new("sag-flowlog"), Source: new(id.InstanceID)}
	for i := range records {
		g.Logs = append(g.Logs, sdkLog(id, &records[i]))
	}
	for _, tag := range [][2]string{
		{"__pack_id__", PackID(id, name)},
		{"device", id.InstanceID},
		{"boot", name.Boot},
		{"batch", strconv.FormatUint(name.Number, 10)},
		{"first", strconv.FormatUint(uint64(name.First), 10)},
		{"count", strconv.FormatUint(uint64(name.Count), 10)},
	} {
		g.LogTags = append(g.LogTags, &sdk.LogTag{Key: new(tag[0]), Value: new(tag[1])})
	}
	return g
}

func sdkLog(id *Identity, r *flowtable.Record) *sdk.Log {
	start, end := floor(r.First), floor(r.Last)
	log := &sdk.Log{Time: new(uint32(max(0, min(end, 1<<32-1))))}
	for _, c := range [][2]string{
		{"Instance_id", id.InstanceID},
		{"snid", id.SerialNumber},
		{"ali-uid", id.Account},
		{"start", strconv.FormatInt(start, 10)},
		{"end", strconv.FormatInt(end, 10)},
		{"protocol", strconv.Itoa(int(r.Protocol))},
		{"srcaddr", r.SrcAddr().String()},
		{"srcport", strconv.Itoa(int(r.SrcPort))},
		{"dstaddr", r.DstAddr().String()},
		{"dstport", strconv.Itoa(int(r.DstPort))},
		{"packets", strconv.FormatUint(r.Packets, 10)},
		{"bytes", strconv.FormatUint(r.Octets, 10)},
		{"tcp-flags", strconv.Itoa(int(r.TCPFlags))},
		{"tos", strconv.Itoa(int(r.ToS))},
		{"inport", strconv.FormatUint(uint64(r.Input), 10)},
		{"outport", strconv.FormatUint(uint64(r.Output), 10)},
	} {
		log.Contents = append(log.Contents, &sdk.LogContent{Key: new(c[0]), Value: new(c[1])})
	}
	return log
}

// floor is the second that holds a nanosecond, by another way than the code's.
func floor(ns int64) int64 { return time.Unix(0, ns).Unix() }

func drawRecord(t *rapid.T) flowtable.Record {
	return flowtable.Record{
		Src: drawAddr(t, "src"), Dst: drawAddr(t, "dst"),
		Packets: rapid.Uint64().Draw(t, "packets"), Octets: rapid.Uint64().Draw(t, "octets"),
		First: rapid.Int64Min(math.MinInt64+1e9).Draw(t, "first"), Last: rapid.Int64Min(math.MinInt64+1e9).Draw(t, "last"),
		Input: rapid.Uint32().Draw(t, "input"), Output: rapid.Uint32().Draw(t, "output"),
		SrcPort: rapid.Uint16().Draw(t, "srcport"), DstPort: rapid.Uint16().Draw(t, "dstport"),
		IPVersion: rapid.SampledFrom([]uint8{4, 6}).Draw(t, "version"),
		Protocol:  rapid.Uint8().Draw(t, "protocol"), ToS: rapid.Uint8().Draw(t, "tos"), TCPFlags: rapid.Uint8().Draw(t, "flags"),
	}
}

// drawAddr makes addresses with runs of zeros, which RFC 5952 shortens.
func drawAddr(t *rapid.T, label string) [16]byte {
	octet := rapid.SampledFrom([]byte{0, 0, 0, 1, 0x7f, 0xff, 0xa0})
	return [16]byte(rapid.SliceOfN(octet, 16, 16).Draw(t, label))
}
