package smartag

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func zero() float64 { return 0 }

func TestWaitsGrowToTheInterval(t *testing.T) {
	for _, c := range []struct {
		interval time.Duration
		want     []time.Duration
	}{
		{time.Minute, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 60e9, 60e9}},
		{time.Hour, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 64e9, 128e9, 256e9, 300e9, 300e9}},
		{200 * time.Millisecond, []time.Duration{2e8, 2e8}},
	} {
		p := newPace(c.interval, zero)
		for range 2 { // the second time after a success
			var got []time.Duration
			for range c.want {
				got = append(got, p.next(&Error{Kind: Network}, 0))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("interval %v:\n%s", c.interval, diff)
			}
			if got := p.next(nil, 0); got != c.interval {
				t.Errorf("after success %v", got)
			}
		}
	}
}

func TestWaitsByKind(t *testing.T) {
	for _, c := range []struct {
		err      error
		interval time.Duration
		took     time.Duration
		want     time.Duration
	}{
		{nil, time.Minute, 20 * time.Second, 40 * time.Second},
		{nil, time.Minute, time.Hour, 6 * time.Second},
		{&Error{Kind: Throttled}, time.Minute, 0, time.Minute},
		{&Error{Kind: Throttled}, time.Hour, 0, 5 * time.Minute},
		{&Error{Kind: Throttled, RetryAfter: 90 * time.Second}, time.Minute, 0, 90 * time.Second},
		{&Error{Kind: Throttled, RetryAfter: math.MaxInt64}, time.Minute, 0, 5 * time.Minute},
		{&Error{Kind: Server, RetryAfter: 30 * time.Second}, time.Minute, 0, 30 * time.Second},
		{&Error{Kind: Server, RetryAfter: time.Hour}, 20 * time.Minute, 0, 20 * time.Minute},
		{&Error{Kind: Invalid}, time.Minute, 0, time.Minute},
		{&Error{Kind: Several}, time.Minute, 15 * time.Second, 45 * time.Second},
		{&Error{Kind: Network}, time.Minute, 15 * time.Second, time.Second},
		{errors.New("else"), time.Minute, 0, time.Second},
	} {
		if got := newPace(c.interval, zero).next(c.err, c.took); got != c.want {
			t.Errorf("%v, %v, took %v: wait %v, want %v", c.err, c.interval, c.took, got, c.want)
		}
	}
}

func TestJitterOnlyShortens(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		interval := time.Duration(rapid.Int64Range(1e6, int64(24*time.Hour)).Draw(r, "interval"))
		p := newPace(interval, func() float64 { return rapid.Float64Range(0, 0.999999).Draw(r, "jitter") })
		for range rapid.IntRange(1, 20).Draw(r, "polls") {
			failing := rapid.Bool().Draw(r, "failing")
			var err error
			least := time.Duration(float64(interval) * 0.9)
			if failing {
				err = &Error{Kind: rapid.SampledFrom([]Kind{Network, Throttled, Malformed}).Draw(r, "kind")}
				least = min(least, time.Duration(float64(min(interval, firstWait))*0.75))
			}
			if got := p.next(err, 0); got > interval || got < least-1 {
				r.Fatalf("waits %v: want %v to %v", got, least, interval)
			}
		}
	})
}
