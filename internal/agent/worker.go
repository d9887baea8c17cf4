package agent

import (
	"time"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/steady"
	"github.com/sagflow/sagflow/internal/filter"
	"github.com/sagflow/sagflow/internal/packet"
)

// Times of a worker.
const (
	// restFor is how long a worker waits for packets at most: what falls due meanwhile is late by that, a tick of the
	// wheel, and the lag of a source, well below a second in all.
	restFor = 200 * time.Millisecond
	// restEmpty is the same while nothing can fall due: with it, and sessions that look after their templates once a
	// second, an idle device fell from 0.33 to 0.19 % of a core.
	restEmpty = 5 * time.Second
	// putAfter is how long ended records wait for their batch to fill up while packets come.
	putAfter = int64(100 * time.Millisecond)
	// flowing is for how long after the last frame more are expected: a bit longer than blocks of a ring last.
	flowing = int64(50 * time.Millisecond)
	// A pause is no longer than a quarter of the ring takes to fill up at 10 Gb/s, and than maxPause.
	fastest  = 1_250_000_000 // octets a second
	maxPause = 20 * time.Millisecond
)

// worker captures for one lane: what its sources hand out is decoded and counted in the lane's shard, by one
// goroutine, without a lock or a channel on the way.
type worker struct {
	o        *LiveOptions
	number   int
	lane     *lane
	timeline *steady.Timeline
	filter   *filter.Filter // nil passes all
	poller   *poller
	decoder  *packet.Decoder
	ignored  ignored
	feeds    []*feed
	aging    flowtable.Clock
	handled  uint64        // frames
	passed   int           // frames since the last one that was sampled
	expiring bool          // the shard has more that is due
	put      int64         // when the batch was last put
	busy     int64         // when there were frames last
	pause    time.Duration // how long nobody need look at the sources; 0: they wake
	frames   [readFrames]capture.Frame
}

func newWorker(o *LiveOptions, number int, l *lane, t *steady.Timeline) (*worker, error) {
	p, err := newPoller()
	if err != nil {
		return nil, err
	}
	w := &worker{o: o, number: number, lane: l, timeline: t, filter: o.Filter, poller: p, decoder: packet.New(packet.Options{})}
	l.worker, l.inactive = w, o.Device != nil
	l.jobs = make(chan job, laneChunks)
	return w, nil
}

// run works until the lane's jobs are closed.
func (w *worker) run() {
	for w.serve() {
		if !w.round() {
			w.rest()
		}
	}
}

// serve does the jobs that there are. It returns false when there will be no more.
func (w *worker) serve() bool {
	for {
		select {
		case j, more := <-w.lane.jobs:
			if !more {
				return false
			}
			if j.flush != flowtable.NoReason {
				w.empty()
			}
			j.clock = w.clock()
			w.lane.do(j)
		default:
			return true
		}
	}
}

// round takes from each source what a Next hands out, and what has fallen due from the table. It returns false where
// there was nothing.
func (w *worker) round() bool {
	now, offset := w.timeline.Now()
	busy, read := false, now
	for i := 0; i < len(w.feeds); i++ {
		f := w.feeds[i]
		n, err := f.source.Next(w.frames[:])
		if steady.Ahead(w.frames[:n], now, offset) {
			now, offset = w.timeline.Now()
		}
		f.stamps.Convert(w.frames[:n], now, offset)
		w.add(f, w.frames[:n])
		if n == 0 {
			f.stamps.Empty(now)
		}
		read = min(read, f.stamps.Read(n == 0, now))
		busy = busy || n > 0
		if err != nil {
			w.leave(f, err)
			i--
		}
	}
	w.age(read)
	if busy {
		w.busy = now
	}
	if !busy && !w.expiring || now-w.put >= putAfter {
		w.lane.put()
		w.put = now
		w.ignored.publish()
	}
	return busy || w.expiring
}

// age moves the aging clock to a time up to which everything was read, and takes what is due then: a batch of it at a
// time, so that a million flows that fall due at once keep no packet waiting.
func (w *worker) age(read int64) {
	l := w.lane
	if w.aging.Observe(read) {
		l.shard.Advance(w.aging.Now())
		w.expiring = true
	}
	l.clock = w.clock()
	if !w.expiring {
		return
	}
	l.batch.Records, w.expiring = l.shard.Expire(l.batch.Records)
	if w.expiring {
		l.put()
	}
}

// clock is the time of the newest packet, or of the aging clock where that is later: no record ends after it.
func (w *worker) clock() int64 {
	now := w.aging.Now()
	for _, f := range w.feeds {
		now = max(now, f.stamps.Newest())
	}
	return max(now, w.lane.clock)
}

// add counts frames of one source.
func (w *worker) add(f *feed, frames []capture.Frame) {
	l := w.lane
	for i := range frames {
		frame := &frames[i]
		if w.o.Sampling > 1 {
			if w.passed++; w.passed < w.o.Sampling {
				w.decoder.Skip(packet.Unsampled, 1)
				continue
			}
			w.passed = 0
		}
		p := &l.chunk[:lanePackets][len(l.chunk)]
		if v := w.decoder.Decode(frame, p); v != packet.Counted {
			w.ignored.count(v, frame)
			continue
		}
		f.complete(p, frame)
		if v := w.refuse(p); v != packet.Counted {
			w.decoder.Reject(v, p)
			continue
		}
		if l.chunk = l.chunk[:len(l.chunk)+1]; len(l.chunk) == lanePackets {
			w.count()
		}
	}
	w.count()
	w.handled += uint64(len(frames))
	f.took(w.number, len(frames))
}

// refuse says why a packet isn't metered.
func (w *worker) refuse(p *flowtable.Packet) packet.Verdict {
	switch {
	case w.filter != nil && !w.filter.Match(p):
		return packet.Filtered
	case w.o.Own != nil && w.o.Own.Has(p):
		return packet.Own
	case w.lane.inactive:
		return packet.Inactive
	}
	return packet.Counted
}

// count gives the chunk to the shard.
func (w *worker) count() {
	l := w.lane
	if len(l.chunk) == 0 {
		return
	}
	l.clock = max(l.clock, l.chunk[len(l.chunk)-1].Time)
	l.room(addRoom)
	l.batch.Records = l.shard.Add(l.chunk, l.batch.Records)
	l.chunk = l.chunk[:0]
}

// rest waits for packets. While they flow it doesn't wait for the next block but for a time in which the rings can't
// fill up: waking costs more than a look, and there are then some dozens of wakes a second, at any rate.
func (w *worker) rest() {
	if now, _ := w.timeline.Now(); w.pause > 0 && now-w.busy < flowing {
		w.poller.pause(w.pause)
		return
	}
	if w.lane.shard.Flows() == 0 && len(w.lane.batch.Records) == 0 {
		w.poller.wait(restEmpty)
		return
	}
	w.poller.wait(restFor)
}
