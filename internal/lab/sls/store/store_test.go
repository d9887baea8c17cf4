package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

func TestPutMakesItsPlace(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir)
	p := put("proj", "flows", "one")
	p.Make = false
	if err := s.Put(p); !errors.Is(err, ErrNoProject) {
		t.Errorf("no project: %v", err)
	}
	must(t, s.CreateProject("proj", "", now()))
	if err := s.Put(p); !errors.Is(err, ErrNoLogstore) {
		t.Errorf("no logstore: %v", err)
	}
	p.Make = true
	must(t, s.Put(p))
	must(t, s.Put(put("other", "flows", "two")))
	want := map[string][]string{"proj/flows": {"one"}, "other/flows": {"two"}}
	equal(t, "contents", want, contents(t, s))
	must(t, s.Close())
	equal(t, "contents after opening anew", want, contents(t, opened(t, dir)))
}

// TestEverythingLasts does one of each change and opens the store anew.
func TestEverythingLasts(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir)
	must(t, s.CreateProject("a", "first", now()))
	must(t, s.CreateProject("b", "second", now()))
	must(t, s.UpdateProject("a", "changed", now().Add(1e9)))
	must(t, s.CreateLogstore("a", Config{Name: "x", TTL: 7, ShardCount: 4}, false, now()))
	must(t, s.CreateLogstore("a", Config{Name: "gone"}, false, now()))
	must(t, s.CreateLogstore("c", Config{Name: "made"}, true, now()))
	must(t, s.UpdateLogstore("a", "x", now().Add(2e9), func(c Config) (Config, error) {
		c.TTL = 9
		return c, nil
	}))
	must(t, s.DeleteLogstore("a", "gone"))
	must(t, s.DeleteProject("b"))
	must(t, s.CreateIndex("a", "x", json.RawMessage(`{"line":1}`)))
	must(t, s.UpdateIndex("a", "x", json.RawMessage(`{"line":2}`)))
	must(t, s.CreateIndex("c", "made", json.RawMessage(`{}`)))
	must(t, s.DeleteIndex("c", "made"))
	check := func(s *Store) {
		at := now().Unix()
		equal(t, "projects", []Project{{"a", "changed", at, at + 1}, {"c", "", at, at}}, s.Projects())
		x, err := s.Logstore("a", "x")
		must(t, err)
		equal(t, "logstore", Config{Name: "x", TTL: 9, ShardCount: 4, CreateTime: at, LastModifyTime: at + 2}, x.Config)
		equal(t, "index", `{"line":2}`, string(x.Index))
		made, err := s.Logstore("c", "made")
		must(t, err)
		equal(t, "no index", "", string(made.Index))
		list, err := s.Logstores("a")
		must(t, err)
		equal(t, "logstores", []string{"x"}, list)
	}
	check(s)
	must(t, s.Close())
	check(opened(t, dir))
}

func TestRefusals(t *testing.T) {
	s := opened(t, t.TempDir())
	must(t, s.CreateProject("p", "", now()))
	must(t, s.CreateLogstore("p", Config{Name: "l"}, false, now()))
	must(t, s.CreateLogstore("p", Config{Name: "indexed"}, false, now()))
	must(t, s.CreateIndex("p", "indexed", json.RawMessage(`{}`)))
	same := func(c Config) (Config, error) { return c, nil }
	_, noProject := s.Logstores("x")
	_, noProject2 := s.Project("x")
	_, noLogstore := s.Logstore("p", "x")
	for name, c := range map[string]struct{ got, want error }{
		"project twice":          {s.CreateProject("p", "", now()), ErrProjectExists},
		"update no project":      {s.UpdateProject("x", "", now()), ErrNoProject},
		"delete no project":      {s.DeleteProject("x"), ErrNoProject},
		"logstore twice":         {s.CreateLogstore("p", Config{Name: "l"}, true, now()), ErrLogstoreExists},
		"logstore of none":       {s.CreateLogstore("x", Config{Name: "l"}, false, now()), ErrNoProject},
		"update no logstore":     {s.UpdateLogstore("p", "x", now(), same), ErrNoLogstore},
		"delete no logstore":     {s.DeleteLogstore("p", "x"), ErrNoLogstore},
		"index twice":            {s.CreateIndex("p", "indexed", nil), ErrIndexExists},
		"update no index":        {s.UpdateIndex("p", "l", nil), ErrNoIndex},
		"delete no index":        {s.DeleteIndex("p", "l"), ErrNoIndex},
		"index of none":          {s.CreateIndex("p", "x", nil), ErrNoLogstore},
		"list none":              {noProject, ErrNoProject},
		"get no project":         {noProject2, ErrNoProject},
		"get no logstore":        {noLogstore, ErrNoLogstore},
		"update by its own will": {s.UpdateLogstore("p", "l", now(), func(c Config) (Config, error) { return c, ErrForeign }), ErrForeign},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

func TestCodecs(t *testing.T) {
	s := opened(t, t.TempDir())
	text := strings.Repeat("a log group ", 1000)
	for _, c := range []codec.Codec{codec.None, codec.LZ4, codec.Zstd, codec.Deflate} {
		body, err := codec.Compress(c, []byte(text))
		must(t, err)
		p := put("p", "l", "")
		p.Codec, p.Body, p.RawSize = c, body, len(text)
		must(t, s.Put(p))
	}
	equal(t, "bodies", []string{text, text, text, text}, bodies(t, s, "p", "l"))
}

func TestShards(t *testing.T) {
	s := opened(t, t.TempDir())
	must(t, s.CreateLogstore("p", Config{Name: "l", ShardCount: 4}, true, now()))
	for _, key := range []string{"00000000", "3fffffffff", "40000000", "c0000000", "ffffffffffffffffffffffffffffffff", "C0000000"} {
		p := put("p", "l", key)
		p.Key = key
		must(t, s.Put(p))
	}
	l, err := s.Logstore("p", "l")
	must(t, err)
	equal(t, "shards by key", [][]int{{0, 1}, {2}, nil, {3, 4, 5}}, l.Shards)
	for range 8 {
		must(t, s.Put(put("p", "l", "turn")))
	}
	l, err = s.Logstore("p", "l")
	must(t, err)
	equal(t, "shards in turn", []int{4, 3, 2, 5}, []int{len(l.Shards[0]), len(l.Shards[1]), len(l.Shards[2]), len(l.Shards[3])})
	want := Group{First: 100, Last: 200, Logs: 3, Received: now().UnixNano()}
	if diff := cmp.Diff(want, l.Groups[0], cmpopts.IgnoreFields(Group{}, "Number"), cmpopts.IgnoreUnexported(Group{})); diff != "" {
		t.Error(diff)
	}
}

// TestConcurrentWriters has many callers put, and holds what they were told against what is there.
func TestConcurrentWriters(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir)
	const writers, each = 16, 30
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if err := s.Put(put(fmt.Sprintf("proj-%d", w%3), "flows", fmt.Sprintf("%d-%d", w, i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range each {
			must(t, s.CreateLogstore("proj-0", Config{Name: fmt.Sprintf("other-%d", i)}, true, now()))
		}
	})
	wg.Wait()
	check := func(s *Store) {
		seen := map[string]bool{}
		for _, all := range contents(t, s) {
			last := map[string]int{}
			for _, body := range all {
				var w string
				var i int
				_, err := fmt.Sscanf(strings.Replace(body, "-", " ", 1), "%s %d", &w, &i)
				must(t, err)
				if i < last[w] || seen[body] {
					t.Errorf("%s is out of order, or there twice", body)
				}
				last[w], seen[body] = i, true
			}
		}
		if len(seen) != writers*each {
			t.Errorf("%d groups, want %d", len(seen), writers*each)
		}
	}
	check(s)
	must(t, s.Close())
	check(opened(t, dir))
}

func TestSegments(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir)
	large := strings.Repeat("x", 9<<20)
	for i := range 16 {
		must(t, s.Put(put("p", "l", fmt.Sprint(i, large))))
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	must(t, err)
	if len(files) != 3 {
		t.Errorf("segments: %v", files)
	}
	must(t, s.Close())
	s = opened(t, dir)
	for i, b := range bodies(t, s, "p", "l") {
		if b != fmt.Sprint(i, large) {
			t.Errorf("group %d is %.5s", i, b)
		}
	}
	must(t, s.Close())
	must(t, os.Remove(files[1]))
	s = opened(t, dir)
	if d := s.Damage(); len(d) != 1 || d[0].Lost == 0 {
		t.Errorf("a segment went away: %v", d)
	}
}

func TestClosed(t *testing.T) {
	s, err := Open(t.TempDir(), nil)
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	if err := s.Put(put("p", "l", "x")); !errors.Is(err, ErrClosed) {
		t.Errorf("put: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir, text := written(t, 2)
	newer := append(newHeader(2), text[segmentHeader:]...)
	for name, c := range map[string]struct {
		prepare func()
		want    error
	}{
		"newer version": {func() { replant(t, dir, newer) }, ErrVersion},
		"another file":  {func() { must(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600)) }, ErrForeign},
		"a page":        {func() { replant(t, dir, []byte("<html>this is somebody's page</html>")) }, ErrForeign},
		"locked":        {func() { replant(t, dir, text); opened(t, dir) }, ErrLocked},
	} {
		t.Run(name, func(t *testing.T) {
			c.prepare()
			before, _ := os.ReadFile(filepath.Join(dir, segmentName(1)))
			_, err := Open(dir, nil)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), dir) {
				t.Errorf("got %v, want %v with the directory's name", err, c.want)
			}
			after, _ := os.ReadFile(filepath.Join(dir, segmentName(1)))
			equal(t, "the file", before, after)
		})
	}
}

func TestReadBesideAWriter(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir)
	must(t, s.Put(put("p", "l", "one")))
	seen, err := Read(dir)
	must(t, err)
	must(t, s.Put(put("p", "l", "two")))
	equal(t, "what is read", []string{"one"}, bodies(t, seen, "p", "l"))
	if err := seen.Put(put("p", "l", "x")); err == nil {
		t.Error("a put was taken")
	}
	must(t, seen.Close())
	if _, err := Read(filepath.Join(dir, "none")); err == nil {
		t.Error("a directory that is not there was read")
	}
	if _, err := Read(t.TempDir()); !errors.Is(err, ErrForeign) {
		t.Errorf("an empty directory: %v", err)
	}
}
