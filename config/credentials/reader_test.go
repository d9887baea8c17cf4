package credentials

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// keyFile is a file that a test changes.
type keyFile struct {
	t    *testing.T
	path string
}

func newKeyFile(t *testing.T, id string) keyFile {
	f := keyFile{t, filepath.Join(t.TempDir(), "credentials")}
	f.write(id)
	return f
}

func text(id string) string { return strings.Replace(good, "=id", "="+id, 1) }

// write replaces the content in place.
func (f keyFile) write(id string) { f.raw(text(id), 0o600) }

func (f keyFile) raw(content string, mode os.FileMode) {
	f.t.Helper()
	if err := errors.Join(os.WriteFile(f.path, []byte(content), 0o600), os.Chmod(f.path, mode)); err != nil {
		f.t.Fatal(err)
	}
}

// age sets the file's time back, so that it can be trusted.
func (f keyFile) age(d time.Duration) {
	f.t.Helper()
	then := time.Now().Add(-d)
	if err := os.Chtimes(f.path, then, then); err != nil {
		f.t.Fatal(err)
	}
}

func wantKey(t *testing.T, get func() (Credentials, error), id string) {
	t.Helper()
	if c, err := get(); err != nil || c.AccessKeyID != id || string(c.AccessKeySecret) != canary {
		t.Errorf("%v, %v; want %s", c, err, id)
	}
}

func TestReaderPrefersTheEnvironment(t *testing.T) {
	f := newKeyFile(t, "file")
	r := New(Options{File: f.path, Getenv: environ("env", canary)})
	wantKey(t, r.Get, "env")
	wantKey(t, r.Refresh, "env")
	if want := "environment (" + EnvAccessKeyID + ")"; r.Origin() != want {
		t.Errorf("%q", r.Origin())
	}
	if _, err := New(Options{File: f.path, Getenv: environ("env")}).Get(); err == nil {
		t.Error("a part of an access key was completed from the file")
	}
}

func TestReaderWithNothing(t *testing.T) {
	r := New(Options{})
	if _, err := r.Get(); !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "credentials-file") {
		t.Errorf("%v", err)
	}
	if r.Origin() != "nowhere" {
		t.Error(r.Origin())
	}
}

func TestReaderReadsAChangedFile(t *testing.T) {
	f := newKeyFile(t, "one")
	r := New(Options{File: f.path})
	if want := "file " + f.path + " [default]"; r.Origin() != want {
		t.Errorf("%q", r.Origin())
	}
	wantKey(t, r.Get, "one")
	// A second write of the same length at once bears perhaps the same time.
	f.write("two")
	wantKey(t, r.Get, "two")
	f.age(time.Hour)
	wantKey(t, r.Get, "two")
	f.write("three")
	wantKey(t, r.Get, "three")
	f.age(time.Hour)
	wantKey(t, r.Get, "three")
	replacement := f.path + ".new"
	if err := errors.Join(os.WriteFile(replacement, []byte(text("four5")), 0o600), os.Rename(replacement, f.path)); err != nil {
		t.Fatal(err)
	}
	f.age(time.Hour)
	wantKey(t, r.Get, "four5")
}

// A file that bears the time and the size of the one before is only found by Refresh.
func TestRefreshReadsWhatSeemsUnchanged(t *testing.T) {
	f := newKeyFile(t, "one")
	then := time.Now().Add(-time.Hour)
	if err := os.Chtimes(f.path, then, then); err != nil {
		t.Fatal(err)
	}
	r := New(Options{File: f.path})
	wantKey(t, r.Get, "one")
	f.write("two")
	if err := os.Chtimes(f.path, then, then); err != nil {
		t.Fatal(err)
	}
	wantKey(t, r.Get, "one")
	wantKey(t, r.Refresh, "two")
	wantKey(t, r.Get, "two")
}

// Whatever happens to the file, the access key before stays in force, and the log says so once.
func TestReaderKeepsTheKeyBefore(t *testing.T) {
	for name, spoil := range map[string]func(keyFile){
		"gone":       func(f keyFile) { _ = os.Remove(f.path) },
		"open":       func(f keyFile) { f.raw(text("two"), 0o644) },
		"writable":   func(f keyFile) { f.raw(text("two"), 0o620) },
		"empty":      func(f keyFile) { f.raw("", 0o600) },
		"cut":        func(f keyFile) { f.raw(good[:len(good)/2], 0o600) },
		"no profile": func(f keyFile) { f.raw(strings.Replace(good, "default", "other", 1), 0o600) },
		"large":      func(f keyFile) { f.raw(strings.Repeat("#\n", MaxSize), 0o600) },
		"folder":     func(f keyFile) { _ = os.Remove(f.path); _ = os.Mkdir(f.path, 0o700) },
		"pipe":       func(f keyFile) { _ = os.Remove(f.path); _ = syscall.Mkfifo(f.path, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			f := newKeyFile(t, "one")
			r := New(Options{File: f.path, Log: slog.New(slog.NewTextHandler(&log, nil))})
			wantKey(t, r.Get, "one")
			spoil(f)
			for range 3 {
				wantKey(t, r.Get, "one")
				wantKey(t, r.Refresh, "one")
			}
			if err := r.Problem(); err == nil || !strings.Contains(err.Error(), f.path) {
				t.Errorf("problem %v", err)
			}
			if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "the one before stays in force") {
				t.Errorf("%d warnings: %s", n, &log)
			}
			_ = os.RemoveAll(f.path)
			f.write("two")
			wantKey(t, r.Get, "two")
			if err := r.Problem(); err != nil {
				t.Error(err)
			}
			if strings.Contains(log.String(), canary) {
				t.Errorf("the log holds a secret: %s", &log)
			}
		})
	}
}

func TestReaderWithoutAKeyBefore(t *testing.T) {
	f := newKeyFile(t, "one")
	f.raw(good, 0o640)
	r := New(Options{File: f.path})
	for range 2 {
		if _, err := r.Get(); !errors.Is(err, ErrExposed) || !strings.Contains(err.Error(), "has mode 0640") || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("%v", err)
		}
	}
	f.raw(good, 0o400)
	wantKey(t, r.Get, "id")
}

func TestReaderProfile(t *testing.T) {
	f := newKeyFile(t, "one")
	f.raw(good+"[lab]\ntype=access_key\naccess_key_id=other\naccess_key_secret="+canary+"\n", 0o600)
	wantKey(t, New(Options{File: f.path, Profile: "lab"}).Get, "other")
	if _, err := New(Options{File: f.path, Profile: "none"}).Get(); err == nil || !strings.Contains(err.Error(), "[none] no such section") {
		t.Errorf("%v", err)
	}
}

// owned is a file of another user.
type owned struct {
	os.FileInfo
	uid uint32
}

func (o owned) Sys() any { return &syscall.Stat_t{Uid: o.uid} }

func TestOwner(t *testing.T) {
	f := newKeyFile(t, "one")
	info, err := os.Stat(f.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		owner   uint32
		user    int
		further int
		right   bool
	}{
		{1000, 1000, 0, true},
		{0, 1000, 0, true},
		{0, 0, 0, true},
		{1001, 1000, 0, false},
		{1000, 0, 0, false},
		{1000, 0, 1000, true},
		{1001, 0, 1000, false},
	} {
		if err := checkFile(f.path, owned{info, c.owner}, c.user, c.further); (err == nil) != c.right || err != nil && !errors.Is(err, ErrExposed) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestReaderIsSafeForManyGoroutines(t *testing.T) {
	f := newKeyFile(t, "one")
	r := New(Options{File: f.path})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				wantKey(t, r.Get, "one")
				wantKey(t, r.Refresh, "one")
				_, _ = r.Problem(), r.Origin()
			}
		})
	}
	group.Wait()
}

var _ Provider = (*Reader)(nil)
