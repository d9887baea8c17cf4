package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/sagflow/sagflow/config/flowlog"
)

// sample is a FlowLog with an id made of n.
func sample(n int) flowlog.FlowLog {
	return flowlog.FlowLog{
		FlowLogId: fmt.Sprintf("fl-%017d", n), RegionId: "cn-shanghai", Name: fmt.Sprintf("log %d", n),
		Description: "创建流日志", Status: flowlog.Active, OutputType: flowlog.OutputNetflow,
		ActiveAging: 300, InactiveAging: 15, NetflowServerIp: "192.0.2.9", NetflowServerPort: 9995, NetflowVersion: "V9",
	}
}

// filled makes a store with n FlowLogs, of which every second one is bound, and closes it.
func filled(tb testing.TB, n int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "store.db")
	s := mustOpen(tb, path)
	for i := range n {
		must(tb, s.Update(func(tx *Tx) error {
			if i%2 == 0 {
				tx.Bind(fmt.Sprintf("sag-%d", i), sample(i).FlowLogId)
			}
			return tx.Create(sample(i))
		}))
	}
	must(tb, s.Close())
	return path
}

func mustOpen(tb testing.TB, path string) *Store {
	tb.Helper()
	s, err := Open(path)
	must(tb, err)
	return s
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestKeepsWhatWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := mustOpen(t, path)
	must(t, s.Update(func(tx *Tx) error {
		tx.Bind("sag-a", sample(2).FlowLogId)
		tx.Bind("sag-b", sample(2).FlowLogId)
		tx.Bind("sag-c", sample(1).FlowLogId)
		return errors.Join(tx.Create(sample(2)), tx.Create(sample(1)), tx.Create(sample(3)))
	}))
	changed := sample(1)
	changed.NetflowVersion = "V10"
	must(t, s.Update(func(tx *Tx) error {
		tx.Delete(sample(3).FlowLogId)
		tx.Unbind("sag-a")
		tx.Bind("sag-c", sample(2).FlowLogId)
		return tx.Replace(changed)
	}))
	check := func(s *Store) {
		t.Helper()
		state := s.State()
		if diff := cmp.Diff([]flowlog.FlowLog{sample(2), changed}, state.FlowLogs()); diff != "" {
			t.Errorf("flow logs (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"sag-b", "sag-c"}, state.Gateways(sample(2).FlowLogId)); diff != "" {
			t.Errorf("gateways (-want +got):\n%s", diff)
		}
		if _, ok := state.Bound("sag-a"); ok || state.Len() != 2 {
			t.Errorf("sag-a is bound: %v; %d flow logs", ok, state.Len())
		}
	}
	check(s)
	must(t, s.Close())
	check(s) // a closed store still tells
	reopened := mustOpen(t, path)
	defer reopened.Close()
	check(reopened)
	if diff := cmp.Diff(s.digest, reopened.digest); diff != "" {
		t.Errorf("digest (-want +got):\n%s", diff)
	}
}

func TestNumbersAreNotGivenTwice(t *testing.T) {
	path := filled(t, 3)
	s := mustOpen(t, path)
	must(t, s.Update(func(tx *Tx) error {
		tx.Delete(sample(1).FlowLogId)
		tx.Delete("fl-unknown")
		tx.Unbind("sag-unknown")
		return nil
	}))
	must(t, s.Close())
	s = mustOpen(t, path)
	defer s.Close()
	must(t, s.Update(func(tx *Tx) error { return tx.Create(sample(0x10)) }))
	if last := s.State().FlowLogs()[2]; last != sample(0x10) {
		t.Errorf("the last flow log is %q", last.Name)
	}
}

func TestRefusedUpdateChangesNothing(t *testing.T) {
	s := mustOpen(t, filled(t, 2))
	defer s.Close()
	before, digest := s.State(), s.digest
	refused := errors.New("refused")
	for name, change := range map[string]func(*Tx) error{
		"refused": func(tx *Tx) error {
			tx.Unbind("sag-0")
			tx.Delete(sample(0).FlowLogId)
			return refused
		},
		"created twice":   func(tx *Tx) error { return tx.Create(sample(1)) },
		"replaced absent": func(tx *Tx) error { return tx.Replace(sample(7)) },
		"panics": func(tx *Tx) (err error) {
			defer func() { err = fmt.Errorf("%v", recover()) }()
			tx.Delete(sample(0).FlowLogId)
			panic("oops")
		},
	} {
		if err := s.Update(change); err == nil {
			t.Errorf("%s: no error", name)
		}
		if s.State() != before || s.digest != digest {
			t.Errorf("%s: the state changed", name)
		}
	}
	if err := s.Update(func(*Tx) error { return refused }); !errors.Is(err, refused) || strings.Contains(err.Error(), "store") {
		t.Errorf("a refusal comes back as %v", err)
	}
}

func TestStateDoesNotChange(t *testing.T) {
	s := mustOpen(t, filled(t, 2))
	defer s.Close()
	before := s.State()
	must(t, s.Update(func(tx *Tx) error { return tx.Create(sample(5)) }))
	if before.Len() != 2 || s.State().Len() != 3 {
		t.Errorf("before %d, after %d; want 2, 3", before.Len(), s.State().Len())
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, text, 0o600))
		return path
	}
	sound, err := os.ReadFile(filled(t, 3))
	must(t, err)
	tests := map[string]struct {
		path string
		want error
		text string
	}{
		"empty":          {write("empty", nil), ErrForeign, "it is empty"},
		"text":           {write("text", []byte(strings.Repeat("not a store\n", 3000))), ErrForeign, "no bbolt header"},
		"short":          {write("short", []byte("hello")), ErrForeign, "5 bytes are too few"},
		"zeros":          {write("zeros", make([]byte, 1<<16)), ErrForeign, "no bbolt header"},
		"a folder":       {dir, ErrForeign, "not a regular file"},
		"another's":      {foreignBolt(t, filepath.Join(dir, "foreign"), nil), ErrForeign, "another program"},
		"another format": {foreignBolt(t, filepath.Join(dir, "v2"), map[string]string{"format": formatName, "version": "2"}), ErrVersion, `"2"; this program reads version "1"`},
		"no digest":      {foreignBolt(t, filepath.Join(dir, "v1"), map[string]string{"format": formatName, "version": "1"}), ErrDamaged, "digest"},
		"cut to half":    {write("half", sound[:len(sound)/2]), ErrDamaged, "pages"},
		"cut to metas":   {write("metas", sound[:8192]), ErrDamaged, "pages"},
		"cut in meta":    {write("meta", sound[:5000]), ErrDamaged, "pages"},
		"first page 0":   {write("first", append(make([]byte, 4096), sound[4096:]...)), ErrDamaged, "meta page 0"},
	}
	for name, test := range tests {
		before, _ := os.ReadFile(test.path)
		s, err := Open(test.path)
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) || !strings.Contains(err.Error(), test.path) {
			t.Errorf("%s: %v\nwant %q with %q", name, err, test.want, test.text)
		}
		if s != nil {
			t.Errorf("%s: a store came with the error", name)
		}
		if after, _ := os.ReadFile(test.path); string(after) != string(before) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := Open(filepath.Join(dir, "no", "such", "folder")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
}

// foreignBolt makes a bbolt file with these entries in the bucket meta.
func foreignBolt(tb testing.TB, path string, meta map[string]string) string {
	tb.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	must(tb, err)
	defer db.Close()
	must(tb, db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("meta"))
		for k, v := range meta {
			err = errors.Join(err, b.Put([]byte(k), []byte(v)))
		}
		return err
	}))
	return path
}

func TestLocked(t *testing.T) {
	path := filled(t, 2)
	s := mustOpen(t, path)
	if _, err := Open(path); !errors.Is(err, ErrLocked) {
		t.Errorf("a second Open: %v", err)
	}
	must(t, s.Update(func(tx *Tx) error { return tx.Create(sample(9)) }))
	must(t, s.Close())
	must(t, mustOpen(t, path).Close())
}

func TestClosedStoreTakesNoUpdates(t *testing.T) {
	s := mustOpen(t, filled(t, 1))
	must(t, s.Close())
	must(t, s.Close())
	if err := s.Update(func(tx *Tx) error { return tx.Create(sample(9)) }); !errors.Is(err, ErrFailed) {
		t.Errorf("update of a closed store: %v", err)
	}
}

func TestFailedCommitStopsUpdates(t *testing.T) {
	s := mustOpen(t, filled(t, 1))
	before := s.State()
	must(t, s.db.Close()) // as if the disk went away
	for range 2 {
		if err := s.Update(func(tx *Tx) error { return tx.Create(sample(9)) }); !errors.Is(err, ErrFailed) {
			t.Errorf("update: %v", err)
		}
	}
	if s.State() != before {
		t.Error("a failed update shows")
	}
}

func TestMadeOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "store.db")
	must(t, mustOpen(t, path).Close())
	names, err := os.ReadDir(dir)
	must(t, err)
	if len(names) != 1 || names[0].Name() != "store.db" {
		t.Errorf("the folder holds %v", names)
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestGuardedTurnsFaultsIntoErrors(t *testing.T) {
	for name, do := range map[string]func() (int, error){
		"panic": func() (int, error) { panic("page 7: unexpected") },
		"index": func() (int, error) { return []int{}[len(os.Args[:0])], nil },
	} {
		if _, err := guarded(do); err == nil || !strings.Contains(err.Error(), "panic: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
