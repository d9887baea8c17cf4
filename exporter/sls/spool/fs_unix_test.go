//go:build unix

package spool

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestOSFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	disk := osFS{}
	f, err := disk.Create(path)
	must(t, err)
	must(t, writeAll(f, []byte("octets"), 3))
	must(t, f.Sync())
	must(t, f.Truncate(5))
	size, err := f.Size()
	must(t, err)
	equal(t, int64(5), size)
	must(t, f.Close())
	must(t, disk.SyncDir(dir))
	if _, err := disk.Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create a file that is there: %v", err)
	}
	must(t, disk.Rename(path, path+"2"))
	if _, err := disk.Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("open a file that is gone: %v", err)
	}
	names, err := disk.ReadDir(dir)
	must(t, err)
	equal(t, []string{"file2"}, names)
	must(t, disk.Remove(path+"2"))
	for what, err := range map[string]error{"sync": disk.SyncDir(path), "remove": disk.Remove(path), "rename": disk.Rename(path, path+"2")} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s what is not there: %v", what, err)
		}
	}
	if _, err := disk.ReadDir(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("list what is not there: %v", err)
	}
}

func TestOSFree(t *testing.T) {
	free, total, err := osFS{}.Free(t.TempDir())
	must(t, err)
	if total == 0 || free > total {
		t.Errorf("%d of %d octets free", free, total)
	}
	if _, _, err := (osFS{}).Free(filepath.Join(t.TempDir(), "gone")); err == nil || !strings.Contains(err.Error(), `gone"`) {
		t.Errorf("error %v, want one that names the directory", err)
	}
}

func TestOSLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	must(t, os.WriteFile(path, []byte("4294967296 was here before"), 0o600))
	lock, err := osFS{}.Lock(path)
	must(t, err)
	text, err := os.ReadFile(path)
	must(t, err)
	equal(t, strconv.Itoa(os.Getpid())+"\n", string(text))
	var locked *LockedError
	if _, err := (osFS{}).Lock(path); !errors.As(err, &locked) || locked.Path != path {
		t.Errorf("error %v, want a LockedError", err)
	}
	must(t, lock.Close())
	lock, err = osFS{}.Lock(path)
	must(t, err)
	must(t, lock.Close())
}

// TestOpenErrors: a directory that can't be one is named, with what to do.
func TestOpenErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	taken := t.TempDir()
	must(t, os.Mkdir(filepath.Join(taken, "totals"), 0o700))
	for dir, want := range map[string]string{
		file:                      "move away what stands in its place",
		filepath.Join(file, "in"): "move away what stands in its place",
		taken:                     "totals",
	} {
		_, err := Open(options(dir))
		if err == nil || !strings.Contains(err.Error(), strconv.Quote(dir)) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q and %q", err, dir, want)
		}
	}
}

// TestMakeDirectories: what has to be synced so that a new directory lasts.
func TestMakeDirectories(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b", "c")
	equal(t, []string{filepath.Join(dir, "a", "b"), filepath.Join(dir, "a"), dir}, parentsOfMissing(deep))
	must(t, osFS{}.MkdirAll(deep))
	equal(t, nil, parentsOfMissing(deep))
	t.Chdir(dir)
	equal(t, []string{"."}, parentsOfMissing("new"))
	must(t, osFS{}.MkdirAll("new"))
	must(t, osFS{}.MkdirAll("new"))
}

// TestOwnerOnFullDisk: a lock is a lock though nothing can be written into it.
func TestOwnerOnFullDisk(t *testing.T) {
	disk := newSimDisk()
	f, err := disk.Create("lock")
	must(t, err)
	must(t, writeAll(f, []byte("4294967296\n"), 0))
	disk.refuse = func(kind opKind, _ string, n int) (int, error) {
		if kind == opWrite {
			return 2, errNoSpace
		}
		return n, nil
	}
	writeOwner(f)
	equal(t, "", string(disk.names["lock"].data))
	disk.refuse = nil
	writeOwner(f)
	equal(t, strconv.Itoa(os.Getpid())+"\n", string(disk.names["lock"].data))
	if text := (&LockedError{Path: "lock"}).Error(); !strings.Contains(text, "locked by another process") {
		t.Error(text)
	}
}
