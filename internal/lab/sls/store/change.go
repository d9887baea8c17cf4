package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Why a change can't be made. They are wrapped with the name.
var (
	ErrNoProject      = errors.New("the project does not exist")
	ErrNoLogstore     = errors.New("the logstore does not exist")
	ErrNoIndex        = errors.New("the logstore has no index")
	ErrProjectExists  = errors.New("the project exists already")
	ErrLogstoreExists = errors.New("the logstore exists already")
	ErrIndexExists    = errors.New("the logstore has an index already")
)

// Put appends a log group. It returns nil when the group is on disk.
func (s *Store) Put(p Put) error {
	return s.do(func(st *state) ([]entry, error) {
		if !p.Make {
			if err := st.check(p.Project, p.Logstore); err != nil {
				return nil, err
			}
		}
		made, shards, err := st.make(p)
		if err != nil {
			return nil, err
		}
		put := putEntry{
			project: p.Project, logstore: p.Logstore, received: p.Received.UnixNano(), shard: uint64(s.route(p.Key, shards)),
			first: uint64(p.First), last: uint64(p.Last), logs: uint64(p.Logs), codec: p.Codec, rawSize: uint64(p.RawSize), body: p.Body,
		}
		return append(made, entry{kind: kindPut, payload: put.encode()}), nil
	})
}

// make returns the entries that make what a put needs, and how many shards there are.
func (st *state) make(p Put) (made []entry, shards int, err error) {
	if l := st.logstore(p.Project, p.Logstore); l != nil {
		return nil, len(l.Shards), nil
	}
	now := p.Received.Unix()
	if st.projects[p.Project] == nil {
		e, err := change{Project: p.Project, Time: now}.entry(kindProject)
		if err != nil {
			return nil, 0, err
		}
		made = append(made, e)
	}
	config := Config{Name: p.Logstore, TTL: DefaultTTL, ShardCount: DefaultShards, CreateTime: now, LastModifyTime: now}
	e, err := change{Project: p.Project, Logstore: p.Logstore, Config: &config, Time: now}.entry(kindLogstore)
	return append(made, e), DefaultShards, err
}

// route chooses a shard: the one whose part of the range of MD5 holds the key, or the next in turn.
func (s *Store) route(key string, shards int) int {
	if len(key) >= 8 {
		if n, err := strconv.ParseUint(key[:8], 16, 32); err == nil {
			return int(n * uint64(shards) >> 32)
		}
	}
	s.turn = (s.turn + 1) % shards
	return s.turn
}

// check says whether a logstore is there.
func (st *state) check(project, logstore string) error {
	p := st.projects[project]
	if p == nil {
		return fmt.Errorf("project %.80q: %w", project, ErrNoProject)
	}
	if p.logstores[logstore] == nil {
		return fmt.Errorf("logstore %.80q: %w", logstore, ErrNoLogstore)
	}
	return nil
}

// single plans one change behind a check.
func (s *Store) single(k kind, c change, check func(*state) error) error {
	return s.do(func(st *state) ([]entry, error) {
		if err := check(st); err != nil {
			return nil, err
		}
		e, err := c.entry(k)
		return []entry{e}, err
	})
}

// CreateProject makes a project.
func (s *Store) CreateProject(name, description string, now time.Time) error {
	return s.single(kindProject, change{Project: name, Description: description, Time: now.Unix()}, func(st *state) error {
		if st.projects[name] != nil {
			return fmt.Errorf("project %.80q: %w", name, ErrProjectExists)
		}
		return nil
	})
}

// UpdateProject changes a project's description.
func (s *Store) UpdateProject(name, description string, now time.Time) error {
	return s.single(kindProject, change{Project: name, Description: description, Time: now.Unix()}, hasProject(name))
}

// DeleteProject takes a project away, with all that is in it.
func (s *Store) DeleteProject(name string) error {
	return s.single(kindNoProject, change{Project: name}, hasProject(name))
}

func hasProject(name string) func(*state) error {
	return func(st *state) error {
		if st.projects[name] == nil {
			return fmt.Errorf("project %.80q: %w", name, ErrNoProject)
		}
		return nil
	}
}

// CreateLogstore makes a logstore, and, if asked for, its project.
func (s *Store) CreateLogstore(project string, config Config, mayMake bool, now time.Time) error {
	config.CreateTime, config.LastModifyTime = now.Unix(), now.Unix()
	c := change{Project: project, Logstore: config.Name, Config: &config, Time: now.Unix()}
	return s.single(kindLogstore, c, func(st *state) error {
		switch err := st.check(project, config.Name); {
		case err == nil:
			return fmt.Errorf("logstore %.80q: %w", config.Name, ErrLogstoreExists)
		case errors.Is(err, ErrNoProject) && !mayMake:
			return err
		}
		return nil
	})
}

// UpdateLogstore changes a logstore's configuration by a function, which may refuse. Shards can only become more.
func (s *Store) UpdateLogstore(project, name string, now time.Time, update func(Config) (Config, error)) error {
	return s.do(func(st *state) ([]entry, error) {
		if err := st.check(project, name); err != nil {
			return nil, err
		}
		config, err := update(st.logstore(project, name).Config)
		if err != nil {
			return nil, err
		}
		config.Name, config.LastModifyTime = name, now.Unix()
		e, err := change{Project: project, Logstore: name, Config: &config, Time: now.Unix()}.entry(kindLogstore)
		return []entry{e}, err
	})
}

// DeleteLogstore takes a logstore away, with its logs.
func (s *Store) DeleteLogstore(project, name string) error {
	return s.single(kindNoLogstore, change{Project: project, Logstore: name}, func(st *state) error { return st.check(project, name) })
}

// CreateIndex sets a logstore's index, which must have none.
func (s *Store) CreateIndex(project, logstore string, index json.RawMessage) error {
	return s.index(kindIndex, project, logstore, index, false, ErrIndexExists)
}

// UpdateIndex changes a logstore's index.
func (s *Store) UpdateIndex(project, logstore string, index json.RawMessage) error {
	return s.index(kindIndex, project, logstore, index, true, ErrNoIndex)
}

// DeleteIndex takes a logstore's index away.
func (s *Store) DeleteIndex(project, logstore string) error {
	return s.index(kindNoIndex, project, logstore, nil, true, ErrNoIndex)
}

func (s *Store) index(k kind, project, logstore string, index json.RawMessage, want bool, otherwise error) error {
	return s.single(k, change{Project: project, Logstore: logstore, Index: index}, func(st *state) error {
		if err := st.check(project, logstore); err != nil {
			return err
		}
		if (st.logstore(project, logstore).Index != nil) != want {
			return fmt.Errorf("logstore %.80q: %w", logstore, otherwise)
		}
		return nil
	})
}
