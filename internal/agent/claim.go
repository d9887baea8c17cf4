package agent

import (
	"errors"
	"fmt"
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
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return nil, &claimError{directory, fmt.Sprintf("with mode %#o others can write there: chmod go-w it", mode)}
	}
	f, err := os.OpenFile(filepath.Join(directory, lockFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("write to state directory %q: %w", directory, pathless(err))
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
