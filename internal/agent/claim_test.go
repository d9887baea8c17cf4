package agent

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A state directory is one device's at a time, and is free again after it.
func TestClaim(t *testing.T) {
	directory := t.TempDir()
	first, err := claim(directory)
	if err != nil {
		t.Fatal(err)
	}
	foreign := (*claimError)(nil)
	if _, err = claim(directory); !errors.As(err, &foreign) || !strings.Contains(err.Error(), "another device runs in it") {
		t.Errorf("a second claim: %v", err)
	}
	if err = first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := claim(directory)
	if err != nil {
		t.Fatalf("after the first was closed: %v", err)
	}
	if info, err := again.Stat(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("lock file %v, %v", info.Mode(), err)
	}
	_ = again.Close()
}

// What others can write decides where records go: it is not used, whatever is optional.
func TestClaimOfAnybodysDirectory(t *testing.T) {
	for mode, want := range map[os.FileMode]bool{0o700: true, 0o755: true, 0o770: false, 0o777: false, 0o702: false} {
		directory := filepath.Join(t.TempDir(), "state")
		if err := errors.Join(os.Mkdir(directory, 0o700), os.Chmod(directory, mode)); err != nil {
			t.Fatal(err)
		}
		f, err := claim(directory)
		foreign := (*claimError)(nil)
		if want != (err == nil) || !want && !errors.As(err, &foreign) {
			t.Errorf("mode %#o: %v", mode, err)
		}
		if f != nil {
			_ = f.Close()
		}
	}
}

// owned is a directory of another user.
type owned struct {
	os.FileInfo
	uid uint32
}

func (o owned) Sys() any { return &syscall.Stat_t{Uid: o.uid} }

// Nor is one that another user owns: root's alone is as good as one's own.
func TestClaimOfAnothersDirectory(t *testing.T) {
	info, err := os.Stat(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		owner uint32
		user  int
		right bool
	}{{1000, 1000, true}, {0, 1000, true}, {0, 0, true}, {1001, 1000, false}, {1000, 0, false}} {
		if why := writers(owned{info, c.owner}, c.user); (why == "") != c.right {
			t.Errorf("%+v: %q", c, why)
		}
	}
}

func TestClaimOfNothing(t *testing.T) {
	if _, err := claim(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
