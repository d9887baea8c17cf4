//go:build clocktest && linux

package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/steady"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// clockSteps names the file of the steps, a page: for each the true time from which on it holds, and how far the wall clock
// is then from the truth, in nanoseconds, as int64 in the machine's byte order. A time of 0 is the end; it is written last.
const clockSteps = "SAGFLOW_CLOCK_STEPS"

// steps are those of a file, which a test appends to while the program runs.
type steps []byte

// stepClock has a device go by a wall clock that steps as a file says. The machine's own is not set.
func stepClock(o *agent.LiveOptions) error {
	path := os.Getenv(clockSteps)
	if path == "" {
		return fmt.Errorf("%s: it is not set: this program was built for tests of the clock", clockSteps)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	// Nothing can be opened later.
	s, err := unix.Mmap(int(f.Fd()), 0, os.Getpagesize(), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map %q: %w", path, err)
	}
	all := steps(s)
	system := steady.System()
	o.Clocks = func() (wall, monotonic, spread int64) {
		wall, monotonic, spread = system()
		return wall + all.at(wall), monotonic, spread
	}
	o.Now = func() time.Time { now := time.Now(); return now.Add(time.Duration(all.at(now.UnixNano()))) }
	open := o.Open
	o.Open = func(l tap.Link) ([]capture.Live, error) {
		sources, err := open(l)
		for i := range sources {
			sources[i] = &stamped{sources[i], all}
		}
		return sources, err
	}
	return nil
}

// at is how far the wall clock is from the truth at a true time.
func (s steps) at(truth int64) (offset int64) {
	for ; len(s) > 0; s = s[16:] {
		at := int64(binary.NativeEndian.Uint64(s))
		if at == 0 || at > truth {
			break
		}
		offset = int64(binary.NativeEndian.Uint64(s[8:]))
	}
	return offset
}

// stamped is a source whose stamps are of the stepped clock.
type stamped struct {
	capture.Live
	steps steps
}

func (s *stamped) Next(frames []capture.Frame) (int, error) {
	n, err := s.Live.Next(frames)
	for i := range frames[:n] {
		frames[i].Time += s.steps.at(frames[i].Time)
	}
	return n, err
}

func (s *stamped) Size() int {
	if sized, ok := s.Live.(interface{ Size() int }); ok {
		return sized.Size()
	}
	return 0
}

func (s *stamped) Stop() error {
	if one, ok := s.Live.(interface{ Stop() error }); ok {
		return one.Stop()
	}
	return nil
}
