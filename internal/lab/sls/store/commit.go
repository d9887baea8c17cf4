package store

import (
	"errors"
	"fmt"
)

// The most that goes into one write.
const (
	maxBatch      = 8 << 20
	maxBatchCalls = 256
)

// op is a change that waits. plan says, in the writer's goroutine, what it is on the state of that moment.
type op struct {
	plan func(*state) ([]entry, error)
	done chan error
}

// batch is what goes into one write.
type batch struct {
	ops     []*op
	entries []entry
	size    int
}

// do has a change carried out, and returns when it is on disk.
func (s *Store) do(plan func(*state) ([]entry, error)) error {
	if s.readOnly {
		return errors.New("the store is open for reading only")
	}
	o := &op{plan, make(chan error, 1)}
	select {
	case s.ops <- o:
		return <-o.done
	case <-s.quit:
		return ErrClosed
	}
}

// write is the writer's goroutine.
func (s *Store) write() {
	defer close(s.done)
	for {
		select {
		case o := <-s.ops:
			for o != nil {
				o = s.gather(o)
			}
		case <-s.quit:
			return
		}
	}
}

// gather carries out a change, with the puts that wait behind it. It returns one that must go by itself, if it met one.
func (s *Store) gather(o *op) *op {
	b := &batch{}
	for {
		entries, err := o.plan(s.state)
		alone := !onlyPuts(entries)
		switch {
		case err != nil:
			o.done <- err
		case alone && len(b.ops) > 0:
			s.finish(b)
			return o
		default:
			b.add(o, entries)
		}
		if alone || b.size >= maxBatch || len(b.ops) >= maxBatchCalls {
			s.finish(b)
			return nil
		}
		select {
		case o = <-s.ops:
		default:
			s.finish(b)
			return nil
		}
	}
}

func onlyPuts(entries []entry) bool {
	for _, e := range entries {
		if e.kind != kindPut {
			return false
		}
	}
	return true
}

func (b *batch) add(o *op, entries []entry) {
	b.ops = append(b.ops, o)
	b.entries = append(b.entries, entries...)
	for _, e := range entries {
		b.size += e.size()
	}
}

// finish commits a batch and tells its callers.
func (s *Store) finish(b *batch) {
	err := s.commit(b)
	if err != nil {
		s.log.Error("the store can't be written", "error", err)
	}
	for _, o := range b.ops {
		o.done <- err
	}
}

// commit makes a batch last, and then seen.
func (s *Store) commit(b *batch) error {
	if len(b.entries) == 0 {
		return nil
	}
	if s.broken != nil {
		return fmt.Errorf("write to the store: an earlier failure left it in doubt, restart to go on: %w", s.broken)
	}
	seg, err := s.room(b.size)
	if err != nil {
		return err
	}
	text := make([]byte, 0, b.size)
	for i := range b.entries {
		b.entries[i].number = s.last + uint64(i) + 1
		text = b.entries[i].append(text)
	}
	if _, err := seg.file.WriteAt(text, seg.size); err != nil {
		return s.takeBack(seg, fmt.Errorf("write to the store: %w", err))
	}
	if err := seg.file.Sync(); err != nil {
		s.broken = err
		return s.takeBack(seg, fmt.Errorf("write to the store: %w", err))
	}
	return s.show(seg, b.entries)
}

// room returns the segment to write to.
func (s *Store) room(size int) (*segment, error) {
	seg := s.segments[len(s.segments)-1]
	if seg.size == segmentHeader || seg.size+int64(size) <= maxSegment {
		return seg, nil
	}
	seg, err := s.begin(seg.number + 1)
	if err != nil {
		return nil, err
	}
	s.segments = append(s.segments, seg)
	return seg, nil
}

// takeBack cuts a segment back to what is done. If that fails the store stays as it is until it is opened anew.
func (s *Store) takeBack(seg *segment, why error) error {
	if err := errors.Join(seg.file.Truncate(seg.size), seg.file.Sync()); err != nil && s.broken == nil {
		s.broken = err
		return errors.Join(why, err)
	}
	return why
}

// show carries out what is on disk.
func (s *Store) show(seg *segment, entries []entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, e := range entries {
		errs = append(errs, s.state.apply(e, seg, seg.size))
		seg.size += int64(e.size())
		s.last = e.number
	}
	return errors.Join(errs...)
}
