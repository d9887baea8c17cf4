package sls

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"syscall"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// event is one thing that happens in a schedule, and how long it is until the next.
type event struct {
	kind  string
	n     int
	pause time.Duration
}

// schedule is a life of a device.
type schedule struct {
	seed   uint64
	policy Policy
	// batches and age bound the spool; 0 is more than comes, and three days.
	batches   int
	age, sync time.Duration
	events    []event
}

// eventKinds are what happens. A doomed process dies in the middle of what it does with the disk; one that
// is stillborn does so while it opens the spool.
var eventKinds = []string{
	"put", "put", "put", "put", "put", "put", "fault", "fault", "fault", "fine", "fine", "kill", "restart", "doom", "doom",
	"stillborn", "switch", "rotate", "learn", "skew", "disk-full", "disk-free", "disk-broken", "retry", "drop",
}

// pauses are the longest times between two events: mostly seconds, at times hours or days, so that outages
// have any length.
var pauses = []time.Duration{
	20 * time.Second, 20 * time.Second, 20 * time.Second, 20 * time.Second, 20 * time.Second, 20 * time.Second, time.Second, 5 * time.Minute,
}

func drawPause(t *rapid.T) time.Duration {
	most := rapid.SampledFrom(pauses).Draw(t, "most")
	switch long := rapid.IntRange(0, 9999).Draw(t, "long"); { // the least and the largest come more often
	case long >= 5550 && long < 5560:
		most = 90 * time.Hour
	case long >= 6000 && long < 6240:
		most = 3 * time.Hour
	}
	return most * time.Duration(rapid.IntRange(0, 1000).Draw(t, "pause")) / 1000
}

func drawSchedule(t *rapid.T) schedule {
	one := rapid.Custom(func(t *rapid.T) event {
		return event{
			kind: rapid.SampledFrom(eventKinds).Draw(t, "kind"), n: rapid.IntRange(1, 60).Draw(t, "n"), pause: drawPause(t),
		}
	})
	return schedule{
		seed: rapid.Uint64().Draw(t, "seed"), policy: rapid.SampledFrom([]Policy{OnFailure, Always}).Draw(t, "policy"),
		batches: rapid.SampledFrom([]int{0, 0, 0, 4, 12}).Draw(t, "batches"),
		age:     rapid.SampledFrom([]time.Duration{0, 0, 0, time.Hour}).Draw(t, "age"),
		sync:    rapid.SampledFrom([]time.Duration{0, 0, 5 * time.Second}).Draw(t, "sync"),
		events:  rapid.SliceOfN(one, 3, 25).Draw(t, "events"),
	}
}

// faults are what the service does wrong. Those that refuse for good come seldom: they fill the
// set-aside area, which is looked at in the end as well.
var faults = []func(*rand.Rand) answer{
	func(*rand.Rand) answer { return answer{cut: true} },
	func(*rand.Rand) answer { return answer{cut: true, commit: true} },
	func(*rand.Rand) answer { return answer{cut: true, after: 30 * time.Second} },
	func(*rand.Rand) answer { return answer{cut: true, commit: true, after: 30 * time.Second} },
	func(*rand.Rand) answer { return answer{after: 3 * time.Second} },
	func(*rand.Rand) answer { return refuse(500, "InternalServerError") },
	func(*rand.Rand) answer { return answer{status: 503, code: "ServerBusy", commit: true} },
	func(*rand.Rand) answer {
		return answer{status: 503, body: "<html>", headers: http.Header{"Retry-After": {"30"}}}
	},
	func(*rand.Rand) answer { return refuse(403, "WriteQuotaExceed") },
	func(*rand.Rand) answer { return refuse(404, "LogStoreNotExist") },
	func(*rand.Rand) answer { return refuse(401, "Unauthorized") },
	func(*rand.Rand) answer { return answer{status: 200, body: "<html>login</html>", noID: true} },
	func(*rand.Rand) answer {
		return answer{status: 302, headers: http.Header{"Location": {"http://127.0.0.1/"}}}
	},
	func(*rand.Rand) answer { return refuse(400, "PostBodyInvalid") },
	func(*rand.Rand) answer { return refuse(413, "PostBodyTooLarge") },
	func(*rand.Rand) answer { return refuse(418, "Teapot") },
}

// run lives a schedule in the bubble of a test, and says what was wrong. Where several parts fail,
// the first is enough.
func (sc schedule) run(mutate func(*world)) (*life, error) {
	w := newWorld(sc.seed)
	w.options.Policy, w.spool.MaxBatches, w.spool.MaxAge, w.spool.SyncInterval = sc.policy, sc.batches, sc.age, sc.sync
	if mutate != nil {
		mutate(w)
	}
	l := &life{w: w, sc: sc, began: time.Now()}
	if err := l.begin("first"); err != nil {
		return l, err
	}
	defer func() {
		if l.d != nil {
			l.d.kill()
		}
	}()
	for _, e := range sc.events {
		if err := l.live(e); err != nil {
			return l, fmt.Errorf("%s: %w", e.kind, err)
		}
		time.Sleep(e.pause)
		if err := l.d.balance(); err != nil {
			return l, fmt.Errorf("after %s: %w", e.kind, err)
		}
	}
	if err := l.settle(); err != nil {
		return l, err
	}
	return l, l.check()
}

// life is a schedule that is being lived.
type life struct {
	w        *world
	d        *machine
	sc       schedule
	logstore string
	killed   bool
	began    time.Time
	// drops says that batches may be dropped, as something has happened that costs them.
	drops    bool
	restarts int
	resent   uint64
	dropped  uint64
	aside    map[string]struct{}
	fates    spool.Fates // in the end
}

func (l *life) begin(logstore string) (err error) {
	l.logstore = logstore
	if l.d, err = l.w.start(); errors.Is(err, errKilled) {
		l.d, err = l.w.start() // it died while it opened the spool
	}
	if err == nil {
		err = l.d.export(logstore)
	}
	return err
}

// again kills the device, unless it is dead already, and starts it.
func (l *life) again() error {
	l.end(func() error { l.d.kill(); return nil })
	l.killed = true
	return l.begin(l.logstore)
}

func (l *life) live(e event) error {
	w := l.w
	if l.d.fs.isDead() {
		if err := l.again(); err != nil {
			return err
		}
	}
	switch e.kind {
	case "put":
		return l.d.putRecords(e.n)
	case "fault":
		l.fail(e.n)
	case "fine":
		w.service.set(nil)
	case "kill":
		return l.again()
	case "doom":
		l.d.fs.doom(e.n)
	case "stillborn":
		w.doom = e.n
		return l.again()
	case "restart":
		l.end(func() error { _ = l.d.stop(); return nil })
		return l.begin(l.logstore)
	case "switch":
		l.logstore = []string{"first", "second"}[e.n%2]
		return l.d.export(l.logstore)
	case "rotate":
		key := client.Credentials{AccessKeyID: "LTAI" + fmt.Sprint(e.n), AccessKeySecret: "of " + fmt.Sprint(e.n)}
		w.service.mu.Lock()
		w.service.key = key
		w.service.mu.Unlock()
	case "learn":
		l.learn()
	case "skew":
		w.skew.Store(int64([]time.Duration{-time.Hour, 0, time.Hour}[e.n%3]))
	case "retry":
		for _, e := range l.d.spool.Aside() {
			_, _ = l.d.spool.Release(e.ID)
		}
	case "drop":
		l.drops = true
		for _, e := range slices.Concat(l.d.spool.Queued(), l.d.spool.Aside()) {
			_ = l.d.spool.Drop(e.ID)
			break
		}
	case "disk-full", "disk-free":
		w.disk.setFull(e.kind == "disk-full")
		w.disk.setUnreadable(nil)
	case "disk-broken":
		w.disk.setUnreadable(syscall.EIO)
		l.drops = true
	}
	return nil
}

// learn writes the key that the service knows into the device's file.
func (l *life) learn() {
	l.w.service.mu.Lock()
	key := l.w.service.key
	l.w.service.mu.Unlock()
	l.w.keys.mu.Lock()
	l.w.keys.there = key
	l.w.keys.mu.Unlock()
}

// fail makes the service fail for some of the requests, or for all.
func (l *life) fail(n int) {
	fault, often := faults[n%len(faults)], float64(1+n%4)/4
	random := rand.New(rand.NewPCG(l.sc.seed, uint64(n)))
	l.w.service.set(func(string, string, int) answer {
		if random.Float64() < often {
			return fault(random)
		}
		return answer{}
	})
}

// set sets what the service answers.
func (s *service) set(next func(string, string, int) answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = next
	if next != nil {
		s.faults++
	}
}

// end ends one run of the device and keeps its sums.
func (l *life) end(how func() error) {
	_ = how()
	l.restarts++
	for _, s := range l.d.olds {
		c := s.Counters()
		l.resent += c.ResentRecords
		l.dropped += c.Dropped.Total().Records
	}
	c := l.d.sender.Counters()
	l.resent += c.ResentRecords
	l.dropped += c.Dropped.Total().Records
}

// settle ends all faults, waits until the spool is empty, and stops.
func (l *life) settle() error {
	l.w.service.set(nil)
	l.w.disk.setFull(false)
	l.w.disk.setUnreadable(nil)
	l.learn()
	l.d.fs.doom(0)
	// What could not be read at a start, the next one finds.
	unread := slices.ContainsFunc(l.d.spool.Damages(), func(d spool.Damage) bool { return d.Unread })
	if unread || l.d.fs.isDead() {
		if err := l.again(); err != nil {
			return err
		}
	}
	l.d.finishSession()
	l.d.ending.Wait()
	for range 600 {
		if l.d.spool.Stats().Queued.Batches == 0 {
			break
		}
		time.Sleep(10 * time.Second)
	}
	l.aside = make(map[string]struct{})
	for _, e := range l.d.spool.Aside() {
		item, err := l.d.spool.Read(e.ID)
		if err != nil {
			return err
		}
		raw, err := item.Raw()
		if err != nil {
			return err
		}
		for _, r := range recordsOf(item.Destination, raw) {
			l.aside[r] = struct{}{}
		}
	}
	if err := l.d.balance(); err != nil {
		return err
	}
	l.fates = l.d.spool.Stats().Lifetime
	var err error
	l.end(func() error { err = l.d.stop(); return nil })
	l.restarts--
	l.d = nil
	return err
}

// check compares the store with the ledger of accepted batches.
func (l *life) check() error {
	s := l.w.service
	if s.failed != nil {
		return s.failed
	}
	nowhere := uint64(0)
	for r := range l.w.accepted {
		if _, aside := l.aside[r]; s.counts[r] == 0 && !aside {
			nowhere++
		}
	}
	if dropped := l.fates.Dropped.Total().Records; nowhere > dropped || dropped > 0 && !l.mayDrop() {
		return fmt.Errorf("%w: %d accepted records are nowhere, and the spool has dropped %d", errLost, nowhere, dropped)
	}
	twice, missing := 0, uint64(0)
	for r, n := range s.counts {
		if _, put := l.w.put[r]; !put {
			return fmt.Errorf("%q was never put there", r)
		}
		twice += n - 1
	}
	for r := range l.w.put {
		if _, aside := l.aside[r]; s.counts[r] == 0 && !aside {
			missing++
		}
	}
	if len(s.names) != len(s.counts) {
		return fmt.Errorf("%d records under %d names", len(s.counts), len(s.names))
	}
	// What becomes of a batch that was set aside, the spool alone counts.
	if most := l.dropped + l.fates.Dropped.Total().Records; !l.killed && missing > most {
		return fmt.Errorf("%w: %d records are missing, %d were counted as dropped", errLost, missing, most)
	}
	if uint64(twice) > l.resent {
		return fmt.Errorf("%d records are there twice, %d were counted as resent", twice, l.resent)
	}
	return nil
}

// mayDrop says whether there was a reason to drop anything.
func (l *life) mayDrop() bool {
	age := spool.DefaultMaxAge
	if l.sc.age > 0 {
		age = l.sc.age
	}
	// The clock may have been an hour early, and then an hour late.
	return l.drops || l.sc.batches > 0 || time.Since(l.began)+2*time.Hour > age
}

var errLost = errors.New("lost")
