package store

import (
	"errors"
	"fmt"
)

// ErrDamaged says that a group was written whole and can't be read so now.
var ErrDamaged = errors.New("the entry is damaged")

// Projects returns all projects, sorted by name.
func (s *Store) Projects() []Project {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]Project, 0, len(s.state.projects))
	for _, name := range names(s.state.projects) {
		all = append(all, s.state.projects[name].Project)
	}
	return all
}

// Project returns one project, or ErrNoProject.
func (s *Store) Project(name string) (Project, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p := s.state.projects[name]; p != nil {
		return p.Project, nil
	}
	return Project{}, fmt.Errorf("project %.80q: %w", name, ErrNoProject)
}

// Logstores returns the names of a project's logstores, sorted, or ErrNoProject.
func (s *Store) Logstores(project string) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p := s.state.projects[project]; p != nil {
		return names(p.logstores), nil
	}
	return nil, fmt.Errorf("project %.80q: %w", project, ErrNoProject)
}

// Logstore returns one logstore as it is now, or ErrNoProject or ErrNoLogstore.
func (s *Store) Logstore(project, name string) (Logstore, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.state.check(project, name); err != nil {
		return Logstore{}, err
	}
	return s.state.logstore(project, name).copy(), nil
}

// Raw reads a group's LogGroup, or ErrDamaged.
func (s *Store) Raw(g Group) ([]byte, error) {
	text := make([]byte, g.size)
	if _, err := g.segment.file.ReadAt(text, g.offset); err != nil {
		return nil, fmt.Errorf("read entry %d of %q: %w", g.Number, g.segment.path, err)
	}
	e, ok := parseEntry(text)
	if !ok || e.number != g.Number {
		return nil, fmt.Errorf("read entry %d of %q: %w", g.Number, g.segment.path, ErrDamaged)
	}
	p, err := decodePut(e.payload)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return p.raw()
}
