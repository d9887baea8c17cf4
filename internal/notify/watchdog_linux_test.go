package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// waiting are the datagrams that have come so far. In a bubble of synctest nobody may wait for a socket.
func (m *manager) waiting() (datagrams []string) {
	m.tb.Helper()
	raw, err := m.conn.SyscallConn()
	if err != nil {
		m.tb.Fatal(err)
	}
	buffer := make([]byte, 4096)
	err = raw.Control(func(fd uintptr) {
		for {
			n, _, err := unix.Recvfrom(int(fd), buffer, unix.MSG_DONTWAIT)
			if err != nil {
				return
			}
			datagrams = append(datagrams, string(buffer[:n]))
		}
	})
	if err != nil {
		m.tb.Fatal(err)
	}
	return datagrams
}

// TestWatchdog: twice in its time, as long as the program is well; not once while it isn't, and that is said once.
func TestWatchdog(t *testing.T) {
	m := listen(t, socketIn(t))
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var ill atomic.Pointer[error]
		ill.Store(new(error))
		n := opened(t, Options{
			Socket: m.name, Watchdog: 30 * time.Second, Healthy: func() error { return *ill.Load() }, Log: plainLog(&log),
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- n.Run(ctx) }()
		synctest.Wait()
		// A socket has room for few datagrams (unix.max_dgram_qlen), so that they are taken out minute by minute.
		count := func(d time.Duration) (signs int) {
			for end := time.Now().Add(d); ; {
				time.Sleep(min(time.Minute, time.Until(end)))
				synctest.Wait()
				for _, datagram := range m.waiting() {
					if signs++; datagram != "WATCHDOG=1" {
						t.Errorf("datagram %q", datagram)
					}
				}
				if !time.Now().Before(end) {
					return signs
				}
			}
		}
		for _, c := range []struct {
			name string
			ill  error
			time time.Duration
			want int
		}{
			{"at once", nil, 0, 1},
			{"before the next", nil, 14999 * time.Millisecond, 0},
			{"half its time", nil, time.Millisecond, 1},
			{"ten minutes", nil, 10 * time.Minute, 40},
			{"stalled", errors.New("no packet was read for 20s"), 10 * time.Minute, 0},
			{"stalled otherwise", errors.New("the export queue does not move"), time.Minute, 0},
			{"well again", nil, time.Minute, 4},
		} {
			ill.Store(&c.ill)
			if got := count(c.time); got != c.want {
				t.Errorf("%s: %d signs of life, want %d", c.name, got, c.want)
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		want := `level=WARN msg="the watchdog gets no sign of life" error="no packet was read for 20s" killed-after=30s
level=WARN msg="the watchdog gets no sign of life" error="the export queue does not move" killed-after=30s
level=INFO msg="the watchdog gets signs of life again"
`
		if diff := cmp.Diff(want, log.String()); diff != "" {
			t.Error(diff)
		}
	})
}

// plainLog has no times.
func plainLog(into *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(into, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// TestWatchdogHangs: a question after the program's health that isn't answered is no sign of life.
func TestWatchdogHangs(t *testing.T) {
	m := listen(t, socketIn(t))
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		n := opened(t, Options{Socket: m.name, Watchdog: time.Second, Healthy: func() error { <-answer; return nil }})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- n.Run(ctx) }()
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := m.waiting(); len(got) != 0 {
			t.Errorf("%d signs of life", len(got))
		}
		cancel()
		close(answer)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestWithoutWatchdog: Run waits for its end, and says nothing.
func TestWithoutWatchdog(t *testing.T) {
	m := listen(t, socketIn(t))
	synctest.Test(t, func(t *testing.T) {
		for _, o := range []Options{{Socket: m.name}, {Watchdog: time.Second, Healthy: func() error { panic("nobody is told") }}} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			began := time.Now()
			if err := opened(t, o).Run(ctx); err != nil || time.Since(began) != time.Hour {
				t.Errorf("socket %q: %v after %v", o.Socket, err, time.Since(began))
			}
			cancel()
		}
	})
	if got := m.waiting(); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// TestAbstractSocket has no path.
func TestAbstractSocket(t *testing.T) {
	m := listen(t, fmt.Sprintf("@sagflow-notify-%d", os.Getpid()))
	if err := opened(t, Options{Socket: m.name}).Ready("x"); err != nil {
		t.Fatal(err)
	}
	if got := m.next(); got != "READY=1\nSTATUS=x" {
		t.Errorf("%q", got)
	}
}

// TestAgainstSystemd: systemd's own program says the same in the same words.
func TestAgainstSystemd(t *testing.T) {
	testutil.Programs(t, "systemd-notify")
	m := listen(t, socketIn(t))
	c := exec.Command("systemd-notify", "--no-block", "--ready", "--status=2 interfaces")
	c.Env = append(os.Environ(), "NOTIFY_SOCKET="+m.name)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("systemd-notify: %v\n%s", err, out)
	}
	theirs := m.next()
	if err := opened(t, Options{Socket: m.name}).Ready("2 interfaces"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(theirs, "\n"), strings.Split(m.next(), "\n")); diff != "" {
		t.Error(diff)
	}
}
