package smartag

import (
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// firstWait is the wait after the first failure, longestWait the longest one where the interval is longer.
	firstWait   = time.Second
	longestWait = 5 * time.Minute
	// pollJitter and waitJitter are the share by which jitter shortens an interval and a wait.
	pollJitter = 0.1
	waitJitter = 0.25
)

// pace says how long to wait until the next poll. Jitter only shortens: what changes is in force within one
// interval, also after failures where the interval is not above five minutes.
type pace struct {
	interval time.Duration
	jitter   func() float64
	growing  backoff.ExponentialBackOff
}

func newPace(interval time.Duration, jitter func() float64) *pace {
	limit := min(interval, longestWait)
	return &pace{interval: interval, jitter: jitter, growing: backoff.ExponentialBackOff{
		InitialInterval: min(firstWait, limit), Multiplier: 2, MaxInterval: limit,
	}}
}

// next is how long to wait now, after a poll that ended so and took that long: waits count from its start.
func (p *pace) next(err error, took time.Duration) time.Duration {
	if err == nil {
		p.growing.Reset()
		wait := p.shortened(p.interval, pollJitter)
		return max(wait-took, wait/10)
	}
	failure := &Error{Kind: Internal}
	_ = errors.As(err, &failure) // what is no *Error waits as an internal one
	wait := p.after(failure.Kind)
	asked := min(failure.RetryAfter, max(p.interval, longestWait))
	return max(wait-took, min(wait, firstWait), asked)
}

// after is the wait after a failure. What haste can't mend waits the whole interval at once.
func (p *pace) after(kind Kind) time.Duration {
	switch kind {
	case Throttled, Invalid, Several:
		return p.shortened(min(p.interval, longestWait), pollJitter)
	default:
		return p.shortened(p.growing.NextBackOff(), waitJitter)
	}
}

func (p *pace) shortened(d time.Duration, share float64) time.Duration {
	return d - time.Duration(float64(d)*share*p.jitter())
}
