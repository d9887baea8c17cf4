package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/notify"
)

// manager is the service manager's side of a live device: it is told when the device is ready, reloads, stops, and that
// it makes progress; it asks for a reload by SIGHUP.
type manager struct {
	env      *environment
	notifier *notify.Notifier
	log      *slog.Logger
	stopping func() bool
	hangups  chan os.Signal
	quit     context.CancelFunc
	device   atomic.Pointer[agent.Live] // set by watch
	grace    time.Duration
	watched  time.Time    // when watch was called, before device was set
	rate     atomic.Int64 // records a second that leave for a collector; 0 is no limit
	isReady  atomic.Bool
}

// staleStatus is how old the last status of a device may be that makes progress: it is written each second.
const staleStatus = 15 * time.Second

// longestEnd bounds what is asked for: who stops a service should not have to wait for longer.
const longestEnd = time.Hour

// newManager connects to the service manager, if one has started this process. grace is how long the end may take
// beyond what is usual, rate how many records a second leave for a collector.
func newManager(env *environment, grace time.Duration, rate int) (*manager, error) {
	o, err := notify.FromEnvironment(os.Getenv, os.Getpid())
	if err != nil {
		return nil, err
	}
	m := &manager{env: env, log: env.Log, grace: grace, hangups: make(chan os.Signal, 1)}
	m.rate.Store(int64(rate))
	o.Log, o.Healthy = env.Log, m.healthy
	m.notifier = notify.New(o)
	if err := m.notifier.Open(); err != nil {
		return nil, err
	}
	m.stopping = context.AfterFunc(env.Context, func() { m.tell(m.notifier.Stopping(m.end())) })
	signal.Notify(m.hangups, syscall.SIGHUP) // from here on it doesn't end the process
	return m, nil
}

// end is within which time the device will have ended: all flows that it has, and all records that wait, leave by the
// rate.
func (m *manager) end() time.Duration {
	took := m.grace + time.Minute
	device, rate := m.device.Load(), m.rate.Load()
	if device == nil || rate == 0 {
		return took
	}
	left := uint64(0)
	if s := device.Status(); s != nil {
		for i := range s.Outputs {
			left = max(left, s.Outputs[i].Counters.Queued.Records)
		}
		if s.Sums != nil {
			left += uint64(s.Sums.Flows)
		}
	}
	return min(took+time.Duration(left/uint64(rate)+1)*time.Second, max(longestEnd, took))
}

// ready says that all is open.
func (m *manager) ready() {
	m.isReady.Store(true)
	m.tell(m.notifier.Ready("capturing"))
}

// tell notes that the service manager could not be told something: that is no reason to stop.
func (m *manager) tell(err error) {
	if err != nil {
		m.log.Warn("the service manager can't be told", "error", err)
	}
}

// healthy is asked for the watchdog.
func (m *manager) healthy() error {
	device := m.device.Load()
	if device == nil {
		return nil
	}
	s := device.Status()
	switch {
	case s == nil && time.Since(m.watched) < staleStatus:
		return nil // it has just begun
	case s == nil:
		return errors.New("there is no status yet")
	case time.Since(s.Updated) > staleStatus:
		return fmt.Errorf("the last status is %v old", time.Since(s.Updated).Round(time.Second))
	}
	return nil
}

// watch reloads at each SIGHUP, and feeds the watchdog, until close.
func (m *manager) watch(l *agent.Live, source *reloader) {
	m.watched = time.Now()
	m.device.Store(l)
	ctx, cancel := context.WithCancel(context.Background())
	m.quit = cancel
	go func() { m.tell(m.notifier.Run(ctx)) }()
	go func() {
		for {
			select {
			case <-m.hangups:
				m.reload(source)
			case <-ctx.Done():
				return
			}
		}
	}()
}

func (m *manager) reload(source *reloader) {
	told := m.isReady.Load() && m.env.Context.Err() == nil // neither before it is ready nor when it stops
	if told {
		m.tell(m.notifier.Reloading())
	}
	if err := source.Reload(m.env.Context); err != nil {
		m.log.Error("the configuration is not reloaded", "error", err)
	} else {
		m.log.Info("the configuration is reloaded")
	}
	if told {
		m.tell(m.notifier.Ready("capturing"))
	}
}

func (m *manager) close() {
	signal.Stop(m.hangups)
	m.stopping()
	if m.quit != nil {
		m.quit()
	}
	m.tell(m.notifier.Close())
}
