package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// model is what a store should hold, in the plainest form.
type model struct {
	dir      string
	store    *Store
	projects map[string]map[string]*modelLogstore
	next     int
}

type modelLogstore struct {
	ttl    int
	index  string
	bodies []string
}

func drawProject(t *rapid.T) string {
	return rapid.SampledFrom([]string{"p", "q"}).Draw(t, "project")
}

func drawLogstore(t *rapid.T) string {
	return rapid.SampledFrom([]string{"k", "l", "m"}).Draw(t, "logstore")
}

// expect holds the store's word against the model's.
func expect(t *rapid.T, got, want error) {
	if !errors.Is(got, want) || (want == nil && got != nil) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// find says what is not there, if something isn't.
func (m *model) find(project, logstore string) (*modelLogstore, error) {
	all, ok := m.projects[project]
	if !ok {
		return nil, ErrNoProject
	}
	if l := all[logstore]; l != nil {
		return l, nil
	}
	return nil, ErrNoLogstore
}

func (m *model) make(project, logstore string, ttl int) *modelLogstore {
	if m.projects[project] == nil {
		m.projects[project] = map[string]*modelLogstore{}
	}
	l := &modelLogstore{ttl: ttl}
	m.projects[project][logstore] = l
	return l
}

func (m *model) put(t *rapid.T) {
	p := put(drawProject(t), drawLogstore(t), fmt.Sprint("body ", m.next))
	p.Make = rapid.Bool().Draw(t, "make")
	m.next++
	l, want := m.find(p.Project, p.Logstore)
	if want != nil && p.Make {
		l, want = m.make(p.Project, p.Logstore, DefaultTTL), nil
	}
	expect(t, m.store.Put(p), want)
	if want == nil {
		l.bodies = append(l.bodies, string(p.Body))
	}
}

func (m *model) createProject(t *rapid.T) {
	name := drawProject(t)
	var want error
	if _, ok := m.projects[name]; ok {
		want = ErrProjectExists
	} else {
		m.projects[name] = map[string]*modelLogstore{}
	}
	expect(t, m.store.CreateProject(name, "", now()), want)
}

func (m *model) deleteProject(t *rapid.T) {
	name := drawProject(t)
	var want error
	if _, ok := m.projects[name]; !ok {
		want = ErrNoProject
	}
	delete(m.projects, name)
	expect(t, m.store.DeleteProject(name), want)
}

func (m *model) createLogstore(t *rapid.T) {
	project, name, ttl := drawProject(t), drawLogstore(t), rapid.IntRange(1, 9).Draw(t, "ttl")
	_, want := m.find(project, name)
	switch {
	case want == nil:
		want = ErrLogstoreExists
	case errors.Is(want, ErrNoLogstore):
		m.make(project, name, ttl)
		want = nil
	}
	expect(t, m.store.CreateLogstore(project, Config{Name: name, TTL: ttl}, false, now()), want)
}

func (m *model) updateLogstore(t *rapid.T) {
	project, name, ttl := drawProject(t), drawLogstore(t), rapid.IntRange(1, 9).Draw(t, "ttl")
	l, want := m.find(project, name)
	expect(t, m.store.UpdateLogstore(project, name, now(), func(c Config) (Config, error) {
		c.TTL = ttl
		return c, nil
	}), want)
	if want == nil {
		l.ttl = ttl
	}
}

func (m *model) deleteLogstore(t *rapid.T) {
	project, name := drawProject(t), drawLogstore(t)
	_, want := m.find(project, name)
	expect(t, m.store.DeleteLogstore(project, name), want)
	delete(m.projects[project], name)
}

func (m *model) setIndex(t *rapid.T) {
	project, name := drawProject(t), drawLogstore(t)
	text := fmt.Sprintf(`{"ttl":%d}`, rapid.IntRange(1, 9).Draw(t, "ttl"))
	l, want := m.find(project, name)
	change, otherwise := m.store.CreateIndex, ErrIndexExists
	if update := rapid.Bool().Draw(t, "update"); update {
		change, otherwise = m.store.UpdateIndex, ErrNoIndex
		if want == nil && l.index == "" {
			want = otherwise
		}
	} else if want == nil && l.index != "" {
		want = otherwise
	}
	expect(t, change(project, name, json.RawMessage(text)), want)
	if want == nil {
		l.index = text
	}
}

func (m *model) deleteIndex(t *rapid.T) {
	project, name := drawProject(t), drawLogstore(t)
	l, want := m.find(project, name)
	if want == nil && l.index == "" {
		want = ErrNoIndex
	}
	expect(t, m.store.DeleteIndex(project, name), want)
	if want == nil {
		l.index = ""
	}
}

// reopen ends the program and starts it again, after kill -9 with some bytes of a write behind the end.
func (m *model) reopen(t *rapid.T) {
	expect(t, m.store.Close(), nil)
	torn := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "torn")
	f, err := os.OpenFile(filepath.Join(m.dir, segmentName(1)), os.O_WRONLY|os.O_APPEND, 0)
	expect(t, err, nil)
	_, err = f.Write(torn)
	expect(t, errors.Join(err, f.Close()), nil)
	m.store, err = Open(m.dir, nil)
	expect(t, err, nil)
	if got := m.store.Damage(); (len(got) > 0) != (len(torn) > 0) {
		t.Fatalf("%d bytes behind the end: %v", len(torn), got)
	}
}

// check holds all that the store shows against the model.
func (m *model) check(t *rapid.T) {
	var shown []string
	for _, p := range m.store.Projects() {
		shown = append(shown, p.Name)
		logstores, err := m.store.Logstores(p.Name)
		expect(t, err, nil)
		if want := slices.Sorted(maps.Keys(m.projects[p.Name])); !slices.Equal(want, logstores) {
			t.Fatalf("logstores of %s: %v, want %v", p.Name, logstores, want)
		}
		for _, name := range logstores {
			m.checkLogstore(t, p.Name, name)
		}
	}
	if want := slices.Sorted(maps.Keys(m.projects)); !slices.Equal(want, shown) {
		t.Fatalf("projects %v, want %v", shown, want)
	}
}

func (m *model) checkLogstore(t *rapid.T, project, name string) {
	want := m.projects[project][name]
	got, err := m.store.Logstore(project, name)
	expect(t, err, nil)
	var bodies []string
	for _, g := range got.Groups {
		raw, err := m.store.Raw(g)
		expect(t, err, nil)
		bodies = append(bodies, string(raw))
	}
	inShards := 0
	for _, shard := range got.Shards {
		inShards += len(shard)
	}
	if !slices.Equal(want.bodies, bodies) || got.Config.TTL != want.ttl || string(got.Index) != want.index || inShards != len(bodies) {
		t.Fatalf("%s/%s: %v, %+v, %s, want %+v", project, name, bodies, got.Config, got.Index, *want)
	}
}

// TestModel does all changes in any order, with the program ending between them.
func TestModel(t *testing.T) {
	root := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		m := &model{dir: filepath.Join(root, fmt.Sprint(n)), projects: map[string]map[string]*modelLogstore{}}
		var err error
		m.store, err = Open(m.dir, nil)
		expect(t, err, nil)
		defer func() { _ = m.store.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"put": m.put, "put again": m.put, "create project": m.createProject, "delete project": m.deleteProject,
			"create logstore": m.createLogstore, "update logstore": m.updateLogstore, "delete logstore": m.deleteLogstore,
			"set index": m.setIndex, "delete index": m.deleteIndex, "reopen": m.reopen, "": m.check,
		})
	})
}
