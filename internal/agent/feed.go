package agent

import (
	"slices"
	"time"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/steady"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// feed is a source that a worker reads.
type feed struct {
	tap    *tap.Tap
	source capture.Live
	index  uint32
	stamps *steady.Stamps
}

// complete adds what only the source knows. A tag that was taken out of the frame was its outermost.
func (f *feed) complete(p *flowtable.Packet, frame *capture.Frame) {
	p.Interface = f.index
	if frame.Egress {
		p.Direction = flowtable.Egress
	}
	if frame.Tagged {
		p.VLAN = frame.VLAN & 0x0fff
	}
}

func (f *feed) took(worker, frames int) {
	if frames > 0 {
		f.tap.Took(worker, uint64(frames))
	}
}

// attach takes a source of a tap.
func (w *worker) attach(t *tap.Tap) {
	now, _ := w.timeline.Now()
	source := t.Sources[w.number]
	w.feeds = append(w.feeds, &feed{
		tap: t, source: source, index: source.Interface(), stamps: steady.NewStamps(source.Lag(), now),
	})
	w.watch()
}

// detach finishes with a tap that is no longer wanted.
func (w *worker) detach(t *tap.Tap) {
	for _, f := range w.feeds {
		if f.tap == t {
			w.drain([]*feed{f})
			w.leave(f, nil)
			return
		}
	}
}

// leave is done with a source.
func (w *worker) leave(f *feed, why error) {
	for i, one := range w.feeds {
		if one == f {
			w.feeds = append(w.feeds[:i:i], w.feeds[i+1:]...)
			break
		}
	}
	w.watch()
	f.tap.Done(w.number, why)
}

func (w *worker) watch() {
	descriptors := make([]int, len(w.feeds))
	for i, f := range w.feeds {
		descriptors[i] = f.source.Descriptor()
	}
	w.poller.watch(descriptors)
	w.pause = pauseFor(w.feeds)
}

// pauseFor is how long sources may be left alone while packets flow: that of the smallest ring. 0 where one has none.
func pauseFor(feeds []*feed) time.Duration {
	pause := maxPause
	for _, f := range feeds {
		sized, ok := f.source.(interface{ Size() int })
		if !ok {
			return 0
		}
		pause = min(pause, time.Duration(sized.Size()/4)*time.Second/fastest)
	}
	if len(feeds) == 0 || pause < time.Millisecond {
		return 0
	}
	return pause
}

// stopper is a source that can be told to take in no more frames: its Next then hands out those that it has, and ends
// with capture.ErrDown.
type stopper interface{ Stop() error }

const (
	// drainSlack is how much longer than its lag a source is waited for.
	drainSlack = 50 * time.Millisecond
	// drainMost bounds it where a source goes on capturing. What one has that was stopped comes to an end.
	drainMost = 10 * time.Second
)

// drain reads what sources have captured so far, to the last frame, so that what the kernel counts is what was read.
// A source that doesn't say when that is is read for its lag.
func (w *worker) drain(feeds []*feed) {
	var lag time.Duration
	endless := false
	for _, f := range feeds {
		lag = max(lag, f.source.Lag())
		endless = !w.halt(f) || endless
	}
	began, _ := w.timeline.Now()
	left := slices.Clone(feeds)
	for len(left) > 0 {
		now, offset := w.timeline.Now()
		busy := false
		left = slices.DeleteFunc(left, func(f *feed) bool {
			n, err := f.source.Next(w.frames[:])
			f.stamps.Convert(w.frames[:n], now, offset)
			w.add(f, w.frames[:n])
			busy = busy || n > 0
			return err != nil
		})
		since := time.Duration(now - began)
		if since > lag+drainSlack && !busy || since > drainMost && endless {
			return
		}
		if !busy {
			w.poller.pause(drainSlack / 10)
		}
	}
}

// halt has a source take in no more frames, and says whether it does.
func (w *worker) halt(f *feed) bool {
	s, ok := f.source.(stopper)
	if !ok {
		return false
	}
	err := s.Stop()
	if err != nil && w.o.Log != nil {
		w.o.Log.Warn("capture can't be stopped before it is read to its end", "error", err)
	}
	return err == nil
}

// empty finishes with all sources: the capture is over.
func (w *worker) empty() {
	w.drain(w.feeds)
	for len(w.feeds) > 0 {
		w.leave(w.feeds[0], nil)
	}
	w.age(w.clock())
}
