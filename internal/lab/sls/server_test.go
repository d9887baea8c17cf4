package sls

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"no store":     {Options{}, "no store directory"},
		"remote":       {Options{Store: "x", Listen: "192.0.2.1:80"}, `"192.0.2.1:80": want a loopback address`},
		"all":          {Options{Store: "x", Listen: ":80"}, "want a loopback address"},
		"no port":      {Options{Store: "x", Listen: "127.0.0.1"}, "want HOST:PORT"},
		"remote admin": {Options{Store: "x", AdminListen: "0.0.0.0:1", AllowRemote: true}, "admin listen address"},
	} {
		if _, err := New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := New(Options{Store: "x", Listen: "0.0.0.0:0", AllowRemote: true}); err != nil {
		t.Error(err)
	}
	if _, err := NewHandler(HandlerOptions{}); err == nil {
		t.Error("a handler of nothing was made")
	}
}

func TestLocation(t *testing.T) {
	l := newLab(t, nil)
	if !strings.HasPrefix(l.at.SLS, "http://127.0.0.1:") || !strings.HasPrefix(l.at.Admin, "http://127.0.0.1:") || !filepath.IsAbs(l.at.Credentials) {
		t.Errorf("%+v", l.at)
	}
	if filepath.Dir(l.at.Credentials) != filepath.Dir(l.dir) {
		t.Errorf("the credentials %s are not beside the store %s", l.at.Credentials, l.dir)
	}
}

// TestStoreHere has the working directory as its store, which must not hold the credentials.
func TestStoreHere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sls")
	must(t, os.Mkdir(dir, 0o700))
	t.Chdir(dir)
	l := startLab(t, ".", nil)
	equal(t, "credentials", filepath.Join(filepath.Dir(dir), credentialsName), l.at.Credentials)
	l.stopped()
	startLab(t, ".", nil)
}

// TestKeysAreMade starts without a credentials file.
func TestKeysAreMade(t *testing.T) {
	l := startLab(t, filepath.Join(t.TempDir(), "sls"), nil)
	info, err := os.Stat(l.at.Credentials)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if a := l.answered(write(t, codec.None, groupOf("b", 1, 0, 1))); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestRunRefuses(t *testing.T) {
	l := newLab(t, nil)
	run := func(o Options) error {
		o.Getenv = noEnvironment
		s, err := New(o)
		must(t, err)
		return s.Run(context.Background())
	}
	if err := run(Options{Store: l.dir, Listen: "127.0.0.1:0"}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a store that is open: %v", err)
	}
	taken := strings.TrimPrefix(l.at.SLS, "http://")
	if err := run(Options{Store: filepath.Join(t.TempDir(), "x"), Listen: taken}); err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("an address that is taken: %v", err)
	}
	if err := run(Options{Store: filepath.Join(t.TempDir(), "x"), Listen: "127.0.0.1:0", Stdout: broken{}}); err == nil {
		t.Error("stdout that is closed was taken")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestRestart finds everything again.
func TestRestart(t *testing.T) {
	l := newLab(t, nil)
	c := l.sdk(sdk.AuthV4, "default")
	must(t, c.CreateLogStore(project, "other", 5, 3, false, 3))
	must(t, c.PutLogs(project, logstore, groupOf("b", 1, 0, 7)))
	l.stopped()
	l = startLab(t, l.dir, nil)
	c = l.sdk(sdk.AuthV4, "default")
	names, err := c.ListLogStore(project)
	must(t, err)
	equal(t, "logstores", []string{"flows", "other"}, names)
	r, err := c.GetLogs(project, logstore, "", 1_700_000_000, 1_700_000_100, "", 100, 0, false)
	if err != nil || r.Count != 7 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestConcurrentWriters writes from many clients, each batch twice.
func TestConcurrentWriters(t *testing.T) {
	l := newLab(t, nil)
	const writers, batches, records = 12, 15, 40
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for b := range batches {
				for range 2 {
					q := write(t, codec.Codec(b%4), groupOf(fmt.Sprint(w), b, 0, records))
					q.uri = "/logstores/" + logstore + fmt.Sprint(w%3)
					q.version = 1 + w%2*3
					if a := l.answered(q); a.status != http.StatusOK {
						t.Errorf("%d %s", a.status, a.body)
					}
				}
			}
		})
	}
	wg.Wait()
	const sum = writers * batches * records
	want := Tally{
		Groups: 2 * writers * batches, Received: 2 * sum, Unique: sum, Resent: sum,
		Devices: 1, Boots: writers, Batches: writers * batches,
	}
	equal(t, "tally", want, l.tally())
}

// TestDamagedGroup reads around a group that was damaged on disk.
func TestDamagedGroup(t *testing.T) {
	l := newLab(t, nil)
	c := l.sdk(sdk.AuthV1, "default")
	must(t, c.CreateLogStore(project, logstore, 1, 1, false, 1))
	for b := range 3 {
		l.answered(write(t, codec.None, groupOf(fmt.Sprintf("boot-%d", b), b, 0, 2)))
	}
	path := filepath.Join(l.dir, "0000000001.log")
	text, err := os.ReadFile(path)
	must(t, err)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt([]byte("#"), int64(strings.Index(string(text), "boot-1")))
	must(t, errors.Join(err, f.Close()))
	r, err := c.GetLogs(project, logstore, "", 1_700_000_000, 1_700_000_100, "", 100, 0, false)
	if err != nil || r.Count != 4 {
		t.Errorf("%+v, %v", r, err)
	}
	list, next, err := c.PullLogs(project, logstore, 0, "MA==", "", 10)
	if err != nil || len(list.LogGroups) != 2 || next != cursor(3) {
		t.Errorf("%v, %q, %v", list, next, err)
	}
	equal(t, "tally", Tally{Groups: 2, Received: 4, Unique: 4, Lost: 1, Devices: 1, Boots: 2, Batches: 2}, l.tally())
}
