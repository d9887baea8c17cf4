package spool

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDescribe: what Describe says is what Read says, without a look at the payload.
func TestDescribe(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, options(dir))
	long := batch(shanghai, 2, 3000)
	long.Destination.Project = strings.Repeat("p", maxString)
	queued, aside, wide := mustAppend(t, s, batch(shanghai, 1, 500)), mustAppend(t, s, batch(qingdao, 3, 900)), mustAppend(t, s, long)
	must(t, s.SetAside(aside, strings.Repeat("why ", 1000)))
	for _, id := range []ID{queued, aside, wide} {
		whole, err := s.Read(id)
		must(t, err)
		short, err := s.Describe(id)
		must(t, err)
		if whole.Size < len(whole.Payload) || short.Payload != nil {
			t.Errorf("batch %d: size %d with a payload of %d octets; described with %d octets", id, whole.Size, len(whole.Payload), len(short.Payload))
		}
		whole.Payload = nil
		equal(t, whole, short)
	}
	spoilLast(t, filepath.Join(dir, "0000000000000003.seg"))
	if _, err := s.Describe(wide); err != nil {
		t.Errorf("described with a damaged payload: %v", err)
	}
	if _, err := s.Read(wide); !errors.Is(err, ErrDamaged) {
		t.Errorf("read a damaged payload: %v", err)
	}
	must(t, s.Close())
}

// TestDescribeDamaged: a header that was damaged since Open is found, and its batch is dropped.
func TestDescribeDamaged(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, options(dir))
	id := mustAppend(t, s, batch(shanghai, 1, 500))
	f, err := os.OpenFile(filepath.Join(dir, "0000000000000001.seg"), os.O_RDWR, 0)
	must(t, err)
	_, err = f.WriteAt([]byte{0xff}, int64(segmentHeader+frameSize+3))
	must(t, errors.Join(err, f.Close()))
	if _, err := s.Describe(id); !errors.Is(err, ErrDamaged) {
		t.Errorf("error %v, want ErrDamaged", err)
	}
	if _, err := s.Describe(id); !errors.Is(err, ErrUnknown) {
		t.Errorf("error %v, want ErrUnknown", err)
	}
	equal(t, sumOf(batch(shanghai, 1, 0)), s.Stats().Dropped.Damaged)
	checkBalanced(t, s)
	must(t, s.Close())
	if _, err := s.Describe(id); !errors.Is(err, ErrClosed) {
		t.Errorf("error %v, want ErrClosed", err)
	}
}

func TestIDs(t *testing.T) {
	s := mustOpen(t, options(t.TempDir()))
	var all []ID
	for n := range uint64(40) {
		all = append(all, mustAppend(t, s, batch([]Destination{shanghai, qingdao}[n%2], n, 10)))
	}
	for _, id := range all[10:20] {
		must(t, s.SetAside(id, "refused"))
	}
	queued, aside := s.IDs()
	equal(t, append(all[:10:10], all[20:]...), queued)
	equal(t, all[10:20], aside)
	must(t, s.Close())
}

// spoilLast flips the last octet of a file.
func spoilLast(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	text[len(text)-1] ^= 0xff
	must(t, os.WriteFile(path, text, 0o600))
}
