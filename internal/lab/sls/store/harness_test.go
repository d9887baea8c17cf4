package store

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func now() time.Time { return time.Unix(1_795_000_000, 5) }

func opened(tb testing.TB, dir string) *Store {
	tb.Helper()
	s, err := Open(dir, nil)
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	return s
}

// put is a put of a body that stands for itself.
func put(project, logstore, body string) Put {
	return Put{
		Project: project, Logstore: logstore, Body: []byte(body), RawSize: len(body),
		First: 100, Last: 200, Logs: 3, Received: now(), Make: true,
	}
}

// bodies reads all groups of a logstore in their order.
func bodies(tb testing.TB, s *Store, project, logstore string) []string {
	tb.Helper()
	l, err := s.Logstore(project, logstore)
	must(tb, err)
	var all []string
	for _, g := range l.Groups {
		raw, err := s.Raw(g)
		must(tb, err)
		all = append(all, string(raw))
	}
	return all
}

// contents are all bodies of a store, by project/logstore.
func contents(tb testing.TB, s *Store) map[string][]string {
	tb.Helper()
	all := map[string][]string{}
	for _, p := range s.Projects() {
		logstores, err := s.Logstores(p.Name)
		must(tb, err)
		for _, l := range logstores {
			all[p.Name+"/"+l] = bodies(tb, s, p.Name, l)
		}
	}
	return all
}

func equal(tb testing.TB, what string, want, got any) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// written is a store of n groups, closed, and the text of its only segment.
func written(tb testing.TB, n int) (dir string, text []byte) {
	tb.Helper()
	dir = filepath.Join(tb.TempDir(), "store")
	s, err := Open(dir, nil)
	must(tb, err)
	for i := range n {
		must(tb, s.Put(put("proj", "flows", fmt.Sprintf("group %d", i))))
	}
	must(tb, s.Close())
	text, err = os.ReadFile(filepath.Join(dir, segmentName(1)))
	must(tb, err)
	return dir, text
}

// entriesOf lists where the sound entries of a text are.
func entriesOf(text []byte) (at []int) {
	for i := segmentHeader; i < len(text); {
		e, ok := parseEntry(text[i:])
		if !ok {
			break
		}
		at = append(at, i)
		i += e.size()
	}
	return at
}

// replant makes a store of one segment.
func replant(tb testing.TB, dir string, text []byte) {
	tb.Helper()
	must(tb, os.RemoveAll(dir))
	must(tb, os.MkdirAll(dir, 0o700))
	must(tb, os.WriteFile(filepath.Join(dir, segmentName(1)), bytes.Clone(text), 0o600))
}
