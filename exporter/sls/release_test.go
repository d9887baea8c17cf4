package sls

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// When a session ends, each of its batches that were in memory has a fate, also where the spool drops one of them to
// make room for the next.
func TestEndWithASpoolThatDrops(t *testing.T) {
	for _, policy := range []Policy{OnFailure, Always} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(1)
			w.options.Policy, w.options.Waiting, w.spool.MaxBatches = policy, 8, 1
			w.service.set(func(string, string, int) answer { return answer{cut: true, after: time.Hour} })
			d, err := w.start()
			if err == nil {
				err = d.export("first")
			}
			if err == nil {
				err = d.putRecords(5 * 16)
			}
			if err != nil {
				t.Fatal(err)
			}
			sleep(2 * time.Second)
			session := d.session
			_ = session.Finish(canceled())
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_ = d.sender.Finish(ctx)
			d.running.Wait()
			for _, c := range []exporter.Counters{session.Counters(), d.sender.Counters()} {
				if c.Queued != (exporter.Sum{}) || !c.Balanced() {
					t.Errorf("%s: %s has %+v", policy, c.Output, c)
				}
			}
			if c := session.Counters(); c.Spooled.Records != 16 || c.Dropped[exporter.DropSpoolFull].Records != 4*16 {
				t.Errorf("%s: %d records spooled, %+v dropped", policy, c.Spooled.Records, c.Dropped)
			}
			d.session = nil
			d.kill()
		})
	}
}
