package agent

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// poller waits until one of some descriptors has something to say, or until it is woken. wake may be called by any
// goroutine, the rest by one.
type poller struct {
	event int // eventfd(2)
	set   []unix.PollFd
	woken chan struct{} // has an element when wake was called since the last pause
	timer *time.Timer
}

func newPoller() (*poller, error) {
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("make an event descriptor: %w", err)
	}
	p := &poller{event: event, woken: make(chan struct{}, 1), timer: time.NewTimer(0)}
	p.watch(nil)
	return p, nil
}

// watch says what is waited for besides wake.
func (p *poller) watch(descriptors []int) {
	p.set = append(p.set[:0], unix.PollFd{Fd: int32(p.event), Events: unix.POLLIN})
	for _, d := range descriptors {
		p.set = append(p.set, unix.PollFd{Fd: int32(d), Events: unix.POLLIN | unix.POLLERR})
	}
}

// wake ends a wait, or the next one.
func (p *poller) wake() {
	select {
	case p.woken <- struct{}{}:
	default:
	}
	one := binary.NativeEndian.AppendUint64(nil, 1)
	_, _ = unix.Write(p.event, one) // it fails where it has been woken 2⁶⁴-2 times
}

// wait waits for at most d.
func (p *poller) wait(d time.Duration) {
	for i := range p.set {
		p.set[i].Revents = 0
	}
	n, err := unix.Poll(p.set, int(d.Milliseconds()))
	if n > 0 && err == nil && p.set[0].Revents != 0 {
		var woken [8]byte
		_, err = unix.Read(p.event, woken[:])
	}
	if err != nil && !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.EAGAIN) {
		time.Sleep(d) // never a loop without a pause
	}
}

// pause waits for d, unless it is woken: the descriptors are left alone. It waits by the runtime's timer: a goroutine
// that blocks in a system call has its processor taken by the runtime's monitor, which stays awake for it (3 M packets
// of 10 k flows: 240 against 220 ns each).
func (p *poller) pause(d time.Duration) {
	p.timer.Reset(d)
	select {
	case <-p.woken:
	case <-p.timer.C:
	}
}

func (p *poller) close() { _ = unix.Close(p.event) }
