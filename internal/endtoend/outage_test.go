package endtoend

import (
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/agent"
)

// lower makes a device read at a third of the pace: tests that run beside others.
func lower(o *agent.ReplayOptions) { o.Speed = 300 }

// The API is dead at start: the device runs on what was last good, says so, and takes over what is newer once the
// API comes.
func TestDeadAtStart(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	s.start(id, s.one.output("V9"), s.one, lower)
	s.finish()
	s.one, s.two = s.one.next(t), s.two.next(t)
	s.api.modify(id, to(s.two, "V10", 60, 10))
	address := s.lab.listens(t)
	s.lab.stop()

	begun := time.Now()
	s.device = startDevice(t, s.config, lower)
	s.took("dead at start, on the last good one", 1, begun, func(now *agent.Status) bool {
		return sends(id, s.one.output("V9"))(now) && now.Origin == config.FromLastGood
	})
	s.flowing(s.one)
	now := s.device.until(t, "the status says that the API is out of reach", func(now *agent.Status) bool { return now.Source.Faults["network"] > 0 })
	if now.Healthy || now.Source.Error == "" || now.Source.Origin != config.FromLastGood {
		t.Errorf("healthy %t, error %q, origin %s with a dead API", now.Healthy, now.Source.Error, now.Source.Origin)
	}

	s.lab = startLab(t, s.dir, address)
	s.took("the API comes, with a newer FlowLog", 2, time.Now(), func(now *agent.Status) bool {
		return sends(id, s.two.output("V10"))(now) && now.Origin == config.FromAPI
	})
	s.flowing(s.two)
	s.device.until(t, "good health", func(now *agent.Status) bool { return now.Healthy })
	t.Log(s.times())
	s.finish()
}

// Without anything known packets count as inactive, and the device starts by itself when the API comes.
func TestDeadAtStartWithNothingKnown(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	address := s.lab.listens(t)
	s.lab.stop()

	s.device = startDevice(t, s.config, lower)
	now := s.device.until(t, "packets are counted as inactive", func(now *agent.Status) bool { return now.Sums != nil && now.Sums.Inactive > 0 })
	if now.State != agent.StateInactive || now.Generation != 0 || now.Healthy || now.Origin != "" {
		t.Errorf("%s, generation %d, healthy %t, origin %q: want inactive, nothing in force, and trouble", now.State, now.Generation, now.Healthy, now.Origin)
	}
	s.lab = startLab(t, s.dir, address)
	s.took("the API comes", 1, time.Now(), sends(id, s.one.output("V9")))
	s.flowing(s.one)
	t.Log(s.times())
	if sum := s.finish(); sum.Inactive == 0 || sum.Counted == 0 {
		t.Errorf("%d packets inactive, %d counted", sum.Inactive, sum.Counted)
	}
}

// The API is killed in the middle, by SIGKILL, and comes back on the same store and port: what was answered before
// is on the disk, packets flow on, and changes take effect again.
func TestDyingInTheMiddle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &scene{t: t, dir: dir, one: startStation(t, "one", anyPort), two: startStation(t, "two", anyPort)}
	running := startLabProgram(t, dir, anyPort)
	s.lab = running.lab
	s.api = sdkOperator(t, s.lab.API, s.lab.Credentials)
	s.config = writeConfig(t, dir, s.lab.API, s.lab.Credentials, pollInterval)
	id := s.api.create(to(s.one, "V9", 300, 15))
	s.api.bind(id, gateway)
	s.start(id, s.one.output("V9"), s.one, lower)
	s.api.modify(id, to(s.two, "V5", 300, 15))
	running.kill(t)

	now := s.device.until(t, "the status says that the API is gone", func(now *agent.Status) bool { return now.Source.Faults["network"] > 0 && !now.Healthy })
	s.device.polled(t, 3)
	at := map[int]*station{1: s.one, 2: s.two}[now.Generation] // the change may have been pulled just before the end
	s.flowing(at)
	if after := s.device.status(t); after.Generation != now.Generation || after.State != agent.StateRunning {
		t.Errorf("generation %d, %s: want %d to go on", after.Generation, after.State, now.Generation)
	}

	s.lab = startLabProgram(t, dir, s.lab.listens(t)).lab
	s.took("the API is back", 2, time.Now(), sends(id, s.two.output("V5")))
	s.flowing(s.two)
	s.change("a change after that", sends(id, s.one.output("V10")), func() { s.api.modify(id, to(s.one, "V10", 60, 10)) })
	s.flowing(s.one)
	t.Log(s.times())
	s.finish()
}
