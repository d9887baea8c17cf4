package exporter

import "time"

// Pacing.
const (
	burstDatagrams = 8                // back to back; nfcapd's socket buffer holds some 90 of 1500 octets
	longestNap     = time.Millisecond // beyond what is owed, so that fast rates don't wake per datagram

	// A timer of the runtime wakes up to a millisecond late (epoll_wait's unit): at 200,000 records a second that is more
	// than the bucket. Shorter waits are the system's then, and no others: to the runtime they are system calls that
	// block, for which it wakes a thread of its own 10,000 times a second, a seventh of what a flood cost.
	coarseSleep = 2 * time.Millisecond
	timerLate   = time.Millisecond
)

// pacer is a token bucket: tokens are flow records, and the bucket holds burstDatagrams full
// datagrams of them. What a late wake-up loses is made good from the bucket, so that the average
// is exact as long as the system wakes within half a bucket.
//
// It goes by the system's clock and not by SessionOptions.Now: it acts on time and writes none.
type pacer struct {
	rate  int64         // tokens a second, 0 for no limit
	burst time.Duration // the time in which the bucket fills up
	paid  time.Time     // up to here the tokens of the time are used up
	rest  int64         // of the last division, in tokens × ns modulo rate
	timer *time.Timer
	nap   func(time.Duration) // nil means preciseSleep; tests that fake the time replace it
}

// set sets the rate, for datagrams of so many records.
func (p *pacer) set(rate, capacity int) {
	p.rate = int64(rate)
	if rate > 0 {
		p.burst = time.Duration(burstDatagrams * int64(capacity) * int64(time.Second) / p.rate)
	}
}

// wait returns when n more records may be sent, or false when abort was closed before.
func (p *pacer) wait(n int, abort <-chan struct{}) bool {
	if p.rate == 0 || n == 0 {
		return true
	}
	now := time.Now()
	if now.Sub(p.paid) > p.burst {
		p.paid = now.Add(-p.burst)
	}
	p.paid = p.paid.Add(p.cost(n))
	owed := p.paid.Sub(now)
	if owed <= 0 {
		return true
	}
	return p.sleep(owed+min(p.burst/2, longestNap), abort)
}

// refund takes back what wait charged for n records that were not sent.
func (p *pacer) refund(n int) {
	if p.rate > 0 {
		p.paid = p.paid.Add(-p.cost(n))
	}
}

// cost is the time in which n tokens come; the remainders add up, so that no rate drifts.
func (p *pacer) cost(n int) time.Duration {
	all := int64(n)*int64(time.Second) + p.rest
	p.rest = all % p.rate
	return time.Duration(all / p.rate)
}

func (p *pacer) sleep(d time.Duration, abort <-chan struct{}) bool {
	if d < coarseSleep && d+timerLate > p.burst {
		p.shortSleep(d)
		select {
		case <-abort:
			return false
		default:
			return true
		}
	}
	if p.timer == nil {
		p.timer = time.NewTimer(d)
	} else {
		p.timer.Reset(d)
	}
	select {
	case <-p.timer.C:
		return true
	case <-abort:
		p.timer.Stop()
		return false
	}
}

func (p *pacer) shortSleep(d time.Duration) {
	if p.nap != nil {
		p.nap(d)
	} else {
		preciseSleep(d)
	}
}
