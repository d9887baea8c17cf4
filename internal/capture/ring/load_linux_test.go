package ring

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
)

// A full ring drops, and says so; what it holds is handed out.
func TestDrops(t *testing.T) {
	for _, workers := range []int{1, 2} {
		n := pair(t)
		rings := mustOpen(t, n, Options{Interface: "v1", Size: workers * MinSize, Workers: workers})
		s := n.Sender("v0")
		const sent = 4000
		frame := datagramOf(600)
		for i := range sent {
			frame[33] = byte(i)
			s.Send(frame)
		}
		full := statistics(t, rings)
		if full.Received != sent || full.Dropped == 0 || full.Dropped > sent-100 {
			t.Errorf("%d workers: %+v, want %d received and some of them dropped", workers, full, sent)
		}
		kept := int(full.Received - full.Dropped)
		if got := read(t, rings, kept); len(got) != kept {
			t.Errorf("%d workers: %d frames handed out, want %d", workers, len(got), kept)
		}
		// With room again, what comes is handed out too: the counts go on.
		s.Send(frame)
		read(t, rings, 1)
		if again := statistics(t, rings); again != full.Plus(capture.Statistics{Received: 1}) {
			t.Errorf("%d workers: %+v, want one more than %+v", workers, again, full)
		}
		for _, r := range rings {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
		if closed := statistics(t, rings); closed != full.Plus(capture.Statistics{Received: 1}) {
			t.Errorf("%d workers: closed: %+v", workers, closed)
		}
	}
}

// Where Next returned nothing at a time t, what comes later was stamped after t - Lag.
func TestLag(t *testing.T) {
	for _, timeout := range []time.Duration{0, 5 * time.Millisecond} {
		n := pair(t)
		r := mustOpen(t, n, Options{Interface: "v1", BlockTimeout: timeout})[0]
		s := n.Sender("v0")
		frames := make([]capture.Frame, 16)
		var bound, latest int64
		sent, came := 0, 0
		for begin := time.Now(); came < sent || time.Since(begin) < time.Second; {
			if time.Since(begin) < time.Second && sent == came {
				s.Send(datagram(sent))
				sent++
			}
			now := time.Now().UnixNano()
			got, err := r.Next(frames)
			if err != nil {
				t.Fatal(err)
			}
			if got == 0 {
				bound = now - r.Lag().Nanoseconds()
				continue
			}
			for _, f := range frames[:got] {
				came++
				latest = max(latest, now-f.Time)
				if f.Time < bound {
					t.Errorf("a frame came that was stamped %v before what was promised", time.Duration(bound-f.Time))
				}
			}
		}
		t.Logf("block timeout %v: %d frames, the latest %v after its stamp; lag %v", timeout, came, time.Duration(latest), r.Lag())
	}
}
