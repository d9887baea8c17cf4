package exporter

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestTicker: records that wait are looked after at least each MaxDelay, an idle session each Tick.
func TestTicker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tick := newTicker(&SessionOptions{Tick: 3 * time.Second, MaxDelay: time.Second})
		defer tick.Stop()
		begin := time.Now()
		for i, want := range []struct {
			waits bool
			at    time.Duration
		}{{false, 3 * time.Second}, {false, 6 * time.Second}, {true, 7 * time.Second}, {true, 8 * time.Second}, {false, 11 * time.Second}} {
			tick.follow(want.waits)
			<-tick.C
			if got := time.Since(begin); got != want.at {
				t.Errorf("tick %d at %v, want %v", i, got, want.at)
			}
		}
	})
}
