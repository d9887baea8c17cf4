package harden

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// usable asks the kernel whether the process, as the user that it is now, can use what the options name: what can't be used
// would be missed when a key has changed or the spool is needed, days later. Paths that don't exist are no matter of its.
func (o *Options) usable() error {
	var wrong []error
	for _, p := range o.ReadPaths {
		wrong = append(wrong, accessible(p, unix.R_OK))
	}
	for _, p := range o.WritePaths {
		wrong = append(wrong, accessible(p, unix.R_OK|unix.W_OK), filesUsable(p))
	}
	return errors.Join(wrong...)
}

// filesUsable looks at the files below a folder. Folders in it that can't be entered are not the device's, as lost+found.
func filesUsable(folder string) error {
	var wrong error
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && d != nil && d.IsDir():
			return fs.SkipDir
		case err == nil && d.Type().IsRegular():
			if wrong = accessible(p, unix.R_OK|unix.W_OK); wrong != nil {
				return fs.SkipAll // one is enough: the remedy is for all
			}
		}
		return nil
	})
	return errors.Join(wrong, err)
}

// accessible is access(2), with a remedy. A folder must also be searchable.
func accessible(path string, mode uint32) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	if err == nil && info.IsDir() {
		mode |= unix.X_OK
	}
	if err == nil {
		err = unix.Access(path, mode)
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("use %q as uid %d: %w%s", path, os.Getuid(), pathless(err), remedy(info))
}

// remedy says whose the file is, and how to change that.
func remedy(info fs.FileInfo) string {
	if info == nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf(": it belongs to uid %d with mode %#o; chown -R it, or run as that user", stat.Uid, info.Mode().Perm())
}

// pathless is an error without the path, which is told already.
func pathless(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
