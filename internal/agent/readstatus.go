package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// staleAfter is how old a status may be before it says nothing of now.
	staleAfter = 10 * time.Second
	// statusLimit bounds what is read, in octets: no status is near it.
	statusLimit = 16 << 20
)

// ReadStatus reads the status in a state directory. The error is os.ErrNotExist where there is none.
func ReadStatus(directory string) (*Status, error) {
	path := filepath.Join(directory, StatusFile)
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes must not hold it up
	if err != nil {
		return nil, fmt.Errorf("read status %q: %w", path, pathless(err))
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, statusLimit+1))
	if err != nil {
		return nil, fmt.Errorf("read status %q: %w", path, pathless(err))
	}
	if len(text) > statusLimit {
		return nil, fmt.Errorf("read status %q: it is longer than %d octets", path, statusLimit)
	}
	s, err := parseStatus(text)
	if err != nil {
		return nil, fmt.Errorf("read status %q: %w", path, err)
	}
	return s, nil
}

func parseStatus(text []byte) (*Status, error) {
	s := new(Status)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("not a status of sagflow: %w", err)
	}
	if s.PID <= 0 || s.Updated.IsZero() {
		return nil, errors.New("not a status of sagflow: it has no pid or no updated")
	}
	return s, nil
}

// Complaints say what is wrong: troubles of the device, a status that is old, a process that is gone
// without having said so. A device that has ended in order has none of its own making.
func (s *Status) Complaints(now time.Time) []string {
	var all []string
	age := now.Sub(s.Updated)
	switch {
	case !s.Ended.IsZero():
	case processGone(s.PID):
		all = append(all, fmt.Sprintf("process %d is gone; it last wrote %s ago", s.PID, round(age)))
	case age > staleAfter:
		all = append(all, fmt.Sprintf("the status is %s old: process %d does not write it any more", round(age), s.PID))
	}
	return append(all, s.Troubles...)
}

// processGone says that there is no such process on this machine.
func processGone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// round is for people: seconds from a minute on, tenths below.
func round(d time.Duration) time.Duration {
	if d >= time.Minute {
		return d.Round(time.Second)
	}
	return d.Round(100 * time.Millisecond)
}
