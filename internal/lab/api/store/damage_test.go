package store

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// every is how many bytes lie between two that are flipped: 1 takes minutes, and tries all.
var every = flag.Int("every", 0, "flip each n-th byte in TestFlippedBytes; 0 is about 1000 of them")

// TestFlippedBytes changes single bytes all over a store that has branch pages, free pages and buckets of
// all kinds. Each changed file is refused and left as it is, or holds exactly what was written.
func TestFlippedBytes(t *testing.T) {
	path := filled(t, 40)
	sound, err := os.ReadFile(path)
	must(t, err)
	want := contentsOf(t, path)
	stride := *every
	if stride == 0 {
		stride = len(sound)/1000 | 1
	}
	refused, sane := map[string]int{}, 0
	for at := 0; at < len(sound); at += stride {
		for _, mask := range []byte{1 << (at % 8), 0xFF} {
			why := flip(t, path, sound, at, mask, want)
			if why == nil {
				sane++
				continue
			}
			for _, e := range []error{ErrDamaged, ErrForeign, ErrVersion} {
				if errors.Is(why, e) {
					refused[e.Error()]++
				}
			}
		}
	}
	t.Logf("%d bytes, every %d. twice: %d whole, refused %v", len(sound), stride, sane, refused)
	if refused[ErrDamaged.Error()] == 0 || sane == 0 {
		t.Error("no file was found damaged, or none whole: the test has no grip")
	}
}

// flip changes one byte, opens the store, and puts the byte back. It returns why the store was refused.
func flip(t *testing.T, path string, sound []byte, at int, mask byte, want contentsText) error {
	t.Helper()
	changed := bytes.Clone(sound)
	changed[at] ^= mask
	must(t, os.WriteFile(path, changed, 0o600))
	s, err := Open(path)
	if err == nil {
		if diff := cmp.Diff(want, text(s)); diff != "" {
			t.Errorf("byte %d ^ %#x: opened with other contents (-want +got):\n%s", at, mask, diff)
		}
		must(t, s.Close())
	} else if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrVersion) {
		t.Errorf("byte %d ^ %#x: %v", at, mask, err)
	}
	if after, readErr := os.ReadFile(path); readErr != nil || !bytes.Equal(after, changed) {
		t.Errorf("byte %d ^ %#x: the file was changed (%v)", at, mask, readErr)
	}
	return err
}

// TestDamagedPages overwrites whole pages, swaps two, and cuts the file: what a disk or a copy does.
func TestDamagedPages(t *testing.T) {
	path := filled(t, 40)
	sound, err := os.ReadFile(path)
	must(t, err)
	want := contentsOf(t, path)
	pages := len(sound) / pageSize
	try := func(name string, changed []byte) {
		t.Helper()
		must(t, os.WriteFile(path, changed, 0o600))
		s, err := Open(path)
		if err != nil {
			return
		}
		if diff := cmp.Diff(want, text(s)); diff != "" {
			t.Errorf("%s: opened with other contents (-want +got):\n%s", name, diff)
		}
		must(t, s.Close())
	}
	for p := range pages {
		page := func(b []byte) []byte { return b[p*pageSize : (p+1)*pageSize] }
		zeroed, filled := bytes.Clone(sound), bytes.Clone(sound)
		clear(page(zeroed))
		copy(page(filled), bytes.Repeat([]byte{0xFF}, pageSize))
		try(fmt.Sprintf("page %d zeroed", p), zeroed)
		try(fmt.Sprintf("page %d filled", p), filled)
		try(fmt.Sprintf("cut before page %d", p), sound[:p*pageSize])
		try(fmt.Sprintf("cut in page %d", p), sound[:p*pageSize+pageSize/2])
		for q := range p {
			swapped := bytes.Clone(sound)
			copy(page(swapped), sound[q*pageSize:(q+1)*pageSize])
			copy(swapped[q*pageSize:], page(sound))
			try(fmt.Sprintf("pages %d and %d swapped", p, q), swapped)
		}
	}
}

// TestWrittenAfterHarmlessDamage makes sure that a file which is accepted in spite of a changed byte can also be written.
func TestWrittenAfterHarmlessDamage(t *testing.T) {
	path := filled(t, 40)
	sound, err := os.ReadFile(path)
	must(t, err)
	written := 0
	for at := 3; at < len(sound); at += len(sound)/150 | 1 {
		changed := bytes.Clone(sound)
		changed[at] ^= 0x10
		must(t, os.WriteFile(path, changed, 0o600))
		s, err := Open(path)
		if err != nil {
			continue
		}
		written++
		for i := range 5 {
			must(t, s.Update(func(tx *Tx) error {
				tx.Delete(sample(2*i + 1).FlowLogId)
				return tx.Create(sample(100 + i))
			}))
		}
		want := text(s)
		must(t, s.Close())
		if diff := cmp.Diff(want, contentsOf(t, path)); diff != "" {
			t.Fatalf("byte %d: what was written is not there (-want +got):\n%s", at, diff)
		}
	}
	if written == 0 {
		t.Error("no changed file was accepted")
	}
}

// contentsText is all that a store holds, for comparisons.
type contentsText struct {
	Records  map[string]Record
	Bindings map[string]string
	Last     uint64
}

func text(s *Store) contentsText {
	state := s.State()
	return contentsText{state.records, state.bindings, state.last}
}

func contentsOf(tb testing.TB, path string) contentsText {
	tb.Helper()
	s := mustOpen(tb, path)
	defer s.Close()
	return text(s)
}
