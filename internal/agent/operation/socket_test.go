package operation

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// overSocket is a client that asks at a unix socket.
func overSocket(path string) *http.Client {
	return &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
}

// TestProfiles: profiles are on the socket, which only its owner may use, and not on TCP.
func TestProfiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pprof.sock")
	address, _ := start(t, Options{PprofSocket: path})
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("%v, error %v", info, err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("%v, error %v", names, err)
	}
	for page, want := range map[string]string{
		"":                                  "heap",
		"goroutine?debug=1":                 "goroutine profile",
		"heap":                              "\x1f\x8b",
		"cmdline":                           "operation.test",
		"profile?seconds=1":                 "\x1f\x8b",
		"trace?seconds=0.01":                "go 1.",
		"symbol?" + "0x1":                   "num_symbols",
		"goroutine?debug=2&anything=at+all": "goroutine",
	} {
		if got := fetch(t, overSocket(path), "http://sagflow/debug/pprof/"+page); !strings.Contains(got, want) {
			t.Errorf("%s: %.200q", page, got)
		}
	}
	r, err := client().Get("http://" + address + "/debug/pprof/")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusNotFound {
		t.Errorf("over TCP: %s", r.Status)
	}
	if r, err := overSocket(path).Get("http://sagflow/metrics"); err != nil || r.StatusCode != http.StatusNotFound {
		t.Errorf("metrics on the socket: %v, error %v", r, err)
	} else {
		_ = r.Body.Close()
	}
}

// left makes a socket that nobody serves any longer.
func left(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestPlace: which paths are taken, and which are refused and stay as they are.
func TestPlace(t *testing.T) {
	dir, err := os.MkdirTemp("", "s") // short: the path of a socket is bounded
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		prepare func(path string)
		want    string // "": it is taken
	}{
		{"nothing", func(string) {}, ""},
		{"dead", func(path string) { left(t, path) }, ""},
		{"half-made", func(path string) {
			must(os.Mkdir(path+newSuffix, 0o700))
			left(t, filepath.Join(path+newSuffix, newName))
		}, ""},
		{"file", func(path string) { must(os.WriteFile(path, []byte("precious"), 0o600)) }, "something that is no socket is there: name another path"},
		{"directory", func(path string) { must(os.Mkdir(path, 0o700)) }, "something that is no socket is there"},
		{"link", func(path string) { must(os.Symlink("dead", path)) }, "something that is no socket is there"},
		{"served", func(path string) {
			l, err := net.Listen("unix", path)
			must(err)
			t.Cleanup(func() { _ = l.Close() })
		}, "another process serves it: end that one, or name another path"},
		{"datagrams", func(path string) {
			l, err := net.ListenPacket("unixgram", path)
			must(err)
			t.Cleanup(func() { _ = l.Close() })
		}, "whether another process serves it is not known"},
		{"full", func(path string) {
			must(os.Mkdir(path+newSuffix, 0o700))
			must(os.WriteFile(filepath.Join(path+newSuffix, "file"), nil, 0o600))
		}, "move away what is there"},
		{strings.Repeat("x", maxSocketPath), func(string) {}, "octets: name one of at most 96"},
		{"no/such", func(string) {}, "no such file or directory"},
	} {
		path := filepath.Join(dir, c.name)
		c.prepare(path)
		before, _ := os.Lstat(path)
		s, err := openSocket(path)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if info, err := os.Lstat(path); err != nil || !os.SameFile(info, s.info) || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, error %v", c.name, info, err)
			}
			must(errors.Join(s.Close(), s.remove(), s.remove()))
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), "make socket for profiles \"") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %s", c.name, err, c.want)
		}
		if after, _ := os.Lstat(path); (before == nil) != (after == nil) || before != nil && !os.SameFile(before, after) {
			t.Errorf("%s: %v is %v now", c.name, before, after)
		}
	}
}

// What has taken the socket's place stays.
func TestRemoveAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s, err := openSocket(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path), os.WriteFile(path, nil, 0o600), s.Close(), s.remove()); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); err != nil {
		t.Error(err)
	}
}

// Another user's socket is refused, dead or not; root takes the place of a dead one.
func TestOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		testutil.Missing(t, "the right to be another user", "Run the tests as root.")
	}
	path := filepath.Join(t.TempDir(), "s")
	left(t, path)
	if err := os.Chown(path, 4321, 4321); err != nil {
		t.Fatal(err)
	}
	if err := vacant(path); err != nil {
		t.Errorf("root: %v", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := ownedBy(info, 1234); err == nil || err.Error() != "the socket there is user 4321's: name another path" {
		t.Errorf("another user: %v", err)
	}
	if err := ownedBy(info, 4321); err != nil {
		t.Errorf("the owner: %v", err)
	}
}
