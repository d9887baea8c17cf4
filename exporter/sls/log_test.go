package sls

import (
	"math"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/flowtable"
)

func TestLogTime(t *testing.T) {
	for _, c := range []struct {
		last    int64
		time    uint32
		end     string
		clamped int
	}{
		{0, 0, "0", 0},
		{-1, 0, "-1", 1},
		{-1_000_000_001, 0, "-2", 1},
		{999_999_999, 0, "0", 0},
		{1_000_000_000, 1, "1", 0},
		{math.MaxUint32*1e9 + 999_999_999, math.MaxUint32, "4294967295", 0},
		{(math.MaxUint32 + 1) * 1e9, math.MaxUint32, "4294967296", 1},
		{math.MaxInt64, math.MaxUint32, "9223372036", 1},
		{math.MinInt64, 0, "-9223372037", 1},
	} {
		r := []flowtable.Record{{IPVersion: 4, First: c.last, Last: c.last}}
		var g sdk.LogGroup
		if err := g.Unmarshal(AppendLogGroup(nil, &device, &named, r)); err != nil {
			t.Fatal(err)
		}
		start, end := g.Logs[0].Contents[3].GetValue(), g.Logs[0].Contents[4].GetValue()
		if g.Logs[0].GetTime() != c.time || start != c.end || end != c.end {
			t.Errorf("%d ns: Time %d, start %s, end %s; want %d and %s", c.last, g.Logs[0].GetTime(), start, end, c.time, c.end)
		}
		if n := Clamped(r); n != c.clamped {
			t.Errorf("%d ns: %d clamped, want %d", c.last, n, c.clamped)
		}
	}
}

// BenchmarkAppendLogGroup is the time of one record in groups of 4,096.
func BenchmarkAppendLogGroup(b *testing.B) {
	for name, r := range map[string]flowtable.Record{"IPv4": record4(), "IPv6": record6("2001:db8::1", "2001:db8:1:2:3:4:5:6")} {
		b.Run(name, func(b *testing.B) {
			records := make([]flowtable.Record, 4096)
			for i := range records {
				records[i] = r
				records[i].SrcPort = uint16(i * 17)
				records[i].Packets, records[i].Octets = uint64(i), uint64(i*731)
			}
			buf := make([]byte, 0, 4096*device.RecordRoom())
			b.ReportAllocs()
			for n := 0; n < b.N; n += len(records) {
				buf = AppendLogGroup(buf[:0], &device, &named, records)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(len(buf))/4096, "octets/record")
		})
	}
}
