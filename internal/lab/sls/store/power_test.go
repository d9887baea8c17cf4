package store

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// step is one thing that happened to the recorded disk: a write, a truncation, a sync, or the word of the store that a
// put is done.
type step struct {
	at       int64
	text     []byte
	truncate bool
	sync     bool
	done     string
}

// recorder is the only segment's disk: it keeps all in memory, and writes down what happens.
type recorder struct {
	mu    sync.Mutex
	text  []byte
	steps []step
	// The mutants: a sync that does nothing, and every so many writes one that is forgotten.
	noSync bool
	forget int
	writes int
}

func (r *recorder) note(s step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.steps = append(r.steps, s)
}

func (r *recorder) WriteAt(b []byte, at int64) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes++
	r.text = overwrite(r.text, b, at)
	if r.forget == 0 || r.writes%r.forget != 0 {
		r.steps = append(r.steps, step{at: at, text: append([]byte(nil), b...)})
	}
	return len(b), nil
}

// overwrite overwrites text, which grows as it must.
func overwrite(text, b []byte, at int64) []byte {
	if need := int(at) + len(b); need > len(text) {
		text = append(text, make([]byte, need-len(text))...)
	}
	copy(text[at:], b)
	return text
}

func (r *recorder) ReadAt(b []byte, at int64) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at >= int64(len(r.text)) {
		return 0, io.EOF
	}
	return copy(b, r.text[at:]), nil
}

func (r *recorder) Sync() error {
	if !r.noSync {
		r.note(step{sync: true})
	}
	return nil
}

func (r *recorder) Truncate(size int64) error {
	r.note(step{truncate: true, at: size})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = r.text[:size]
	return nil
}

func (r *recorder) Close() error { return nil }

// record has writers put groups on a recorded disk.
func record(tb testing.TB, r *recorder, writers, each int) []step {
	tb.Helper()
	s, err := open(filepath.Join(tb.TempDir(), "store"), nil, func(f *os.File) file {
		_ = f.Close()
		return r
	})
	must(tb, err)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				body := fmt.Sprintf("%d-%d", w, i)
				if s.Put(put("p", "l", body)) == nil {
					r.note(step{done: body})
				}
			}
		})
	}
	wg.Wait()
	must(tb, s.Close())
	return r.steps
}

// surviving is what a disk holds when the power goes behind n steps. Of what was written since the last sync keep says
// which bytes came through.
func surviving(steps []step, n int, keep func(i int) bool) (text []byte, done []string) {
	synced := 0
	for i, s := range steps[:n] {
		if s.sync {
			synced = i
		}
	}
	for i, s := range steps[:n] {
		switch {
		case s.done != "":
			done = append(done, s.done)
		case s.truncate:
			text = text[:s.at]
		case i < synced:
			text = overwrite(text, s.text, s.at)
		case len(s.text) > 0:
			for k := range s.text {
				if keep(k) {
					text = overwrite(text, s.text[k:k+1], s.at+int64(k))
				}
			}
		}
	}
	return text, done
}

// lost says which of the puts that were done a disk does not hold.
func lost(tb testing.TB, dir string, text []byte, done []string) (missing []string) {
	tb.Helper()
	replant(tb, dir, text)
	s, err := Read(dir)
	if err != nil {
		return done
	}
	there := map[string]bool{}
	if l, err := s.Logstore("p", "l"); err == nil {
		for _, g := range l.Groups {
			if raw, err := s.Raw(g); err == nil {
				there[string(raw)] = true
			}
		}
	}
	must(tb, s.Close())
	for _, body := range done {
		if !there[body] {
			missing = append(missing, body)
		}
	}
	return missing
}

// everyCut lets the power go behind each step, with none, all and half of what was not synced.
func everyCut(tb testing.TB, steps []step) (cuts, losses int) {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "store")
	keeps := []func(int) bool{
		func(int) bool { return false }, func(int) bool { return true },
		func(i int) bool { return i%2 == 0 }, func(i int) bool { return i > 30 }, func(i int) bool { return i < 30 },
	}
	for n := range len(steps) + 1 {
		for _, keep := range keeps {
			text, done := surviving(steps, n, keep)
			cuts++
			if missing := lost(tb, dir, text, done); len(missing) > 0 {
				losses++
			}
		}
	}
	return cuts, losses
}

// TestEveryPowerCut replays what the store wrote up to each step: no put that was done is ever lost.
func TestEveryPowerCut(t *testing.T) {
	steps := record(t, &recorder{}, 4, 12)
	cuts, losses := everyCut(t, steps)
	t.Logf("%d steps, %d power cuts", len(steps), cuts)
	if losses > 0 {
		t.Errorf("%d of %d power cuts lost a put that was done", losses, cuts)
	}
}

// TestMutants makes sure that the check above would find a store that says too early that a put is done, and one that
// forgets a write now and then.
func TestMutants(t *testing.T) {
	for name, r := range map[string]*recorder{
		"done before the sync": {noSync: true},
		"forgets a write":      {forget: 7},
	} {
		t.Run(name, func(t *testing.T) {
			if cuts, losses := everyCut(t, record(t, r, 2, 12)); losses == 0 {
				t.Errorf("%d power cuts found nothing", cuts)
			}
		})
	}
}

// TestDrawnPowerCut lets any bytes of the last writes through.
func TestDrawnPowerCut(t *testing.T) {
	steps := record(t, &recorder{}, 3, 20)
	dir := filepath.Join(t.TempDir(), "store")
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, len(steps)).Draw(rt, "steps")
		text, done := surviving(steps, n, func(int) bool { return rapid.Bool().Draw(rt, "kept") })
		if missing := lost(t, dir, text, done); len(missing) > 0 {
			rt.Errorf("lost %v", missing)
		}
	})
}
