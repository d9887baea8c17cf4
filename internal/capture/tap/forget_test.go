package tap

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/sagflow/sagflow/internal/capture"
)

// Interfaces that come and go under ever new names take no more memory, and their frames stay in the sum.
func TestForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		const all = 3 * maxNames
		for i := range all {
			r.set(eth0, Link{Index: 100 + i, Name: fmt.Sprintf("veth%d", i), Up: true})
			one := r.attached[len(r.attached)-1]
			one.Sources[0].(*source).statistics = capture.Statistics{Received: 1}
			one.Took(0, 1)
			r.set(eth0)
			one.Done(0, nil)
			one.Done(1, nil)
		}
		var sum uint64
		opened := 0
		status := r.Status()
		for _, s := range status {
			sum += s.Received
			opened += s.Opened
		}
		if sum != all || opened != all+1 || len(status) > maxNames+2 {
			t.Errorf("%d frames, %d openings, %d names", sum, opened, len(status))
		}
		if last := status[len(status)-1]; last.Name == Others || status[1].Name != "eth0" || status[1].State != Capturing {
			t.Errorf("%+v", status[:3])
		}
	})
}
