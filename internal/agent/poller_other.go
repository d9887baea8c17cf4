//go:build !linux

package agent

import (
	"errors"
	"time"
)

// poller is Linux's: elsewhere nothing is captured live.
type poller struct{}

func newPoller() (*poller, error) {
	return nil, errors.New("live capture needs Linux: replay reads captures on this system")
}

func (*poller) watch([]int)         {}
func (*poller) wake()               {}
func (*poller) wait(time.Duration)  {}
func (*poller) pause(time.Duration) {}
func (*poller) close()              {}
