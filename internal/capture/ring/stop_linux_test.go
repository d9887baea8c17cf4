package ring

import (
	"errors"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/capture"
)

// A ring that is stopped while frames come hands out all that the kernel counted, and ends.
func TestStop(t *testing.T) {
	n := pair(t)
	rings := mustOpen(t, n, Options{Interface: "v1", Workers: 1})
	from := n.Sender("v0")
	for range 100 {
		from.Send(make([]byte, 60))
	}
	r := rings[0]
	if err := errors.Join(r.Stop(), r.Stop()); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		from.Send(make([]byte, 60))
	}
	var frames [64]capture.Frame
	read := 0
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		k, err := r.Next(frames[:])
		read += k
		if err == nil {
			continue
		}
		if !errors.Is(err, capture.ErrDown) {
			t.Fatal(err)
		}
		s, err := r.Statistics()
		if err != nil || s.Received-s.Dropped != uint64(read) || read == 0 || read > 199 {
			t.Errorf("%d frames read, %+v, %v", read, s, err)
		}
		return
	}
	t.Error("it does not end")
}
