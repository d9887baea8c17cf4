package store

import (
	"encoding/json"
	"fmt"
)

// change is the payload of all entries but puts.
type change struct {
	Project     string          `json:"project"`
	Logstore    string          `json:"logstore,omitempty"`
	Description string          `json:"description,omitempty"`
	Config      *Config         `json:"config,omitempty"`
	Index       json.RawMessage `json:"index,omitempty"`
	// Time is in seconds since 1970.
	Time int64 `json:"time"`
}

func (c change) entry(k kind) (entry, error) {
	payload, err := json.Marshal(c)
	if err != nil {
		return entry{}, fmt.Errorf("write a change: %w", err)
	}
	return entry{kind: k, payload: payload}, nil
}

// apply carries out an entry that is on disk. An error says that its payload is none.
func (s *state) apply(e entry, at *segment, offset int64) error {
	if e.kind == kindPut {
		return s.applyPut(e, at, offset)
	}
	var c change
	if err := json.Unmarshal(e.payload, &c); err != nil {
		return fmt.Errorf("read a change: %w", err)
	}
	switch e.kind {
	case kindProject:
		s.applyProject(c)
	case kindNoProject:
		delete(s.projects, c.Project)
	case kindLogstore:
		s.applyLogstore(c)
	case kindNoLogstore:
		if p := s.projects[c.Project]; p != nil {
			delete(p.logstores, c.Logstore)
		}
	case kindIndex:
		s.ensure(c.Project, c.Logstore).Index = c.Index
	case kindNoIndex:
		s.ensure(c.Project, c.Logstore).Index = nil
	default:
		return fmt.Errorf("kind %d is unknown", e.kind)
	}
	return nil
}

func (s *state) applyPut(e entry, at *segment, offset int64) error {
	p, err := decodePut(e.payload)
	if err != nil {
		return err
	}
	if p.shard >= MaxShards {
		return fmt.Errorf("shard %d: it is less than %d", p.shard, MaxShards)
	}
	s.ensure(p.project, p.logstore).add(Group{
		Number: e.number, First: uint32(p.first), Last: uint32(p.last), Logs: int(p.logs), Received: p.received,
		Shard: int(p.shard), segment: at, offset: offset, size: e.size(),
	})
	return nil
}

func (s *state) applyProject(c change) {
	p := s.projects[c.Project]
	if p == nil {
		p = &project{logstores: map[string]*Logstore{}}
		s.projects[c.Project] = p
		p.Created = c.Time
	}
	p.Name, p.Description, p.Modified = c.Project, c.Description, c.Time
}

func (s *state) applyLogstore(c change) {
	if c.Config == nil {
		return
	}
	if _, ok := s.projects[c.Project]; !ok {
		s.applyProject(change{Project: c.Project, Time: c.Time})
	}
	p := s.projects[c.Project]
	l := p.logstores[c.Logstore]
	if l == nil {
		l = &Logstore{Project: c.Project}
		p.logstores[c.Logstore] = l
	}
	l.Config = *c.Config
	l.grow(max(1, c.Config.ShardCount))
}
