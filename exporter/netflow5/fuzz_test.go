package netflow5

import (
	"testing"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// FuzzAppend exports any records, promises kept or not, at any limit and clock.
func FuzzAppend(f *testing.F) {
	f.Add([]byte{}, 72, int64(0))
	f.Add([]byte("a flow or two in these octets, whatever they turn out to be"), 1472, int64(1_709_251_200_000_000_000))
	f.Add([]byte{0xff, 0xfe, 0xfd, 0, 0, 1, 2, 3, 0xff, 0xff, 0xff, 0xff}, 100, int64(-1))
	f.Fuzz(func(t *testing.T, data []byte, limit int, clock int64) {
		e := New(exporter.EncoderOptions{Domain: uint32(limit)})
		records := wiretest.Broken(data, 64)
		enc := e.Append(nil, limit, exporter.Moment{Clock: clock}, records)
		if len(enc.Datagram) > max(limit, 0) {
			t.Fatalf("%d octets, limit %d", len(enc.Datagram), limit)
		}
		limit = e.MinLimit() + max(limit, -limit, 0)%2000
		sent := wiretest.Drive(t, e, limit, exporter.Moment{Clock: clock}, records, nil)
		total := flowtable.Record{}
		for _, s := range sent {
			if len(s.Octets) == 0 {
				continue
			}
			p := decode(t, s.Octets)
			for _, r := range p.Records {
				total.Packets += uint64(r.DPkts)
				total.Octets += uint64(r.DOctets)
			}
		}
		for _, r := range records {
			if r.IPVersion == 4 {
				total.Packets -= r.Packets
				total.Octets -= r.Octets
			}
		}
		if total.Packets != 0 || total.Octets != 0 {
			t.Fatalf("sums are off by %d packets, %d octets", int64(total.Packets), int64(total.Octets))
		}
	})
}
