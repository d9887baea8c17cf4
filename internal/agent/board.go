package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/internal/human"
)

// StatusFile is the name of a device's status in its state directory.
const StatusFile = "status.json"

// Times of the status.
const (
	boardTick = time.Second
	// quietTick is the same while nothing changes: well below staleAfter.
	quietTick = 5 * time.Second
	// lossMemory is how long after its last loss an output counts as in trouble.
	lossMemory = time.Minute
)

// board keeps status.json up to date: at once when the configuration or the health changes, each
// boardTick where anything has changed, and each quietTick. A write that fails is said once.
type board struct {
	directory string // "" writes nothing
	kicked    chan struct{}
	quit      chan struct{}
	end       func()
	snapshots snapshots
	losses    map[string]loss
	failed    bool
	claimed   *os.File // keeps the directory ours
	latest    atomic.Pointer[Status]
	written   *Status // what the file says; nil where that isn't known
}

type loss struct {
	records uint64
	at      time.Time
}

// open makes the directory and checks that it can be written.
func (b *board) open(directory string) error {
	b.kicked, b.quit, b.losses = make(chan struct{}, 1), make(chan struct{}), map[string]loss{}
	b.end = sync.OnceFunc(func() { close(b.quit) })
	if directory == "" {
		return errors.New("state directory: none is named")
	}
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return fmt.Errorf("make state directory %q: %w", directory, pathless(err))
	}
	var err error
	if b.claimed, err = claim(directory); err != nil {
		return err
	}
	probe := filepath.Join(directory, StatusFile+".new")
	if err := errors.Join(writeFresh(probe, make([]byte, probeSize), true), os.Remove(probe)); err != nil {
		return unwritable(directory, firstOf(err))
	}
	b.directory = directory
	return nil
}

// unwritable says what to do about a directory that can't be written to.
func unwritable(directory string, err error) error {
	return fmt.Errorf("write to state directory %q: %w: it must have room and be ours; or state-optional: true runs without it",
		directory, pathless(err))
}

// probeSize is what a full disk does not take: a status is about as long.
const probeSize = 16 << 10

// firstOf is the first of joined errors.
func firstOf(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
		return joined.Unwrap()[0]
	}
	return err
}

// close lets another device use the directory.
func (b *board) close() {
	if b.claimed != nil {
		_ = b.claimed.Close() // nothing was written to it
	}
}

// kick asks for a write soon. Any goroutine may call it.
func (b *board) kick() {
	select {
	case b.kicked <- struct{}{}:
	default:
	}
}

// stop ends run after one last write.
func (b *board) stop() { b.end() }

// run writes the status until stop. What tells of a change is kept on the disk, the counters of each
// tick are left to the system: flash wears by writes that nobody needs after a crash.
func (b *board) run(e *engine) {
	changed := true
	tick := time.NewTicker(boardTick)
	defer tick.Stop()
	for {
		b.post(e, b.snapshots.take(e), time.Time{}, changed)
		select {
		case <-tick.C:
			changed = false
		case <-b.kicked:
			changed = true
		case <-b.quit:
			return
		}
	}
}

// post writes one status, and if it tells of a change has it on the disk.
func (b *board) post(e *engine, sums *Account, ended time.Time, changed bool) {
	s := e.device.status()
	s.Sums, s.Ended = sums, ended
	s.Troubles = append(s.Troubles, b.lossesOf(s)...)
	if sums != nil && !sums.Exact {
		s.Troubles = append(s.Troubles, errInexact.Error())
	}
	s.Healthy = len(s.Troubles) == 0
	if !ended.IsZero() {
		for i := range s.Outputs {
			s.Outputs[i].State = Ended
		}
	}
	b.latest.Store(s)
	if b.directory == "" || !changed && b.says(s) {
		return
	}
	err := writeStatus(filepath.Join(b.directory, StatusFile), s, changed)
	if err != nil && !b.failed {
		e.device.log.Error("the status can't be written; further failures are not said", "error", err)
	}
	b.failed = err != nil
	b.written = s
	if b.failed {
		b.written = nil
	}
}

// says is whether the file has it already, but for the time, and hasn't for long.
func (b *board) says(s *Status) bool {
	if b.written == nil {
		return false
	}
	if age := s.Updated.Sub(b.written.Updated); age < 0 || age >= quietTick { // below 0 the wall clock was set back
		return false
	}
	return reflect.DeepEqual(timeless(b.written), timeless(s))
}

// timeless is a status without the times at which it was taken.
func timeless(s *Status) *Status {
	t := *s
	t.Updated = time.Time{}
	if t.Sums != nil {
		sums := *t.Sums
		sums.At = time.Time{}
		t.Sums = &sums
	}
	return &t
}

// lossesOf names the outputs that lost records within lossMemory.
func (b *board) lossesOf(s *Status) []string {
	var all []string
	for i := range s.Outputs {
		o := &s.Outputs[i]
		if o.State != InForce {
			continue
		}
		if b.losing(fmt.Sprintf("%s from %d", o.Counters.Output, o.From), &o.Counters, s.Updated) {
			all = append(all, lossText(&o.Counters, o.spools()))
		}
	}
	if l := s.LogService; l != nil && b.losing(sls.SpoolName, &l.Earlier, s.Updated) {
		all = append(all, lossText(&l.Earlier, true))
	}
	return all
}

// losing says that an output lost records within lossMemory.
func (b *board) losing(key string, c *exporter.Counters, now time.Time) bool {
	seen := b.losses[key]
	if n := c.Dropped.Total().Records + c.SetAside.Records + c.Resent; n != seen.records {
		seen = loss{n, now}
		b.losses[key] = seen
	}
	return seen.records > 0 && now.Sub(seen.at) < lossMemory
}

func lossText(c *exporter.Counters, spools bool) string {
	dropped := human.Count(c.Dropped.Total().Records, "record")
	if spools {
		return fmt.Sprintf("output %s: %s dropped, %s set aside", c.Output, dropped, human.Number(c.SetAside.Records))
	}
	return fmt.Sprintf("output %s: the collector doesn't take all: %s dropped, %s sent again", c.Output, dropped, human.Count(c.Resent, "datagram"))
}

// writeStatus puts a status in the place of the one before: whole or not at all.
func writeStatus(path string, s *Status, sync bool) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("make the status: %w", err)
	}
	next := path + ".new"
	err = writeFresh(next, append(text, '\n'), sync)
	if err == nil {
		err = os.Rename(next, path)
	}
	if err != nil {
		return fmt.Errorf("write status %q: %w", path, pathless(err))
	}
	return nil
}

// writeFresh writes a new file that only the owner may read, with sync onto the disk.
func writeFresh(path string, text []byte, sync bool) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if sync && err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
