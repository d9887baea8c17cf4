package livetest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// soak is a device under traffic, changes and faults that are drawn at random.
type soak struct {
	*station
	random  *rand.Rand // the schedule's
	seed    uint64
	began   time.Time
	lasts   time.Duration
	loads   []*load
	pending []ending // faults that are to end
	happens []string
	seen    int // of them, up to the last checkpoint
	counts  map[string]int
	checks  int
	lives   []*life
	drops   uint64 // frames that the kernel dropped, in all lives
}

// ending is the end of a fault.
type ending struct {
	what string
	at   time.Time
	do   func()
}

// A soak as it is without SAGFLOW_SOAK, and the times of each.
const (
	shortSoak    = 15 * time.Second
	checkEach    = 10 * time.Second
	sampleEach   = time.Second
	killedFrom   = 2 * time.Minute // a shorter one kills no device
	soakSettings = `interfaces: ["v*", "!v0", "!v2"]
workers: 2
max-flows: 3000
template-packets: 16
metrics: 127.0.0.1:9105
pprof-socket: %s/pprof
`
)

// TestSoak runs a device for SAGFLOW_SOAK, as 1h, under traffic of several kinds, changes of its FlowLog, and faults. At each
// checkpoint every frame is accounted for, from the sender to both outputs; at the end so is every record, and the device
// holds no more memory, descriptors and goroutines than it held early on. SAGFLOW_SOAK_SEED repeats a schedule.
func TestSoak(t *testing.T) {
	s := newSoak(t)
	s.run()
	s.ends()
	s.flat()
	s.tell()
}

func newSoak(t *testing.T) *soak {
	t.Helper()
	lasts, err := time.ParseDuration(cmp.Or(os.Getenv("SAGFLOW_SOAK"), shortSoak.String()))
	if err != nil {
		t.Fatalf("SAGFLOW_SOAK: %v: it takes a time with a unit, as 5m or 1h", err)
	}
	seed := rand.Uint64N(1 << 32)
	if text := os.Getenv("SAGFLOW_SOAK_SEED"); text != "" {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("SAGFLOW_SOAK_SEED: %v", err)
		}
	}
	t.Logf("SAGFLOW_SOAK=%v SAGFLOW_SOAK_SEED=%d", lasts, seed)
	s := &soak{seed: seed, random: rand.New(rand.NewPCG(seed, 1)), lasts: lasts, counts: map[string]int{}, began: time.Now()}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d; the last events:\n%s", seed, strings.Join(s.happens[max(0, len(s.happens)-40):], "\n"))
		}
	})
	ns := testutil.NewNamespace(t)
	for i, pair := range [][2]string{{"v0", "v1"}, {"v2", "v3"}} {
		s.loads = append(s.loads, newLoad(t, ns, pair[0], pair[1], seed+uint64(i)))
	}
	s.station = &station{receiver: receive(t, ns), witness: watch(t, ns, collectorPort), cloud: newCloud(t, ns)}
	s.cloud.bind()
	s.device = &device{t: t, ns: ns, dir: t.TempDir(), ended: make(chan struct{})}
	s.write(s.cloud.settings() + fmt.Sprintf(soakSettings, s.dir))
	s.begin()
	return s
}

// begin starts the device. Nothing is sent meanwhile.
func (s *soak) begin() {
	s.t.Helper()
	s.device.run()
	s.until("the capture", func(now *agent.Status) bool { return capturing(now) == len(s.loads) && now.Sums != nil })
	l := &life{began: time.Now(), wire: s.witness.totals()}
	for _, load := range s.loads {
		l.sent = append(l.sent, load.sent)
	}
	s.lives = append(s.lives, l)
}

// said notes what happens.
func (s *soak) said(kind, what string) {
	s.counts[kind]++
	s.happens = append(s.happens, fmt.Sprintf("%8.2f s  %s", time.Since(s.began).Seconds(), what))
}

// run goes through the schedule.
func (s *soak) run() {
	s.t.Helper()
	for _, l := range s.loads {
		l.run()
	}
	defer func() {
		for _, l := range s.loads {
			l.end()
		}
	}()
	next, check, sample := s.began, s.began.Add(checkEach/2), s.began
	for now := s.began; now.Sub(s.began) < s.lasts && !s.t.Failed(); now = time.Now() {
		s.over(now)
		switch {
		case now.After(sample):
			s.sample()
			sample = now.Add(sampleEach)
		case now.After(check):
			s.checkpoint()
			check = time.Now().Add(checkEach)
		case now.After(next):
			s.event()
			next = time.Now().Add(time.Duration(s.random.IntN(2500)) * time.Millisecond)
		default:
			time.Sleep(20 * time.Millisecond)
		}
	}
	s.over(time.Now().Add(time.Hour))
}

// over ends the faults whose time is over.
func (s *soak) over(now time.Time) {
	s.pending = slices.DeleteFunc(s.pending, func(e ending) bool {
		if now.Before(e.at) {
			return false
		}
		s.said("ends", e.what+" ends")
		e.do()
		return true
	})
}

// fault begins something that ends after some seconds, unless it goes on already.
func (s *soak) fault(what string, most int, begin, end func()) {
	lasts := time.Duration(500+s.random.IntN(1000*most)) * time.Millisecond
	for _, e := range s.pending {
		if e.what == what {
			return
		}
	}
	s.said(what, fmt.Sprintf("%s for %v", what, lasts))
	begin()
	s.pending = append(s.pending, ending{what, time.Now().Add(lasts), end})
}

// tell logs what a run was.
func (s *soak) tell() {
	s.t.Helper()
	var goes, all []string
	var sum sent
	for _, l := range s.loads {
		for i, n := range l.sent {
			sum[i] += n
		}
		goes = append(goes, fmt.Sprint(l.goes))
	}
	for _, kind := range slices.Sorted(maps.Keys(s.counts)) {
		all = append(all, fmt.Sprintf("%d %s", s.counts[kind], kind))
	}
	wire, came := s.witness.totals(), s.receiver.totals()
	s.t.Logf("%d frames sent (%d IP, %d non-IP, %d malformed), %d dropped by the kernel; goes of traffic: %s\nevents: %s\n%d checkpoints, %d lives\n"+
		"%d records in %d datagrams on the way, %d and %d at the collector; Log Service: %+v",
		sum.frames(), sum[counted], sum[nonIP], sum[malformed], s.drops, strings.Join(goes, " "), strings.Join(all, ", "), s.checks, len(s.lives),
		wire.Records, wire.Datagrams, came.Records, came.Datagrams, s.cloud.stored())
}
