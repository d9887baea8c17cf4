package smartag

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config"
)

func mode(tb testing.TB, path string) fs.FileMode {
	tb.Helper()
	info, err := os.Stat(path)
	if err != nil {
		tb.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestModes(t *testing.T) {
	s := &store{dir: filepath.Join(t.TempDir(), "a", "b"), gatewayID: gateway, region: region}
	if err := prepareDirectory(s.dir); err != nil {
		t.Fatal(err)
	}
	mustSave(t, s, desiredA())
	if got := mode(t, s.dir); got != 0o700 {
		t.Errorf("directory %o", got)
	}
	if got := mode(t, filepath.Join(s.dir, lastGoodFile)); got != 0o600 {
		t.Errorf("file %o", got)
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

// What keeps the directory from being written is said once, in one line.
func TestUnwritableDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, newFile, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := prepareDirectory(dir); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder in place of the new file: %v", err)
	}
}

// A process that was killed between writing and renaming leaves a new file, whole or cut, of any mode.
func TestKillBetweenWriteAndRename(t *testing.T) {
	s := newStore(t)
	old := mustSave(t, s, desiredA())
	for _, left := range [][]byte{nil, old[:20], []byte("other"), old} {
		path := filepath.Join(s.dir, newFile)
		if err := os.WriteFile(path, left, 0o644); err != nil {
			t.Fatal(err)
		}
		got, found, err := load(s)
		if !found || err != nil || !got.Same(desiredA()) {
			t.Fatalf("load beside %q: %v, %v", left, found, err)
		}
		if err := prepareDirectory(s.dir); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, left, 0o644); err != nil {
			t.Fatal(err)
		}
		s.known = false
		mustSave(t, s, config.Desired{Received: received})
		if got := mode(t, filepath.Join(s.dir, lastGoodFile)); got != 0o600 {
			t.Errorf("mode %o of a left-over file stayed", got)
		}
		s.known = false
		mustSave(t, s, desiredA())
	}
}

// The new file never follows a link that somebody put in its place.
func TestLinkInPlaceOfTheNewFile(t *testing.T) {
	s := newStore(t)
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, filepath.Join(s.dir, newFile)); err != nil {
		t.Fatal(err)
	}
	mustSave(t, s, desiredA())
	if got, _ := os.ReadFile(victim); string(got) != "precious" {
		t.Errorf("the link's target was overwritten: %q", got)
	}
}

// remove deletes a file or an empty directory, which must be there.
func remove(tb testing.TB, path string) {
	tb.Helper()
	if err := os.Remove(path); err != nil {
		tb.Fatal(err)
	}
}

// unwritable is a state directory that can't be made: a file stands in its way. Modes would not stop root.
func unwritable(tb testing.TB) string {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		tb.Fatal(err)
	}
	return filepath.Join(file, "state")
}
