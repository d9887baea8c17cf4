package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// Damage is a piece of a file that holds no sound entry.
type Damage struct {
	// File is the segment's name; Offset and Length say which bytes of it.
	File           string
	Offset, Length int64
	// Lost is how many entries the numbers around say were there.
	Lost uint64
	// Cut says that it was the end of the last segment, and was cut off: a write that never ended, or its damage.
	Cut bool
	// Reason says what was found.
	Reason string
}

// String says it in one line.
func (d Damage) String() string {
	what := "skipped"
	if d.Cut {
		what = "cut off"
	}
	return fmt.Sprintf("%s: bytes %d to %d %s: %s", d.File, d.Offset, d.Offset+d.Length, what, d.Reason)
}

// scan reads a segment's entries into the state. It returns where the last sound one ends.
func (s *Store) scan(seg *segment, text []byte) (end int64, err error) {
	sound, err := readHeader(text)
	if err != nil {
		return 0, err
	}
	at, bad := segmentHeader, -1
	if !sound {
		at, bad = 0, 0
	}
	for end = int64(at); at < len(text); {
		e, ok := parseEntry(text[at:])
		if ok && e.number > s.last {
			err := s.state.apply(e, seg, int64(at))
			if err == nil {
				s.skipped(seg, bad, at, e.number)
				s.last, bad = e.number, -1
				at += e.size()
				end = int64(at)
				continue
			}
		}
		if bad < 0 {
			bad = at
		}
		at = nextMagic(text, at+1)
	}
	return end, nil
}

// skipped reports the bytes between two sound entries, and a gap of their numbers without any.
func (s *Store) skipped(seg *segment, from, to int, number uint64) {
	lost := number - s.last - 1
	switch {
	case from == 0 && to == segmentHeader:
		s.report(Damage{File: segmentName(seg.number), Length: segmentHeader, Lost: lost, Reason: "the segment's header is damaged"})
	case from >= 0:
		s.report(Damage{
			File: segmentName(seg.number), Offset: int64(from), Length: int64(to - from), Lost: lost,
			Reason: fmt.Sprintf("no sound entry, %d lost by the numbers", lost),
		})
	case lost > 0:
		s.report(Damage{
			File: segmentName(seg.number), Offset: int64(to), Lost: lost,
			Reason: fmt.Sprintf("the entries %d to %d are not there", s.last+1, number-1),
		})
	}
}

func (s *Store) report(d Damage) {
	s.damage = append(s.damage, d)
	s.log.Warn("the store is damaged", "file", d.File, "offset", d.Offset, "length", d.Length, "lost", d.Lost, "cut", d.Cut, "reason", d.Reason)
}

// nextMagic finds where an entry may begin.
func nextMagic(text []byte, from int) int {
	if from >= len(text) {
		return len(text)
	}
	if i := bytes.Index(text[from:], binary.LittleEndian.AppendUint32(nil, entryMagic)); i >= 0 {
		return from + i
	}
	return len(text)
}

// load reads one segment. The last one is cut behind its last sound entry, if that is allowed.
func (s *Store) load(seg *segment, last bool) error {
	text, err := os.ReadFile(seg.path)
	if err != nil {
		return err
	}
	end, err := s.scan(seg, text)
	if err != nil {
		return fmt.Errorf("segment %q: %w", seg.path, err)
	}
	if end == 0 && len(text) > segmentHeader && s.last == 0 {
		return fmt.Errorf("segment %q: %w: it holds no entry", seg.path, ErrForeign)
	}
	seg.size = int64(len(text))
	rest := text[end:]
	if len(rest) == 0 && len(text) > 0 {
		return nil
	}
	d := Damage{
		File: segmentName(seg.number), Offset: end, Length: int64(len(rest)), Cut: last && !s.readOnly,
		Reason: "no sound entry up to the end: a write that did not end, or damage",
	}
	if !last || s.readOnly {
		s.report(d)
		return nil
	}
	return s.cut(seg, rest, d)
}

// cut moves the end of the last segment aside, and makes sure that it begins as it must.
func (s *Store) cut(seg *segment, rest []byte, d Damage) error {
	if len(rest) > 0 {
		s.report(d)
		if err := s.keep(seg, rest, d.Offset); err != nil {
			return err
		}
	}
	seg.size = d.Offset
	if err := seg.file.Truncate(seg.size); err != nil {
		return fmt.Errorf("cut segment %q: %w", seg.path, err)
	}
	if seg.size < segmentHeader {
		seg.size = segmentHeader
		if _, err := seg.file.WriteAt(newHeader(version), 0); err != nil {
			return fmt.Errorf("cut segment %q: %w", seg.path, err)
		}
	}
	return seg.file.Sync()
}

// keep writes what is cut off to a file of its own.
func (s *Store) keep(seg *segment, rest []byte, offset int64) error {
	name := fmt.Sprintf("%s/%010d-%d%s", s.dir, seg.number, offset, cutSuffix)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("keep what is cut: %w", err)
	}
	_, err = f.Write(rest)
	if err := errors.Join(err, f.Sync(), f.Close(), syncDir(s.dir)); err != nil {
		return fmt.Errorf("keep what is cut in %q: %w", name, err)
	}
	return nil
}
