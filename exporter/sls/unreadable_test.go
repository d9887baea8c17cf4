package sls

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// What can't be read from the spool for a while waits by itself: new batches are delivered, and it follows
// when it can be read.
func TestUnreadableSpool(t *testing.T) {
	for _, broken := range []error{syscall.EIO, syscall.EACCES} {
		lines := &logLines{}
		inWorld(t, func(w *world) { w.log = lines.logger() }, func(t *testing.T, w *world, d *machine) {
			w.service.set(always(answer{cut: true}))
			mustPut(t, d, 48)
			sleep(5 * time.Second)
			w.disk.setUnreadable(broken)
			w.service.set(nil)
			sleep(10 * time.Second)
			began := len(w.service.times)
			for range 3 {
				mustPut(t, d, 16)
				sleep(500 * time.Millisecond)
			}
			c := d.session.Counters()
			if c.Acknowledged.Records != 48 || c.Spooled.Records != 48 || len(w.service.times)-began > 4 {
				t.Errorf("%v: %+v, want the new ones delivered", broken, c)
			}
			if st := d.sender.Status()[0]; st.State != stateUnreadable || st.Hint == "" || !strings.Contains(st.Error, broken.Error()) {
				t.Errorf("%v: status %+v", broken, st)
			}
			w.disk.setUnreadable(nil)
			sleep(time.Minute)
			if c = d.session.Counters(); c.Acknowledged.Records != 96 || d.sender.Status()[0].State != Healthy {
				t.Errorf("%v: %+v, %+v", broken, c, d.sender.Status())
			}
			text := strings.Join(lines.all, "\n")
			if strings.Count(text, "can't be read from the spool") != 1 || strings.Count(text, "can be read from the spool again") != 1 {
				t.Errorf("%v: it is said so: %s", broken, text)
			}
		})
	}
}

// A batch that can never be read is counted as damaged in the end, and what is behind it is delivered.
func TestBadSector(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(answer{cut: true}))
		mustPut(t, d, 48)
		sleep(5 * time.Second)
		w.disk.setUnreadable(syscall.EIO)
		w.service.set(nil)
		for range 600 {
			if sleep(time.Second); d.spool.Stats().Dropped.Damaged.Batches > 0 {
				break
			}
		}
		w.disk.setUnreadable(nil)
		sleep(2 * time.Minute)
		c := d.session.Counters()
		if c.Acknowledged.Records != 32 || c.Spooled.Records != 0 || c.Dropped.Total().Records != 16 {
			t.Errorf("%+v, want one batch dropped", c)
		}
	})
}
