package ipfix

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
)

// FuzzAppend exports any records, promises kept or not, at any limit, clock and setting.
func FuzzAppend(f *testing.F) {
	f.Add([]byte{}, 120, int64(0), uint8(0), int64(0))
	f.Add([]byte("a flow or two in these octets, whatever they turn out to be"), 1472, int64(1_709_251_200_000_000_000), uint8(65), int64(1))
	f.Add([]byte{0xff, 0xfe, 0xfd, 0, 0, 1, 2, 3, 0xff, 0xff, 0xff, 0xff}, 130, int64(-1), uint8(255), int64(1<<40))
	f.Fuzz(func(t *testing.T, data []byte, limit int, clock int64, setting uint8, interval int64) {
		names := wiretest.Interfaces(len(data) % 64)
		e := New(exporter.EncoderOptions{
			Domain: uint32(limit), KeyVLAN: setting&1 != 0,
			NoDirection:     limit&1 != 0,
			TemplatePackets: int(setting >> 1), TemplateInterval: time.Duration(interval),
			Sampling:           len(data) % 3,
			Interfaces:         func() []exporter.Interface { return names },
			StatisticsInterval: time.Duration(interval),
		})
		records := wiretest.Broken(data, 64)
		moment := exporter.Moment{Clock: clock, Wall: time.Unix(int64(setting), 0)}
		if enc := e.Append(nil, limit, moment, records); len(enc.Datagram) > max(limit, 0) {
			t.Fatalf("%d octets, limit %d", len(enc.Datagram), limit)
		}
		limit = e.MinLimit() + max(limit, -limit, 0)%2000
		for _, s := range wiretest.Drive(t, e, limit, moment, records, nil) {
			if s.Unexportable != 0 || s.Partial || s.Taken != s.FlowRecords {
				t.Fatalf("unexportable %d, partial %v, taken %d, records %d", s.Unexportable, s.Partial, s.Taken, s.FlowRecords)
			}
		}
		moment.Final = true
		for range 2 * kinds {
			if s := wiretest.One(t, e, nil, limit, moment, nil); len(s.Octets) == 0 {
				return
			}
		}
		t.Fatalf("no end of the last statistics with limit %d", limit)
	})
}
