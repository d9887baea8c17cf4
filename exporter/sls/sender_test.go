package sls

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/client"
)

// A batch that is refused for an unknown reason is set aside after some attempts, which take a while.
func TestSetAsideAfterAttempts(t *testing.T) {
	inWorld(t, func(w *world) { w.options.Attempts = 3 }, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(refuse(418, "Teapot")))
		mustPut(t, d, 5)
		sleep(10 * time.Minute)
		if c := d.session.Counters(); c.SetAside.Records != 5 || len(w.service.times) != 3 {
			t.Errorf("%+v after %d requests, want all set aside after 3", c, len(w.service.times))
		}
		aside := d.spool.Aside()
		if len(aside) != 1 {
			t.Fatalf("%d batches set aside, want 1", len(aside))
		}
		item, err := d.spool.Describe(aside[0].ID)
		if err != nil || !strings.HasPrefix(item.Reason, "Teapot: status 418") {
			t.Errorf("the reason is %q: %v", item.Reason, err)
		}
		w.service.set(nil)
		if _, err := d.spool.Release(aside[0].ID); err != nil {
			t.Fatal(err)
		}
		sleep(time.Minute)
		if c := d.sender.Counters(); c.Recovered.Records != 5 || c.Acknowledged.Records != 5 {
			t.Errorf("queued again: %+v", c)
		}
	})
}

// One that is set aside holds up no other.
func TestRefusedBatchIsPassed(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(func(_, _ string, logs int) answer {
			if logs == 7 {
				return refuse(400, "InvalidKey")
			}
			return answer{}
		})
		for _, n := range []int{16, 7, 16, 16} {
			mustPut(t, d, n)
			_ = d.session.Flush(context.Background())
		}
		sleep(5 * time.Second)
		if c := d.session.Counters(); c.Acknowledged.Records != 48 || c.SetAside.Records != 7 {
			t.Errorf("%+v", c)
		}
	})
}

// A batch that is too large goes in parts under one number; one record that is too large is set aside
// with its batch.
func TestSplit(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(func(_, _ string, logs int) answer {
			if logs > 3 {
				return refuse(413, "PostBodyTooLarge")
			}
			return answer{}
		})
		mustPut(t, d, 13)
		sleep(time.Minute)
		if len(w.service.names) != 13 || d.session.Counters().Acknowledged.Records != 13 {
			t.Errorf("%d records under their names: %+v", len(w.service.names), d.session.Counters())
		}
		for name := range w.service.names {
			if name.batch != 0 || name.index > 12 {
				t.Errorf("the name %+v", name)
			}
		}
		w.service.set(always(refuse(413, "PostBodyTooLarge")))
		mustPut(t, d, 4)
		sleep(time.Minute)
		if c := d.session.Counters(); c.SetAside.Records != 4 {
			t.Errorf("%+v", c)
		}
	})
}

// A new destination is served at once while the old one is out of order, and that is drained when it
// is back, also by the next start.
func TestSwitchWaitsForNothing(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(func(_, logstore string, _ int) answer {
			if logstore == "records" {
				return refuse(404, "LogStoreNotExist")
			}
			return answer{}
		})
		mustPut(t, d, 20)
		sleep(3 * time.Second)
		if err := d.export("others"); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		mustPut(t, d, 16)
		sleep(time.Second)
		if c := d.session.Counters(); c.Acknowledged.Records != 16 {
			t.Errorf("%v after the switch: %+v", time.Since(began), c)
		}
		sleep(time.Minute)
		old := d.olds[0].Counters()
		if old.Spooled.Records != 20 || d.sender.Counters().Recovered.Records != 20 {
			t.Errorf("the old session ended with %+v", old)
		}
		states := make([]string, 0, 2)
		for _, st := range d.sender.Status() {
			states = append(states, st.Destination.Logstore+" "+st.State)
			if st.Current != (st.Destination.Logstore == "others") {
				t.Errorf("%+v", st)
			}
		}
		if !slices.Equal(states, []string{"others healthy", "records LogStoreNotExist"}) {
			t.Errorf("status %q", states)
		}
		d.kill()
		w.service.set(nil)
		next, err := w.start()
		if err != nil {
			t.Fatal(err)
		}
		sleep(time.Minute)
		if len(w.service.counts) != 36 {
			t.Errorf("%d records in the store, want 36", len(w.service.counts))
		}
		if len(next.sender.Status()) != 0 {
			t.Errorf("lanes that nobody needs: %+v", next.sender.Status())
		}
		if err := next.stop(); err != nil {
			t.Error(err)
		}
	})
}

// Under the policy always, what was handed over survives a kill although nothing was ever delivered.
func TestAlwaysSurvives(t *testing.T) {
	for policy, want := range map[Policy]int{Always: 32, OnFailure: 0} {
		inWorld(t, func(w *world) { w.options.Policy = policy }, func(t *testing.T, w *world, d *machine) {
			w.service.set(always(answer{after: 9 * time.Second, cut: true}))
			mustPut(t, d, 32)
			sleep(time.Second)
			if c := d.session.Counters(); int(c.Spooled.Records) != want {
				t.Errorf("%s: %+v, want %d spooled", policy, c, want)
			}
			d.kill()
			w.service.set(nil)
			next := mustStart(t, w)
			sleep(time.Minute)
			if len(w.service.counts) != want {
				t.Errorf("%s: %d records in the store, want %d", policy, len(w.service.counts), want)
			}
			next.kill()
		})
	}
}

// Live records get their share while the spool is long.
func TestShare(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(answer{cut: true}))
		for range 100 {
			mustPut(t, d, 16)
			sleep(10 * time.Millisecond)
		}
		sleep(time.Minute)
		queued := d.spool.Stats().Queued.Records
		if queued != 1600 {
			t.Fatalf("%d records spooled, want 1,600", queued)
		}
		w.service.set(always(answer{after: 100 * time.Millisecond})) // ten requests a second
		sleep(2 * time.Minute)                                       // until it is tried again
		for d.spool.Stats().Queued.Records == 1600 {
			sleep(time.Second)
		}
		if d.spool.Stats().Queued.Records != 0 {
			t.Fatal("the spool was not emptied")
		}
		c := d.session.Counters()
		if c.Acknowledged.Records != 1600 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
	})
}

// While live records come as fast as they can be sent, both get half of the requests.
func TestShareUnderLoad(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(answer{cut: true}))
		for range 200 {
			mustPut(t, d, 16)
			sleep(10 * time.Millisecond)
		}
		w.service.set(always(answer{after: 100 * time.Millisecond}))
		for d.spool.Stats().Queued.Batches >= 199 {
			sleep(time.Second)
		}
		before, spooled := d.session.Counters().Acknowledged.Records, d.spool.Stats().Queued.Records
		for range 50 { // five batches a second: as many as half of the requests
			mustPut(t, d, 16)
			sleep(200 * time.Millisecond)
		}
		if n := spooled - d.spool.Stats().Queued.Records; n < 40*16 || n > 60*16 {
			t.Errorf("%d spooled records went out in 100 requests, want about half", n)
		}
		if n := d.session.Counters().Acknowledged.Records - before; n < 90*16 {
			t.Errorf("%d records went out in 100 requests", n)
		}
	})
}

// What the spool drops by itself, and what somebody drops, is in the counters with its reason.
func TestSpoolDropsAreCounted(t *testing.T) {
	small := func(w *world) { w.spool.MaxBytes, w.spool.MaxAge = 64<<10, time.Hour }
	inWorld(t, small, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(refuse(404, "ProjectNotExist")))
		for range 200 {
			mustPut(t, d, 16)
			sleep(10 * time.Millisecond)
		}
		c := d.session.Counters()
		if c.Dropped[exporter.DropSpoolFull].Records == 0 || !c.Balanced() || c.Put.Records != 3200 {
			t.Errorf("%+v", c)
		}
		first, _ := d.spool.Next(d.session.o.Destination, 0)
		if err := d.spool.Drop(first.ID); err != nil {
			t.Fatal(err)
		}
		sleep(2 * time.Second)
		if c = d.session.Counters(); c.Dropped[exporter.DropOperator].Records != 16 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
		sleep(2 * time.Hour)
		if c = d.session.Counters(); c.Dropped[exporter.DropTooOld].Records == 0 || c.Spooled.Records != 0 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
		if total := c.Dropped.Total().Records; total != 3200 {
			t.Errorf("%d dropped, want all", total)
		}
	})
}

// A device without a disk keeps what there is room for, and counts the rest.
func TestDiskIsFull(t *testing.T) {
	lines := &logLines{}
	inWorld(t, func(w *world) { w.log = lines.logger() }, func(t *testing.T, w *world, d *machine) {
		w.disk.setFull(true)
		w.service.set(always(answer{cut: true}))
		for range 60 {
			mustPut(t, d, 16)
			sleep(10 * time.Millisecond)
		}
		c := d.session.Counters()
		if c.Spooled.Records != 0 || c.Dropped[exporter.DropQueueFull].Records == 0 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
		held := c.Queued.Records
		w.service.set(nil)
		sleep(5 * time.Minute)
		if c = d.session.Counters(); c.Acknowledged.Records != held || c.Queued.Records != 0 {
			t.Errorf("%+v, want the %d acknowledged that were queued", c, held)
		}
		n := 0
		for _, l := range lines.all {
			if strings.Contains(l, "the spool takes no batches") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("the full disk is said %d times: %q", n, lines.all)
		}
	})
}

// A disk that is stuck holds up neither Put nor the counters.
func TestStuckDisk(t *testing.T) {
	w := newWorld(1)
	w.options.Policy = Always
	d := mustStart(t, w)
	gate := make(chan struct{})
	w.disk.mu.Lock()
	w.disk.gate = gate
	w.disk.mu.Unlock()
	done := make(chan exporter.Counters)
	go func() {
		for range 100 {
			if err := d.putRecords(16); err != nil {
				t.Error(err)
			}
		}
		done <- d.session.Counters()
	}()
	select {
	case c := <-done:
		if !c.Balanced() || c.Put.Records != 1600 || c.Dropped[exporter.DropQueueFull].Records == 0 {
			t.Errorf("%+v, want that the queue ran full", c)
		}
	case <-time.After(20 * time.Second):
		t.Error("Put waits for the disk")
	}
	close(gate)
	if err := d.stop(); err != nil {
		t.Error(err)
	}
}

// Without a spool, batches live in memory, and what is refused or left is dropped and counted.
func TestWithoutSpool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(1)
		c, err := client.New(client.Options{Credentials: w.keys, Base: w.service})
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSender(SenderOptions{Client: c, Policy: Always})
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = s.Run(context.Background()) }()
		d := &machine{w: w, sender: s}
		if err := d.export("records"); err != nil {
			t.Fatal(err)
		}
		mustPut(t, d, 16)
		sleep(time.Second)
		w.service.set(always(refuse(400, "InvalidKey")))
		mustPut(t, d, 16)
		sleep(time.Second)
		w.service.set(always(refuse(401, "Unauthorized")))
		mustPut(t, d, 16)
		session := d.session
		left := session.Finish(context.Background())
		if left == nil || !strings.Contains(left.Error(), "16 records dropped") {
			t.Errorf("finish: %v", left)
		}
		counters := session.Counters()
		if counters.Acknowledged.Records != 16 || counters.Dropped[exporter.DropRefused].Records != 16 ||
			counters.Dropped[exporter.DropShutdown].Records != 16 || !counters.Balanced() || counters.Queued.Records != 0 {
			t.Errorf("%+v", counters)
		}
		if err := s.Finish(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// What was damaged in the spool is counted before anything is sent.
func TestDamagedIsCounted(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(answer{cut: true}))
		mustPut(t, d, 48)
		sleep(5 * time.Second)
		d.kill()
		w.service.set(nil)
		for name, content := range w.disk.files {
			if strings.HasSuffix(name, ".seg") {
				content[len(content)-1] ^= 1
			}
		}
		next := mustStart(t, w)
		sleep(time.Minute)
		c := next.sender.Counters()
		if c.Recovered.Records != 48 || c.Acknowledged.Records != 32 || c.Dropped[exporter.DropDamaged].Records != 16 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
		next.kill()
	})
}

// A batch that goes bad on disk while the agent runs is dropped and counted, and the next is sent.
func TestDamagedMeanwhile(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(answer{cut: true}))
		mustPut(t, d, 48)
		sleep(5 * time.Second)
		first, _ := d.spool.Next(d.session.o.Destination, 0)
		w.disk.mu.Lock()
		for name, content := range w.disk.files {
			if strings.HasSuffix(name, ".seg") {
				content[16+first.Octets-1] ^= 1
			}
		}
		w.disk.mu.Unlock()
		w.service.set(nil)
		sleep(2 * time.Minute)
		c := d.session.Counters()
		if c.Acknowledged.Records != 32 || c.Dropped[exporter.DropDamaged].Records != 16 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
	})
}

// A new key in the file is found, and the clock of the service is learnt, without a restart.
func TestKeyAndClock(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.skew.Store(int64(time.Hour))
		mustPut(t, d, 16)
		sleep(5 * time.Second)
		if c := d.session.Counters(); c.Acknowledged.Records != 16 || len(w.service.times) != 2 {
			t.Errorf("clock an hour ahead: %+v after %d requests", c, len(w.service.times))
		}
		l := &life{w: w, d: d}
		if err := l.live(event{kind: "rotate", n: 3}); err != nil {
			t.Fatal(err)
		}
		mustPut(t, d, 16)
		sleep(5 * time.Minute)
		if c := d.session.Counters(); c.Spooled.Records != 16 || d.sender.Status()[0].State != "SignatureNotMatch" {
			t.Errorf("key rotated: %+v, %+v", c, d.sender.Status())
		}
		l.learn()
		sleep(time.Minute)
		if c := d.session.Counters(); c.Acknowledged.Records != 32 || d.sender.Status()[0].State != Healthy {
			t.Errorf("key in the file: %+v, %+v", c, d.sender.Status())
		}
	})
}
