package exporter

import (
	"time"

	"golang.org/x/sys/unix"
)

// preciseSleep sleeps some 60 µs longer than asked (the timer slack, prctl(2)). A signal may end it
// early: the pacer counts by the clock and not by its naps.
func preciseSleep(d time.Duration) {
	ts := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&ts, nil)
}
