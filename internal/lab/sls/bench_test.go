package sls

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// BenchmarkPutLogs writes batches of 4096 records, from one client and from several at once, to the disk below the
// temporary folder.
func BenchmarkPutLogs(b *testing.B) {
	const records = 4096
	q := write(b, codec.Zstd, groupOf("b", 1, 0, records))
	for _, clients := range []int{1, 8} {
		b.Run(fmt.Sprintf("%d clients", clients), func(b *testing.B) {
			l := newLab(b, nil)
			var refused atomic.Int64
			b.SetParallelism(clients)
			b.ReportAllocs()
			run := func() {
				if a, err := l.send(q); err != nil || a.status != http.StatusOK {
					refused.Add(1)
				}
			}
			if clients == 1 {
				for b.Loop() {
					run()
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						run()
					}
				})
			}
			b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s")
			if n := refused.Load(); n > 0 {
				b.Errorf("%d writes were refused", n)
			}
		})
	}
}
