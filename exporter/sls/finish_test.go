package sls

import (
	"errors"
	"testing"
	"time"
)

// When the sender's Run has ended, nobody waits for what it can't deliver any more.
func TestFinishAfterRun(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(answer{cut: true}))
		mustPut(t, d, 40)
		sleep(5 * time.Second)
		d.cancel()
		sleep(time.Second)
		began := time.Now()
		session := d.session
		for name, err := range map[string]error{"session": session.Finish(t.Context()), "sender": d.sender.Finish(t.Context())} {
			if left, ok := errors.AsType[*LeftError](err); !ok || left.Spooled.Records != 40 {
				t.Errorf("the %s leaves %v, want 40 records", name, err)
			}
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %v", took)
		}
		if c := d.sender.Counters(); c.Spooled.Records != 40 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
	})
}
