package netflow9

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// BenchmarkAppend is the time of a record in full datagrams: of one kind, and of four in turn.
func BenchmarkAppend(b *testing.B) {
	for name, records := range map[string][]flowtable.Record{"TCP": repeat(30, wiretest.TCP()), "mix": wiretest.Mix(30)} {
		b.Run(name, func(b *testing.B) {
			o := options()
			o.TemplatePackets = 64
			e := New(o)
			buffer := make([]byte, 0, 1500)
			moment := at(time.Minute)
			b.ReportAllocs()
			for n := 0; n < b.N; {
				n += e.Append(buffer, 1472, moment, records).Taken
				e.Commit()
			}
		})
	}
}
