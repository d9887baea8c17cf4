package netflow5

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
)

// BenchmarkAppend is the time of a record in full datagrams.
func BenchmarkAppend(b *testing.B) {
	e := New(exporter.EncoderOptions{})
	records := repeat(30, wiretest.TCP())
	buffer := make([]byte, 0, 1500)
	moment := at(time.Minute)
	b.ReportAllocs()
	for n := 0; n < b.N; n += 30 {
		e.Append(buffer, 1472, moment, records)
		e.Commit()
	}
}
