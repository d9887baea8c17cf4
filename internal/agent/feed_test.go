package agent

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
)

// slow is a source each of whose calls takes a second.
type slow struct {
	*wire
	h *hand
}

func (s slow) Next(frames []capture.Frame) (int, error) {
	s.h.elapsed += time.Second
	return s.wire.Next(frames)
}

// endless is a source that can't be stopped, and always has more.
type endless struct{ capture.Live }

func (e endless) Next(frames []capture.Frame) (int, error) {
	n, err := e.Live.Next(frames)
	return max(n, 1), err
}

// What was captured before a stop is read to the last frame, however long that takes; what can't be stopped is read for
// drainMost.
func TestDrain(t *testing.T) {
	h := newHand(t, nil)
	const calls = 3 * int(drainMost/time.Second)
	source := slow{newWire(t, 8), h}
	for range calls * readFrames {
		source.send(frameAt(h.now(), 1))
	}
	h.attach(h.tapOf(source))
	h.drain(h.feeds[1:])
	if h.handled != uint64(calls*readFrames) {
		t.Errorf("%d frames were read of %d", h.handled, calls*readFrames)
	}

	began := h.elapsed
	h.attach(h.tapOf(endless{slow{newWire(t, 9), h}}))
	h.drain(h.feeds[2:])
	if took := h.elapsed - began; took < drainMost || took > drainMost+5*time.Second {
		t.Errorf("what goes on capturing was read for %v, want %v", took, drainMost)
	}
}
