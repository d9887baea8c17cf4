package sls

import (
	"testing"
	"testing/synctest"
)

// A short run may be at its end before the goroutine of its sender got to work: what an earlier run left is
// delivered all the same.
func TestFinishRightAfterStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(1)
		w.service.set(always(answer{cut: true}))
		d := mustStart(t, w)
		mustPut(t, d, 64)
		sleep(2 * senderTick)
		d.kill()
		w.service.set(nil)
		d, err := w.start()
		if err != nil {
			t.Fatal(err)
		}
		if n := d.sender.Counters().Spooled.Records; n != 64 {
			t.Fatalf("%d records were left, want 64", n)
		}
		if err := d.stop(); err != nil {
			t.Error(err)
		}
		if n := d.sender.Counters().Acknowledged.Records; n != 64 {
			t.Errorf("%d records acknowledged, want 64", n)
		}
	})
}
