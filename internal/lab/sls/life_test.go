package sls

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls/auth"
	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// TestRotation changes the credentials file while the server runs: the old key ends, and the new one works.
func TestRotation(t *testing.T) {
	l := newLab(t, nil)
	q := write(t, codec.None, groupOf("b", 1, 0, 1))
	equal(t, "before", http.StatusOK, l.answered(q).status)
	must(t, os.WriteFile(l.at.Credentials, []byte(strings.ReplaceAll(keyFile, "LTAI5tDefault", "LTAI5tRotated")), 0o600))
	a := l.answered(q)
	equal(t, "the old key", "401 Unauthorized", fmt.Sprintf("%d %s", a.status, a.code))
	l.prepare()
	equal(t, "the new key", http.StatusOK, l.answered(q).status)
	must(t, os.WriteFile(l.at.Credentials, []byte("not a credentials file"), 0o600))
	equal(t, "a file that can't be read changes nothing", http.StatusOK, l.answered(q).status)
}

// TestEnvironment takes the pair of the environment, and makes no file.
func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	pair := map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tEnv", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "envSecret"}
	r, w := io.Pipe()
	s, err := New(Options{
		Listen: "127.0.0.1:0", Store: filepath.Join(dir, "sls"), Stdout: w, Getenv: func(name string) string { return pair[name] },
	})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	line, err := bufio.NewReader(r).ReadBytes('\n')
	must(t, err)
	var at Location
	must(t, json.Unmarshal(line, &at))
	equal(t, "credentials", "", at.Credentials)
	cancel()
	must(t, <-ended)
	files, err := os.ReadDir(dir)
	must(t, err)
	if len(files) != 1 || files[0].Name() != "sls" {
		t.Errorf("files %v", files)
	}
}

// TestClock takes the time from the options: signatures of another time are refused, those of its own are not.
func TestClock(t *testing.T) {
	var ahead atomic.Int64
	l := newLab(t, func(o *Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	q := write(t, codec.None, groupOf("b", 1, 0, 1))
	for _, off := range []time.Duration{0, 14 * time.Minute, -14 * time.Minute, 16 * time.Minute, -16 * time.Minute, 24 * time.Hour} {
		ahead.Store(int64(off))
		q.at = time.Now()
		want := http.StatusOK
		if off.Abs() > 15*time.Minute {
			want = http.StatusBadRequest
		}
		a := l.answered(q)
		equal(t, fmt.Sprintf("%v ahead", off), want, a.status)
		at, err := http.ParseTime(a.header.Get("Date"))
		if err != nil || at.Sub(time.Now().Add(off)).Abs() > time.Minute {
			t.Errorf("%v ahead: Date %v, %v", off, at, err)
		}
		q.at = at
		equal(t, fmt.Sprintf("%v ahead, by its Date", off), http.StatusOK, l.answered(q).status)
	}
}

// TestStopWaits lets a write that runs end before the server does, and the store holds it.
func TestStopWaits(t *testing.T) {
	l := newLab(t, nil)
	l.inject(`{"kind":"latency","count":1,"parameters":{"delay":"300ms"}}`)
	answered := make(chan reply, 1)
	go func() {
		a, err := l.send(write(t, codec.None, groupOf("b", 1, 0, 4)))
		if err != nil {
			t.Error(err)
		}
		answered <- a
	}()
	for l.faults().Faults[fault.Latency] == 0 {
		time.Sleep(time.Millisecond)
	}
	l.stopped()
	if a := <-answered; a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	equal(t, "records", uint64(4), l.tally().Unique)
}

// TestStopCuts ends in time also where a client does not let go.
func TestStopCuts(t *testing.T) {
	l := newLab(t, nil)
	l.inject(`{"kind":"endless-body"}`)
	go func() {
		resp, err := l.client.Do(l.sign(write(t, codec.None, groupOf("b", 1, 0, 1))))
		if err == nil {
			<-t.Context().Done()
			_ = resp.Body.Close()
		}
	}()
	for l.faults().Faults[fault.EndlessBody] == 0 {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	l.stopped()
	if took := time.Since(began); took > 2*grace {
		t.Errorf("it took %v", took)
	}
}

// TestBrokenClients send half a request, or go away: the server stays.
func TestBrokenClients(t *testing.T) {
	l := newLab(t, nil)
	address := strings.TrimPrefix(l.at.SLS, "http://")
	for _, text := range []string{
		"", "\x00\x01\x02", "GET", "POST /logstores/flows HTTP/1.1\r\nHost: a.b\r\nContent-Length: 100\r\n\r\nhalf",
		"GET / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\nHost: a.b\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	} {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		must(t, err)
		_, err = c.Write([]byte(text))
		must(t, err)
		must(t, c.Close())
	}
	equal(t, "a write behind them", http.StatusOK, l.answered(write(t, codec.None, groupOf("b", 1, 0, 1))).status)
	equal(t, "groups", uint64(1), l.tally().Groups)
}

// TestAdminIsApart keeps faults off the service's listener, and the service off the admin's.
func TestAdminIsApart(t *testing.T) {
	l := newLab(t, nil)
	a := l.answered(request{method: http.MethodGet, host: strings.TrimPrefix(l.at.SLS, "http://"), uri: "/faults"})
	equal(t, "faults at the service", "501 NotSupported", fmt.Sprintf("%d %s", a.status, a.code))
	resp, err := http.Get(l.at.Admin + "/logstores")
	must(t, err)
	must(t, resp.Body.Close())
	equal(t, "logstores at the admin listener", http.StatusNotFound, resp.StatusCode)
	resp, err = http.Get(l.at.Admin + "/faults")
	must(t, err)
	defer func() { _ = resp.Body.Close() }()
	var list struct {
		Kinds   []fault.Kind
		Actions []string
	}
	must(t, json.NewDecoder(resp.Body).Decode(&list))
	equal(t, "kinds", len(Kinds()), len(list.Kinds))
	equal(t, "actions", len(Actions())+1, len(list.Actions))
}

// TestWhere chooses calls by what rules may name.
func TestWhere(t *testing.T) {
	query := url.Values{"key": {"0f"}, "empty": {""}}
	c := &call{
		route: route{action: actPutLogs, project: "proj", logstore: "flows", shard: "route"}, query: query,
		claim: &auth.Claim{AccessKeyID: "LTAI5t"},
	}
	for name, want := range map[string]string{
		"Project": "proj", "Logstore": "flows", "Shard": "route", "AccessKeyId": "LTAI5t", "key": "0f", "empty": "",
	} {
		if got, ok := c.lookup(name); got != want || !ok {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	none := &call{query: url.Values{}}
	for _, name := range []string{"Project", "Logstore", "Shard", "AccessKeyId", "key"} {
		if got, ok := none.lookup(name); ok {
			t.Errorf("%s: %q where there is none", name, got)
		}
	}
}

func TestAccepts(t *testing.T) {
	for header, want := range map[string]codec.Codec{
		"": codec.None, "lz4": codec.LZ4, "zstd": codec.Zstd, "deflate": codec.None, "gzip": codec.None, "gzip, deflate, zstd": codec.Zstd, "br,lz4": codec.LZ4,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://a.b/", http.NoBody)
		must(t, err)
		r.Header.Set("Accept-Encoding", header)
		if got := (&call{http: r}).accepts(); got != want {
			t.Errorf("%q: got %v, want %v", header, got, want)
		}
	}
}
