package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// survivors are the bodies of a store of one segment that has this text.
func survivors(t *testing.T, dir string, text []byte) ([]string, []Damage) {
	t.Helper()
	replant(t, dir, text)
	s, err := Open(dir, nil)
	must(t, err)
	var got []string
	if _, err := s.Logstore("proj", "flows"); err == nil {
		got = bodies(t, s, "proj", "flows")
	}
	must(t, s.Put(put("proj", "flows", "after")))
	must(t, s.Close())
	again, err := Open(dir, nil)
	must(t, err)
	equal(t, "what is there after one more put", append(slices.Clone(got), "after"), bodies(t, again, "proj", "flows"))
	must(t, again.Close())
	return got, s.Damage()
}

func all() []string { return []string{"group 0", "group 1", "group 2", "group 3"} }

// TestTruncated cuts a small store at every offset: what was whole stays, and the rest is set aside.
func TestTruncated(t *testing.T) {
	dir, text := written(t, 4)
	at := entriesOf(text)
	puts := at[2:]
	for n := range len(text) + 1 {
		whole := 0
		for i := range puts {
			end := len(text)
			if i+1 < len(puts) {
				end = puts[i+1]
			}
			if end <= n {
				whole++
			}
		}
		got, damage := survivors(t, dir, text[:n])
		if !slices.Equal(got, all()[:whole]) {
			t.Errorf("cut at %d: %q, want %d groups", n, got, whole)
		}
		sound := n == len(text) || n == segmentHeader || n == 0 || slices.Contains(at, n)
		if sound != (len(damage) == 0) {
			t.Errorf("cut at %d: damage %v", n, damage)
		}
		if kept, _ := filepath.Glob(filepath.Join(dir, "*"+cutSuffix)); sound != (len(kept) == 0) {
			t.Errorf("cut at %d: set aside %v", n, kept)
		}
	}
}

// TestFlipped changes every byte of a small store: at most the entry that it is in is lost, and it is reported.
func TestFlipped(t *testing.T) {
	dir, text := written(t, 4)
	at := entriesOf(text)
	for n := range text {
		for _, mask := range []byte{1 << (n % 8), 0xff} {
			changed := bytes.Clone(text)
			changed[n] ^= mask
			want := all()
			if i := slices.IndexFunc(at, func(start int) bool { return start > n }); i < 0 {
				want = want[:3]
			} else if i > 2 {
				want = slices.Delete(want, i-3, i-2)
			}
			got, damage := survivors(t, dir, changed)
			if !slices.Equal(got, want) {
				t.Fatalf("byte %d ^ %#x: %q, want %q", n, mask, got, want)
			}
			if len(damage) != 1 || damage[0].String() == "" || (n >= segmentHeader && n < at[len(at)-1] && damage[0].Lost != 1) {
				t.Fatalf("byte %d ^ %#x: damage %v", n, mask, damage)
			}
		}
	}
}

// TestJunkBetween puts bytes between the entries that look like the beginning of one.
func TestJunkBetween(t *testing.T) {
	dir, text := written(t, 4)
	at := entriesOf(text)
	junk := text[at[3] : at[3]+entryHeader]
	got, damage := survivors(t, dir, slices.Insert(bytes.Clone(text), at[4], junk...))
	equal(t, "groups", all(), got)
	if len(damage) != 1 || damage[0].Length != int64(len(junk)) || damage[0].Lost != 0 || damage[0].Cut {
		t.Errorf("damage %v", damage)
	}
}

// TestRepeatedEntry copies an entry: numbers only grow, so it is not taken twice.
func TestRepeatedEntry(t *testing.T) {
	dir, text := written(t, 4)
	at := entriesOf(text)
	got, damage := survivors(t, dir, slices.Insert(bytes.Clone(text), at[5], text[at[4]:at[5]]...))
	equal(t, "groups", all(), got)
	if len(damage) != 1 {
		t.Errorf("damage %v", damage)
	}
}

func TestDamagedWhileOpen(t *testing.T) {
	dir, _ := written(t, 2)
	s := opened(t, dir)
	l, err := s.Logstore("proj", "flows")
	must(t, err)
	f, err := os.OpenFile(filepath.Join(dir, segmentName(1)), os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt([]byte("#"), l.Groups[0].offset+int64(l.Groups[0].size)-1)
	must(t, errors.Join(err, f.Close()))
	if _, err := s.Raw(l.Groups[0]); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want %v", err, ErrDamaged)
	}
	if _, err := s.Raw(l.Groups[1]); err != nil {
		t.Error(err)
	}
}

// FuzzRead opens stores that hold anything.
func FuzzRead(f *testing.F) {
	_, text := written(f, 3)
	f.Add(text)
	f.Add(text[segmentHeader:])
	f.Add([]byte{})
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, text := range [][]byte{b, append(newHeader(version), entry{kind: kindPut, number: 1, payload: b}.append(nil)...)} {
			must(t, os.WriteFile(filepath.Join(dir, segmentName(1)), text, 0o600))
			s, err := Read(dir)
			if err != nil {
				if !errors.Is(err, ErrForeign) && !errors.Is(err, ErrVersion) {
					t.Fatal(err)
				}
				continue
			}
			for _, p := range s.Projects() {
				logstores, err := s.Logstores(p.Name)
				must(t, err)
				for _, name := range logstores {
					l, err := s.Logstore(p.Name, name)
					must(t, err)
					for _, g := range l.Groups {
						_, _ = s.Raw(g)
					}
				}
			}
			must(t, s.Close())
		}
	})
}

func TestDamageInWords(t *testing.T) {
	for want, d := range map[string]Damage{
		"0000000001.log: bytes 16 to 20 skipped: no sound entry": {File: segmentName(1), Offset: 16, Length: 4, Reason: "no sound entry"},
		"0000000002.log: bytes 5 to 6 cut off: torn":             {File: segmentName(2), Offset: 5, Length: 1, Cut: true, Reason: "torn"},
	} {
		equal(t, "words", want, d.String())
	}
}
