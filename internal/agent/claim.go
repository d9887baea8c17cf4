package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// lockFile is what the device of a state directory holds locked.
const lockFile = "lock"

// claimError says that a state directory is another's. No setting lets a device run in it all the same.
type claimError struct {
	directory, why string
}

// Error says what to do about it.
func (e *claimError) Error() string {
	return fmt.Sprintf("use state directory %q: %s", e.directory, e.why)
}

// claim makes a state directory this device's alone until the file that it returns is closed. Nobody else
// may be able to write there: what lies in it says what is exported and where to.
func claim(directory string) (*os.File, error) {
	info, err := os.Stat(directory)
	if err != nil {
		return nil, fmt.Errorf("look at state directory %q: %w", directory, pathless(err))
	}
	if why := writers(info, os.Geteuid()); why != "" {
		return nil, &claimError{directory, why}
	}
	f, err := os.OpenFile(filepath.Join(directory, lockFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, unwritable(directory, err)
	}
	if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		return f, nil
	}
	why := err.Error()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		why = "another device runs in it: stop that one, or name another state-directory"
	}
	return nil, errors.Join(&claimError{directory, why}, f.Close())
}

// writers says which others than the user and root can write to a directory, "" for none.
func writers(info fs.FileInfo, user int) string {
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Sprintf("with mode %#o others can write there: chmod go-w it", mode)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 && int64(stat.Uid) != int64(user) {
		return fmt.Sprintf("it belongs to user %d and not to %d, who runs sagflow: chown it, or name another state-directory", stat.Uid, user)
	}
	return ""
}
