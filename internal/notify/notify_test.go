package notify

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// manager is a service manager's socket.
type manager struct {
	tb   testing.TB
	name string
	conn *net.UnixConn
}

func listen(tb testing.TB, name string) *manager {
	tb.Helper()
	m := &manager{tb: tb, name: name}
	m.open()
	tb.Cleanup(func() { _ = m.conn.Close() })
	return m
}

func (m *manager) open() {
	m.tb.Helper()
	_ = os.Remove(m.name) // what an earlier one left
	var err error
	if m.conn, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: m.name, Net: "unixgram"}); err != nil {
		m.tb.Fatal(err)
	}
}

func socketIn(tb testing.TB) string { return filepath.Join(tb.TempDir(), "notify") }

// next is the datagram that has come.
func (m *manager) next() string {
	m.tb.Helper()
	buffer := make([]byte, 4096)
	if err := m.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		m.tb.Fatal(err)
	}
	n, err := m.conn.Read(buffer)
	if err != nil {
		m.tb.Fatal(err)
	}
	return string(buffer[:n])
}

func opened(tb testing.TB, o Options) *Notifier {
	tb.Helper()
	n := New(o)
	if err := n.Open(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = n.Close() })
	return n
}

func TestMessages(t *testing.T) {
	m := listen(t, socketIn(t))
	n := opened(t, Options{Socket: m.name, Monotonic: func() time.Duration { return 81*time.Hour + 7*time.Microsecond }})
	for _, c := range []struct {
		send func() error
		want string
	}{
		{func() error { return n.Ready("2 interfaces") }, "READY=1\nSTATUS=2 interfaces"},
		{n.Reloading, "RELOADING=1\nMONOTONIC_USEC=291600000007"},
		{func() error { return n.Stopping(0) }, "STOPPING=1"},
		{func() error { return n.Stopping(90 * time.Second) }, "STOPPING=1\nEXTEND_TIMEOUT_USEC=90000000"},
		{func() error { return n.Status("eth0 is down\nREADY=1\x00\x7f\xff") }, "STATUS=eth0 is down READY=1  ?"},
		{n.sign, "WATCHDOG=1"},
	} {
		if err := c.send(); err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(c.want, m.next()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestStatusIsOneLine: whatever is in it, a status assigns nothing else.
func TestStatusIsOneLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + string(rapid.SliceOf(rapid.Byte()).Draw(t, "octets"))
		if got := line(text); strings.ContainsAny(got, "\n\r\x00") || strings.ToValidUTF8(got, "") != got {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// TestMonotonic: the machine's own clock, which systemd compares with its own.
func TestMonotonic(t *testing.T) {
	first := monotonic()
	if second := monotonic(); first < 0 || second < first {
		t.Errorf("%v, then %v", first, second)
	}
	m := listen(t, socketIn(t))
	n := opened(t, Options{Socket: m.name, Monotonic: func() time.Duration { return 0 }})
	if err := n.Reloading(); err != nil {
		t.Fatal(err)
	}
	if got := m.next(); got != "RELOADING=1" {
		t.Errorf("without a clock: %q", got)
	}
}

// TestNobody: without a socket, before Open and after Close nothing happens.
func TestNobody(t *testing.T) {
	m := listen(t, socketIn(t))
	closed := opened(t, Options{Socket: m.name})
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string]*Notifier{
		"without a socket": opened(t, Options{}), "before Open": New(Options{Socket: m.name}), "after Close": closed,
	} {
		if err := n.Ready("x"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := n.Close(); err != nil {
			t.Errorf("%s: Close: %v", name, err)
		}
	}
	if err := opened(t, Options{Socket: m.name}).Status("the only one"); err != nil {
		t.Fatal(err)
	}
	if got := m.next(); got != "STATUS=the only one" {
		t.Errorf("%q came first", got)
	}
}

// TestManagerAnew: a manager that has made its socket again is told all the same; one that is gone is an error.
func TestManagerAnew(t *testing.T) {
	m := listen(t, socketIn(t))
	n := opened(t, Options{Socket: m.name})
	if err := m.conn.Close(); err != nil {
		t.Fatal(err)
	}
	err := n.Status("is there anybody")
	if err == nil || !strings.Contains(err.Error(), `tell the service manager "STATUS=is there anybody"`) {
		t.Errorf("error %v", err)
	}
	m.open()
	for _, text := range []string{"again", "and again"} {
		if err := n.Status(text); err != nil {
			t.Error(err)
		}
		if got := m.next(); got != "STATUS="+text {
			t.Errorf("%q", got)
		}
	}
}

func TestOpenError(t *testing.T) {
	err := New(Options{Socket: socketIn(t)}).Open()
	if err == nil || !strings.Contains(err.Error(), "connect to the service manager") {
		t.Errorf("error %v", err)
	}
}

func TestFromEnvironment(t *testing.T) {
	for name, c := range map[string]struct {
		environment map[string]string
		want        Options
		err         string
	}{
		"nothing":             {nil, Options{}, ""},
		"a path":              {map[string]string{"NOTIFY_SOCKET": "/run/systemd/notify"}, Options{Socket: "/run/systemd/notify"}, ""},
		"an abstract socket":  {map[string]string{"NOTIFY_SOCKET": "@/org/x"}, Options{Socket: "@/org/x"}, ""},
		"a virtual machine's": {map[string]string{"NOTIFY_SOCKET": "vsock:2:9"}, Options{}, `take NOTIFY_SOCKET "vsock:2:9"`},
		"for any process":     {map[string]string{"WATCHDOG_USEC": "30000000"}, Options{Watchdog: 30 * time.Second}, ""},
		"for this one":        {map[string]string{"WATCHDOG_USEC": "1", "WATCHDOG_PID": "77"}, Options{Watchdog: time.Microsecond}, ""},
		"for another":         {map[string]string{"WATCHDOG_USEC": "1", "WATCHDOG_PID": "78"}, Options{}, ""},
		"never":               {map[string]string{"WATCHDOG_USEC": "0"}, Options{}, `take WATCHDOG_USEC "0"`},
		"no number":           {map[string]string{"WATCHDOG_USEC": "30s"}, Options{}, `"30s": not a number of microseconds`},
		"negative":            {map[string]string{"WATCHDOG_USEC": "-1"}, Options{}, "not a number"},
		"longest":             {map[string]string{"WATCHDOG_USEC": "9223372036854775"}, Options{Watchdog: 9223372036854775 * time.Microsecond}, ""},
		"too long":            {map[string]string{"WATCHDOG_USEC": "9223372036854776"}, Options{}, "not a number"},
	} {
		got, err := FromEnvironment(func(v string) string { return c.environment[v] }, 77)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", name, err, c.err)
		}
		if c.err == "" && (got.Socket != c.want.Socket || got.Watchdog != c.want.Watchdog) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
