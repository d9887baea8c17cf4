package operation

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
)

// patience is for what has happened or happens at once, on a busy machine.
const patience = 30 * time.Second

// start opens a server on a free port and runs it. stop ends it, and returns what Run did.
func start(t *testing.T, o Options) (address string, stop func() error) {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	s := New(o)
	address, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	var done bool
	stop = func() error {
		if done {
			return nil
		}
		done = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return address, stop
}

// client is one that keeps no connection.
func client() *http.Client {
	return &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
}

// fetch gets a page over a network.
func fetch(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	r, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, error %v: %s", url, r.Status, err, body)
	}
	return string(body)
}

// ours are the goroutines of this package's code, and of the connections that it serves.
func ours() string {
	text := make([]byte, 1<<20)
	text = text[:runtime.Stack(text, true)]
	var all []string
	for _, one := range strings.Split(string(text), "\n\n") {
		if !strings.Contains(one, "testing.") && (strings.Contains(one, "agent/operation.") || strings.Contains(one, "net/http.(*conn).serve")) {
			all = append(all, one)
		}
	}
	return strings.Join(all, "\n\n")
}

// TestRun: what was opened is served until the context ends; then no goroutine, port or socket is left.
func TestRun(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "pprof.sock")
	s := fullStatus()
	address, stop := start(t, Options{PprofSocket: socket, Status: func() *agent.Status { return s }, Version: "1.2.3", Now: func() time.Time { return s.Updated }})
	if got := fetch(t, client(), "http://"+address+"/healthz"); got != "ok\n" {
		t.Errorf("healthz: %q", got)
	}
	// A connection that asks nothing holds nobody up at the end.
	idle, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	began := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > patience {
		t.Errorf("it took %v to end", took)
	}
	if _, err := os.Lstat(socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
	if c, err := net.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the port is left: %v, %v", c, err)
	}
	for left := time.Now().Add(patience); ours() != ""; time.Sleep(time.Millisecond) { // a connection's last steps
		if time.Now().After(left) {
			t.Fatalf("goroutines are left:\n%s", ours())
		}
	}
}

// TestCut: an answer that takes too long doesn't hold the end up, and whoever waits for it is told.
func TestCut(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	address, stop := start(t, Options{Status: func() *agent.Status {
		close(asked)
		<-release
		return nil
	}})
	answered := make(chan error, 1)
	go func() {
		r, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get("http://" + address + "/healthz")
		if err == nil {
			_ = r.Body.Close()
		}
		answered <- err
	}()
	<-asked
	if err := stop(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-answered:
		if err == nil {
			t.Error("there was an answer")
		}
	case <-time.After(patience):
		t.Error("it still waits")
	}
}

// With nothing to listen on, Run waits for the end.
func TestNothingToServe(t *testing.T) {
	s := New(Options{})
	if address, err := s.Open(); address != "" || err != nil {
		t.Errorf("%q, error %v", address, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Run(ctx); err != nil {
		t.Error(err)
	}
}

// TestPortInUse: the error names the setting, the value and what to do, and nothing stays open.
func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().String()
	for _, c := range []struct {
		listen, want string
		errno        syscall.Errno
	}{
		{taken, syscall.EADDRINUSE.Error() + ": end the process that listens there, or give metrics another HOST:PORT (port 0 takes a free one)", syscall.EADDRINUSE},
		{"192.0.2.1:0", syscall.EADDRNOTAVAIL.Error() + ": give metrics an address of this machine, as 127.0.0.1:9105, or :9105 for all of them", syscall.EADDRNOTAVAIL},
		{"127.0.0.1", "listen tcp: address 127.0.0.1: missing port in address: want HOST:PORT", 0},
	} {
		s := New(Options{Listen: c.listen})
		address, err := s.Open()
		if err == nil || address != "" || !strings.HasPrefix(err.Error(), fmt.Sprintf("listen on metrics %q: %s", c.listen, c.want)) {
			t.Errorf("%s: %q, error %v; want %s", c.listen, address, err, c.want)
		}
		if c.errno != 0 && !errors.Is(err, c.errno) {
			t.Errorf("%s: error %v is not %v", c.listen, err, c.errno)
		}
		if err := s.Run(t.Context()); err == nil {
			t.Errorf("%s: it runs", c.listen)
		}
	}
}

// What of two listeners can't be had closes the other one.
func TestOpenAllOrNothing(t *testing.T) {
	s := New(Options{Listen: "127.0.0.1:0", PprofSocket: filepath.Join(t.TempDir(), "no", "such", "directory")})
	if _, err := s.Open(); err == nil || len(s.served) != 0 {
		t.Errorf("error %v, %d are open", err, len(s.served))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Close is for what was opened and never ran.
func TestClose(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	s := New(Options{Listen: "127.0.0.1:0", PprofSocket: socket})
	address, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Open(); again != address || err != nil {
		t.Errorf("opened again: %q, error %v", again, err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := net.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("the port is left: %v", err)
	}
	if _, err := os.Lstat(socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is left: %v", err)
	}
}

// TestConnections: more connections than there may be are closed at once, and those that end make room.
func TestConnections(t *testing.T) {
	address, _ := start(t, Options{})
	var all []net.Conn
	ask := func() (net.Conn, error) {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(patience))
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			return c, err
		}
		_, err = bufio.NewReader(c).ReadString('\n')
		return c, err
	}
	for i := range maxConnections {
		c, err := ask()
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		all = append(all, c)
	}
	c, err := ask()
	_ = c.Close()
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("one more: error %v", err)
	}
	for _, c := range all {
		_ = c.Close()
	}
	for left := time.Now().Add(patience); ; time.Sleep(time.Millisecond) { // the server has yet to see that they are closed
		c, err := ask()
		_ = c.Close()
		if err == nil {
			break
		}
		if time.Now().After(left) {
			t.Fatalf("no room again: %v", err)
		}
	}
}

// A request with more headers than there may be is refused.
func TestLargeHeader(t *testing.T) {
	address, _ := start(t, Options{})
	request, err := http.NewRequest(http.MethodGet, "http://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X", strings.Repeat("x", 64<<10))
	r, err := client().Do(request)
	if err == nil {
		_ = r.Body.Close()
		if r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Error(r.Status)
		}
	}
}

// TestSlow: who sends no header, or half of one, is cut off. It is the server's limits that are looked at, not a clock.
func TestSlow(t *testing.T) {
	s := New(Options{Listen: "127.0.0.1:0", PprofSocket: filepath.Join(t.TempDir(), "s")})
	if _, err := s.Open(); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, one := range s.served {
		h := one.server
		if h.ReadHeaderTimeout <= 0 || h.ReadTimeout <= 0 || h.WriteTimeout <= 0 || h.IdleTimeout <= 0 || h.MaxHeaderBytes <= 0 || h.Handler == nil {
			t.Errorf("no limit: %+v", h)
		}
	}
}
