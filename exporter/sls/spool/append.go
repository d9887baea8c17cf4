package spool

import (
	"fmt"
	"time"
)

// Append writes a batch behind the others of its destination. When it returns without an error the
// batch is accepted. When the spool is full, the oldest batches are dropped and counted for it.
// After an error, the batch is not in the spool and all others still are.
func (s *Spool) Append(b Batch) (ID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writeable(); err != nil {
		return 0, err
	}
	if err := b.check(); err != nil {
		return 0, err
	}
	now := s.o.Now()
	id, err := s.append(&b, 0, now)
	if err != nil {
		return 0, fmt.Errorf("append batch to spool %q: %w", s.o.Dir, advise(err))
	}
	s.stats.Accepted = s.stats.Accepted.Plus(Count{1, b.Sum})
	if s.o.SyncInterval > 0 {
		_ = s.syncDue(now)
	}
	return id, nil
}

// append writes a batch that is queued for the first time, or again after having been set aside
// under an ID.
func (s *Spool) append(b *Batch, origin ID, now time.Time) (ID, error) {
	created := b.Created
	if created.IsZero() {
		created = now
	}
	h := header{id: s.nextID, origin: origin, batch: *b}
	h.batch.Created = created
	payload, err := s.compress(&h.batch)
	if err != nil {
		return 0, err
	}
	s.buffer = appendEntry(s.buffer[:0], &h, payload)
	if err := s.makeRoom(int64(len(s.buffer)), now); err != nil {
		return 0, err
	}
	s.nextID++
	seg, err := s.writable(b.Destination, int64(len(s.buffer)))
	if err != nil {
		return 0, err
	}
	e := &entry{id: h.id, disk: h.id, seg: seg, at: seg.size, size: len(s.buffer)}
	if err := s.write(seg, b.Destination); err != nil {
		return 0, err
	}
	s.enter(e, &h)
	seg.lastID = e.id
	return e.id, nil
}

// write appends the buffer to a segment. Where that fails the segment is given up: what its end
// looks like then, nobody knows.
func (s *Spool) write(seg *segment, d Destination) error {
	err := writeAll(seg.file, s.buffer, seg.size)
	if err == nil && s.o.SyncInterval == 0 {
		err = seg.file.Sync()
	}
	if err != nil {
		s.note("cut a segment after an error", seg.file.Truncate(seg.size))
		s.retire(seg, d)
		return err
	}
	seg.size += int64(len(s.buffer))
	s.bytes += int64(len(s.buffer))
	if seg.dirty = s.o.SyncInterval > 0; !seg.dirty {
		seg.synced = seg.size
	}
	return nil
}

// writable returns the segment that the destination's next entry goes to.
func (s *Spool) writable(d Destination, need int64) (*segment, error) {
	seg := s.active[d]
	if seg != nil && (seg.size == segmentHeader || seg.size+need <= s.o.segmentSize()) {
		return seg, nil
	}
	if seg != nil {
		s.rotate(seg)
	} else if len(s.active) >= maxActive {
		s.rotate(s.leastUsed())
	}
	return s.newSegment(d)
}

// leastUsed is the active segment that was written to longest ago.
func (s *Spool) leastUsed() *segment {
	var least *segment
	for _, seg := range s.active {
		if least == nil || seg.lastID < least.lastID {
			least = seg
		}
	}
	return least
}

func (s *Spool) newSegment(d Destination) (*segment, error) {
	number := s.nextSegment
	path := s.path(number, segmentSuffix)
	f, err := s.o.FS.Create(path)
	if err != nil {
		return nil, err
	}
	s.nextSegment++
	if err = writeAll(f, appendSegmentHeader(nil), 0); err == nil && s.o.SyncInterval == 0 {
		err = s.o.FS.SyncDir(s.o.Dir)
	}
	if err != nil {
		s.note("close a segment", f.Close())
		s.note("remove an empty segment", s.o.FS.Remove(path))
		return nil, err
	}
	s.dirDirty = s.dirDirty || s.o.SyncInterval > 0
	seg := &segment{number: number, file: f, size: segmentHeader}
	s.segments = append(s.segments, seg)
	s.active[d] = seg
	s.bytes += segmentHeader
	return seg, nil
}
