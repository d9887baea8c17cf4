package sls

import (
	"time"

	"github.com/cenkalti/backoff/v5"
)

// pace is how the waits of an action grow.
type pace struct{ first, most time.Duration }

// paces are by Action. Waits double from the first to the most, and each is drawn from 0 to that
// (full jitter), but at least minWait.
var paces = [...]pace{
	Retry:             {time.Second, time.Minute},
	RetrySlowly:       {5 * time.Second, 5 * time.Minute},
	AdjustClock:       {time.Second, time.Minute},
	Reauthorize:       {2 * time.Second, 30 * time.Second},
	Wait:              {5 * time.Second, 2 * time.Minute},
	Split:             {200 * time.Millisecond, 200 * time.Millisecond},
	RetryThenSetAside: {10 * time.Second, 5 * time.Minute},
	SetAside:          {200 * time.Millisecond, 200 * time.Millisecond},
}

const (
	minWait = 100 * time.Millisecond
	// maxRetryAfter bounds what an answer can ask for.
	maxRetryAfter = 15 * time.Minute
)

// waits gives the waits of one destination's trouble.
type waits struct {
	action  Action
	backoff *backoff.ExponentialBackOff
	// float64 draws from [0, 1).
	float64 func() float64
}

// next is the wait after one more failure. Another action begins its own series.
func (w *waits) next(v Verdict) time.Duration {
	if w.backoff == nil || w.action != v.Action {
		p := paces[v.Action]
		w.action = v.Action
		w.backoff = &backoff.ExponentialBackOff{InitialInterval: p.first, Multiplier: 2, MaxInterval: p.most}
		w.backoff.Reset()
	}
	jittered := time.Duration(w.float64() * float64(w.backoff.NextBackOff()))
	return max(minWait, jittered, min(v.RetryAfter, maxRetryAfter))
}

// reset begins anew after a success.
func (w *waits) reset() { w.backoff = nil }
