package sls

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/client"
)

// inWorld runs a test with a device in a bubble; what is left of the device is killed.
func inWorld(t *testing.T, with func(*world), test func(*testing.T, *world, *machine)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(7)
		if with != nil {
			with(w)
		}
		d := mustStart(t, w)
		test(t, w, d)
		d.kill()
		if w.service.failed != nil {
			t.Error(w.service.failed)
		}
	})
}

func mustStart(t *testing.T, w *world) *machine {
	t.Helper()
	d, err := w.start()
	if err == nil {
		err = d.export("records")
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustPut(t *testing.T, d *machine, n int) {
	t.Helper()
	if err := d.putRecords(n); err != nil {
		t.Fatal(err)
	}
}

func always(a answer) func(string, string, int) answer {
	return func(string, string, int) answer { return a }
}

// Batches are closed by count, by age, and by Flush.
func TestBatchLimits(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		var all []int
		w.service.set(func(_, _ string, logs int) answer { all = append(all, logs); return answer{} })
		taken := func() []int {
			w.service.mu.Lock()
			defer w.service.mu.Unlock()
			return slices.Clone(all)
		}
		began := time.Now()
		mustPut(t, d, 35)
		sleep(time.Millisecond)
		if sizes := taken(); !slices.Equal(sizes, []int{16, 16}) {
			t.Errorf("batches of %v records at once, want two of 16", sizes)
		}
		sleep(1200 * time.Millisecond)
		if sizes := taken(); !slices.Equal(sizes, []int{16, 16, 3}) {
			t.Errorf("batches of %v records after the age, want one more of 3", sizes)
		}
		if age := w.service.times[2].Sub(began); age != time.Second {
			t.Errorf("the last batch was sent after %v, want 1 s", age)
		}
		mustPut(t, d, 1)
		if err := d.session.Flush(context.Background()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if sizes := taken(); len(sizes) != 4 {
			t.Errorf("batches of %v records after Flush", sizes)
		}
		c := d.session.Counters()
		if c.Acknowledged.Records != 36 || c.Batches != 4 || c.BatchOctets == 0 || !c.Balanced() {
			t.Errorf("%+v", c)
		}
	})
}

// A batch is closed before it is longer than it may be.
func TestBatchOctets(t *testing.T) {
	var b openBatch
	o := SessionOptions{Identity: identity, BatchRecords: MaxBatchRecords, BatchOctets: minBatchOctets}
	records := extremes()
	for range 200 {
		b.add(&o, records, time.Time{})
	}
	made, err := b.close(&o, "0123456789abcdef", 1<<63, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if made.RawSize > minBatchOctets || made.RawSize < minBatchOctets-3000 {
		t.Errorf("a batch of %d octets, want nearly %d", made.RawSize, minBatchOctets)
	}
	raw, err := made.Raw()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := ReadInfo(raw); err != nil || info.Logs != int(made.Count) || made.Sum.Records != uint64(made.Count) {
		t.Errorf("%d logs, %d counted: %v", info.Logs, made.Count, err)
	}
	if len(b.raw) != 0 || b.sum != (exporter.Sum{}) {
		t.Error("the next batch doesn't begin empty")
	}
}

// What isn't delivered in time stays in the spool and is said; the next start delivers it.
func TestFinishLeavesTheRest(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(refuse(503, "ServerBusy")))
		mustPut(t, d, 40)
		began := time.Now()
		session := d.session
		err := session.Finish(context.Background())
		left, ok := errors.AsType[*LeftError](err)
		if !ok || left.Spooled.Records != 40 || left.Dropped.Records != 0 || !strings.Contains(err.Error(), "40 records stay") {
			t.Errorf("%v, want that 40 records are left", err)
		}
		if took := time.Since(began); took != DefaultShutdownTimeout {
			t.Errorf("it took %v, want %v", took, DefaultShutdownTimeout)
		}
		for i, at := range w.service.times[1:] {
			if wait := at.Sub(w.service.times[i]); wait > shutdownWait+time.Second {
				t.Errorf("it waited for %v between two tries", wait)
			}
		}
		d.session = nil
		d.olds = append(d.olds, session)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if left, ok := errors.AsType[*LeftError](d.sender.Finish(ctx)); !ok || left.Spooled.Records != 40 {
			t.Errorf("the sender leaves %+v", left)
		}
		if err := d.balance(); err != nil {
			t.Error(err)
		}
		d.kill()
		w.service.set(nil)
		next := mustStart(t, w)
		sleep(time.Minute)
		c := next.sender.Counters()
		if c.Recovered.Records != 40 || c.Acknowledged.Records != 40 || len(w.service.counts) != 40 {
			t.Errorf("%+v and %d records in the store", c, len(w.service.counts))
		}
		if err := next.stop(); err != nil {
			t.Error(err)
		}
	})
}

// A second signal stops at once, without losing what was put.
func TestFinishAtOnce(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world, d *machine) {
		w.service.set(always(answer{cut: true, after: time.Hour}))
		mustPut(t, d, 40)
		synctest.Wait()
		mustPut(t, d, 3)
		began := time.Now()
		err := d.session.Finish(canceled())
		if left, ok := errors.AsType[*LeftError](err); !ok || left.Spooled.Records != 43 || left.Dropped.Records != 0 {
			t.Errorf("%v, want that 43 records are left", err)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %v", took)
		}
		if err := d.session.Finish(context.Background()); err == nil {
			t.Error("a second Finish says nothing of what is left")
		}
		if err := d.putRecords(1); !errors.Is(err, exporter.ErrFinished) {
			t.Errorf("Put after Finish: %v", err)
		}
		if err := d.session.Flush(context.Background()); !errors.Is(err, exporter.ErrFinished) {
			t.Errorf("Flush after Finish: %v", err)
		}
		if err := d.balance(); err != nil {
			t.Error(err)
		}
	})
}

// A session that never ran finishes, too.
func TestFinishWithoutRun(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, _ *world, d *machine) {
		s, err := d.sender.Session(SessionOptions{Destination: d.session.o.Destination, Identity: identity})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Finish(context.Background()); err != nil {
			t.Error(err)
		}
		if s.Name() != "SLS flows/records" {
			t.Errorf("it is called %q", s.Name())
		}
		if err := s.Run(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// The queue is bounded: Put drops and counts, or blocks until its context ends.
func TestFullQueue(t *testing.T) {
	for _, drop := range []bool{true, false} {
		inWorld(t, nil, func(t *testing.T, _ *world, d *machine) {
			s, err := d.sender.Session(SessionOptions{
				Destination: d.session.o.Destination, Identity: identity, QueueRecords: 2, DropWhenFull: drop,
			})
			if err != nil {
				t.Fatal(err)
			}
			group := exporter.NewGroup(exporter.GroupOptions{}, s)
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			var failed error
			for range 3 {
				b := group.Get()
				b.Records = append(b.Records, record4())
				failed = errors.Join(failed, group.Put(ctx, b))
			}
			c := s.Counters()
			if drop && (failed != nil || c.Dropped[exporter.DropQueueFull].Records != 1) {
				t.Errorf("%v, %+v: want one dropped for the full queue", failed, c)
			}
			if !drop && (!errors.Is(failed, context.DeadlineExceeded) || c.Dropped[exporter.DropShutdown].Records != 1) {
				t.Errorf("%v, %+v: want one dropped for its context", failed, c)
			}
			if c.Queued.Records != 2 || !c.Balanced() {
				t.Errorf("%+v, want two queued", c)
			}
			if err := s.Finish(context.Background()); (err != nil) == drop {
				t.Errorf("finish: %v", err)
			}
			if c := s.Counters(); c.Acknowledged.Records != 2 {
				t.Errorf("%+v, want two acknowledged", c)
			}
		})
	}
}

func TestSessionOptions(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, _ *world, d *machine) {
		good := d.session.o.Destination
		if good.Endpoint != "https://cn-shanghai.log.aliyuncs.com" {
			t.Errorf("the endpoint is %q", good.Endpoint)
		}
		for want, change := range map[string]func(*SessionOptions){
			`project "a/b"`:            func(o *SessionOptions) { o.Destination.Project = "a/b" },
			"batch of 4097 records":    func(o *SessionOptions) { o.BatchRecords = 4097 },
			"batch of 9 octets":        func(o *SessionOptions) { o.BatchOctets = 9 },
			"batch age":                func(o *SessionOptions) { o.BatchAge = -1 },
			`SAG id "\xff"`:            func(o *SessionOptions) { o.Identity.InstanceID = "\xff" },
			"account \"xxxx":           func(o *SessionOptions) { o.Identity.Account = strings.Repeat("x", 1025) },
			"plain http off loopback":  func(o *SessionOptions) { o.Destination.Endpoint = "http://192.0.2.1" },
			`endpoint "ftp://example"`: func(o *SessionOptions) { o.Destination.Endpoint = "ftp://example" },
		} {
			o := SessionOptions{Destination: good, Identity: identity}
			change(&o)
			if _, err := d.sender.Session(o); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
	})
}

func TestSenderOptions(t *testing.T) {
	c, err := client.New(client.Options{Credentials: client.Fixed{}})
	if err != nil {
		t.Fatal(err)
	}
	for want, o := range map[string]SenderOptions{
		"want a client":         {},
		`policy "sometimes"`:    {Client: c, Policy: "sometimes"},
		"share 1 of spooled":    {Client: c, Share: 1},
		"-1 attempts, 0 batche": {Client: c, Attempts: -1},
	} {
		if _, err := NewSender(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	one, _ := NewSender(SenderOptions{Client: c})
	other, _ := NewSender(SenderOptions{Client: c})
	if len(one.Boot()) != 16 || one.Boot() == other.Boot() {
		t.Errorf("boots %q and %q", one.Boot(), other.Boot())
	}
	if err := one.Finish(context.Background()); err != nil {
		t.Errorf("finish what never ran: %v", err)
	}
	_ = one.Run(context.Background())
}
