package spoolctl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// request sends a request to a socket as somebody would who has no Client.
func request(t testing.TB, state, method, path, body string) (status int, answer string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", Socket(state))
	}}}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://spool"+path, strings.NewReader(body))
	must(t, err)
	got, err := client.Do(r)
	must(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(t, err)
	return got.StatusCode, string(text)
}

// TestRefusals: a request that is wrong changes nothing and is told why.
func TestRefusals(t *testing.T) {
	state := fill(t, 3)
	start(t, state)
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		want               string
	}{
		"path":        {"GET", "/", "", 404, `there is /v1/totals`},
		"method":      {"GET", pathDrop, "", 405, `it takes POST`},
		"post totals": {"POST", pathTotals, "", 405, `it takes GET`},
		"no body":     {"POST", pathDrop, "", 400, `read the selection: EOF`},
		"no JSON":     {"POST", pathDrop, "all", 400, `read the selection: invalid character`},
		"nothing":     {"POST", pathDrop, "{}", 400, `want IDs from 1 on`},
		"two ways":    {"POST", pathDrop, `{"ids":[1],"all":true}`, 400, `one of these`},
		"ID 0":        {"POST", pathDrop, `{"ids":[0]}`, 400, `want IDs from 1 on`},
		"below 0":     {"POST", pathDrop, `{"ids":[-1]}`, 400, `read the selection`},
		"unknown":     {"POST", pathDrop, `{"everything":true}`, 400, `unknown field`},
		"more":        {"POST", pathDrop, `{"all":true}{"all":true}`, 400, `more behind octet`},
		"long":        {"POST", pathDrop, `{"ids":[` + strings.Repeat("1,", maxRequest), 400, `request body too large`},
	} {
		t.Run(name, func(t *testing.T) {
			status, answer := request(t, state, c.method, c.path, c.body)
			if status != c.status || !strings.Contains(answer, c.want) || !strings.HasPrefix(answer, `{"error":"`) {
				t.Errorf("status %d, %s; want %d with %q", status, answer, c.status, c.want)
			}
		})
	}
	c := open(t, state, false)
	equal(t, 3, len(collect(t, all, c.List)))
}

// FuzzParseSelection: whatever the body is, what comes of it means something.
func FuzzParseSelection(f *testing.F) {
	f.Add([]byte(`{"ids":[1,2,18446744073709551615]}`))
	f.Add([]byte(`{"all":true}`))
	f.Add([]byte(`{"set-aside":true} `))
	f.Add([]byte(`{"ids":[1e3],"IDS":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := parseSelection(bytes.NewReader(body))
		if err != nil {
			return
		}
		if err := s.check(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	})
}

// TestAnswersOfAnother: a client that meets something else at the socket says so, and takes nothing
// that was cut for whole.
func TestAnswersOfAnother(t *testing.T) {
	totals := `{"directory":"d"}`
	for name, c := range map[string]struct {
		status       int
		answer, want string
	}{
		"cut":      {200, `{"value":{"id":1}}` + "\n", "unexpected EOF"},
		"in half":  {200, `{"value":{"id"`, "unexpected end of JSON"},
		"nothing":  {200, "", "unexpected EOF"},
		"no lines": {200, "<html>\n", "invalid character"},
		"no value": {200, "{}\n", "a line without value and end"},
		"ended":    {200, `{"end":{"error":"the disk is gone"}}`, "the disk is gone"},
		"page":     {502, "<html>bad gateway", "status 502: this is no spool's socket"},
		"refused":  {503, `{"error":"others use it"}`, "others use it"},
		"too long": {200, `"` + strings.Repeat("x", maxLine), "token too long"},
	} {
		t.Run(name, func(t *testing.T) {
			socket := Socket(t.TempDir())
			l, _, err := listen(socket)
			must(t, err)
			server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == pathTotals {
					_, _ = io.WriteString(w, totals)
					return
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			})}
			go func() { _ = server.Serve(l) }()
			defer server.Close()
			client, err := Dial(t.Context(), socket)
			must(t, err)
			err = client.Drop(t.Context(), all, func(Outcome) error { return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), socket) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// TestSocket: it has its mode, replaces that of a dead process and nothing else, and is gone at the end.
func TestSocket(t *testing.T) {
	state := fill(t, 1)
	must(t, os.Chmod(state, 0o755))
	stale, _, err := listen(Socket(state))
	must(t, err)
	must(t, stale.Close())
	must(t, os.Mkdir(Socket(state)+newSuffix, 0o700))
	must(t, os.WriteFile(Socket(state)+newSuffix+"/"+newName, nil, 0o600))
	d := start(t, state)
	info, err := os.Lstat(Socket(state))
	must(t, err)
	equal(t, fs.ModeSocket|0o600, info.Mode())
	if _, err := os.Lstat(Socket(state) + newSuffix); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket's directory is still there: %v", err)
	}
	equal(t, 1, len(collect(t, all, open(t, state, false).List)))
	must(t, d.stop())
	if _, err := os.Lstat(Socket(state)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}

// TestSocketOfAnother: the end of one server leaves the socket of the next.
func TestSocketOfAnother(t *testing.T) {
	path := Socket(t.TempDir())
	first, address, err := listen(path)
	must(t, err)
	second, next, err := listen(path)
	must(t, err)
	must(t, address.remove())
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the second socket is gone: %v", err)
	}
	must(t, errors.Join(first.Close(), second.Close(), next.remove(), next.remove()))
}

func TestSocketErrors(t *testing.T) {
	file := t.TempDir()
	must(t, os.WriteFile(Socket(file), []byte("notes"), 0o600))
	dir := t.TempDir()
	must(t, os.Mkdir(Socket(dir), 0o700))
	other := t.TempDir()
	must(t, os.MkdirAll(Socket(other)+newSuffix+"/notes", 0o700))
	for state, want := range map[string]string{
		file:          "something else is there: move it away",
		dir:           "something else is there: move it away",
		other:         "move away what is there",
		file + "/no":  "no such file or directory",
		"\x00/broken": "invalid argument",
	} {
		s, err := NewServer(Options{StateDirectory: state, Spool: new(spool.Spool)})
		must(t, err)
		if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "make socket") {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := NewServer(Options{}); err == nil {
		t.Error("a server without a spool")
	}
	text, err := os.ReadFile(Socket(file))
	must(t, err)
	equal(t, "notes", string(text))
}

// slowSpool holds up reads until it is let go.
type slowSpool struct {
	*spool.Spool
	begun, release chan struct{}
}

func (s *slowSpool) Describe(id spool.ID) (spool.Item, error) {
	s.begun <- struct{}{}
	<-s.release
	return s.Spool.Describe(id)
}

// TestEndOfServer: Run returns only when no request uses the spool any more, and the client knows that
// it has not got all.
func TestEndOfServer(t *testing.T) {
	state := fill(t, 3)
	d := &device{spool: openSpool(t, state)}
	slow := &slowSpool{d.spool, make(chan struct{}, 9), make(chan struct{})}
	d.serve(t, state, slow)
	client, err := Dial(t.Context(), Socket(state))
	must(t, err)
	listed := make(chan error, 1)
	go func() {
		listed <- client.List(context.Background(), all, func(Found) error { return nil })
	}()
	<-slow.begun
	stopped := make(chan error, 1)
	go func() { stopped <- d.stop() }()
	select {
	case err := <-stopped:
		t.Errorf("the server ended while a request used the spool: %v", err)
	case <-time.After(2 * grace):
	}
	close(slow.release)
	must(t, <-stopped)
	if err := <-listed; err == nil {
		t.Error("a list that was cut ended without an error")
	}
}

// TestSlowReader: nobody waits for somebody who reads slowly, least of all the device.
func TestSlowReader(t *testing.T) {
	state := t.TempDir()
	s := openSpool(t, state)
	large := batch(2)
	large.Compression, large.Payload = "as it is", make([]byte, 4<<20)
	for range 3 {
		_, err := s.Append(large)
		must(t, err)
	}
	must(t, s.Close())
	d := start(t, state)
	client, err := Dial(t.Context(), Socket(state))
	must(t, err)
	begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		n := 0
		err := client.Read(context.Background(), all, func(f Found) error {
			if n++; n == 1 {
				close(begun)
				<-goOn
			}
			if len(f.Item.Payload) != 4<<20 {
				return fmt.Errorf("batch %d has %d octets", f.Item.ID, len(f.Item.Payload))
			}
			return nil
		})
		if n != 3 && err == nil {
			err = fmt.Errorf("%d batches read", n)
		}
		ended <- err
	}()
	<-begun
	_, err = d.spool.Append(batch(9))
	must(t, err)
	equal(t, 4, len(collect(t, all, client.List)))
	equal(t, 1, len(collect(t, ids(4), client.Drop)))
	close(goOn)
	must(t, <-ended)
}

// TestStandsStill: a device that takes connections and never answers.
func TestStandsStill(t *testing.T) {
	l, address, err := listen(Socket(t.TempDir()))
	must(t, err)
	defer func() { must(t, errors.Join(l.Close(), address.remove())) }()
	if _, err := dial(t.Context(), address.path, 50*time.Millisecond); err == nil || !strings.Contains(err.Error(), "does not answer within 50ms") {
		t.Errorf("error %v", err)
	}
}

// TestTooMany: more than some at a time are turned away.
func TestTooMany(t *testing.T) {
	state := fill(t, 1)
	d := &device{spool: openSpool(t, state)}
	slow := &slowSpool{d.spool, make(chan struct{}, maxCalls), make(chan struct{})}
	d.serve(t, state, slow)
	client, err := Dial(t.Context(), Socket(state))
	must(t, err)
	ended := make(chan error, maxCalls)
	for range maxCalls {
		go func() { ended <- client.List(context.Background(), all, func(Found) error { return nil }) }()
	}
	for range maxCalls {
		<-slow.begun
	}
	if err := client.Drop(t.Context(), all, nil); err == nil || !strings.Contains(err.Error(), "8 others use the spool's socket") {
		t.Errorf("error %v", err)
	}
	close(slow.release)
	for range maxCalls {
		must(t, <-ended)
	}
}

// TestPeerOfNoSocket: somebody else is turned away, and the log says so.
func TestPeerOfNoSocket(t *testing.T) {
	state := fill(t, 1)
	var log bytes.Buffer
	s, err := NewServer(Options{StateDirectory: state, Spool: new(spool.Spool), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	must(t, err)
	a, b := net.Pipe()
	defer func() { must(t, errors.Join(a.Close(), b.Close())) }()
	ctx := withPeer(t.Context(), a)
	w := httptest.NewRecorder()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://spool"+pathTotals, nil)
	must(t, err)
	s.handler().ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || !strings.Contains(log.String(), "who may not") {
		t.Errorf("status %d, log %s", w.Code, log.String())
	}
}

// TestConcurrent: several operators and the device itself use one spool; nothing is lost, nothing is
// done twice.
func TestConcurrent(t *testing.T) {
	const n = 200
	state := fill(t, n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	d := start(t, state)
	var outcomes [4][]Outcome
	ended := make(chan error, 6)
	for i := range outcomes {
		go func() {
			client, err := Dial(t.Context(), Socket(state))
			if err == nil {
				operation := client.Drop
				if i == 0 {
					operation = client.Retry
				}
				err = operation(t.Context(), aside, func(o Outcome) error { outcomes[i] = append(outcomes[i], o); return nil })
			}
			ended <- err
		}()
	}
	go func() {
		client, err := Dial(t.Context(), Socket(state))
		if err == nil {
			err = client.Read(t.Context(), all, func(f Found) error {
				_, err := f.Item.Raw()
				return err
			})
		}
		ended <- err
	}()
	go func() {
		var err error
		for id := spool.ID(11); id <= n; id += 2 {
			err = errors.Join(err, d.spool.Done(id))
		}
		ended <- err
	}()
	for range cap(ended) {
		must(t, <-ended)
	}
	done := 0
	for _, of := range outcomes {
		for _, o := range of {
			if o.Problem != "" {
				t.Errorf("batch %d: %s", o.ID, o.Problem)
			}
			done++
		}
	}
	st := d.spool.Stats()
	if done != 10 || !st.Balanced() || st.Aside.Batches != 0 || st.Delivered.Batches != 95 {
		t.Errorf("%d of 10 were done: %+v", done, st)
	}
}

// TestMany: many batches come in order, and the sender is told of a change to many now and then only.
func TestMany(t *testing.T) {
	const n = 4000
	state := t.TempDir()
	s := openSpool(t, state)
	for i := range n {
		b := batch(uint64(i + 1))
		b.Destination = shanghai
		_, err := s.Append(b)
		must(t, err)
	}
	must(t, s.Close())
	d := start(t, state)
	c := open(t, state, true)
	last := spool.ID(0)
	must(t, c.List(t.Context(), all, func(f Found) error {
		if f.Item.ID != last+1 || f.Problem != "" {
			return fmt.Errorf("batch %d after %d: %s", f.Item.ID, last, f.Problem)
		}
		last++
		return nil
	}))
	if last != n {
		t.Errorf("%d of %d batches listed", last, n)
	}
	var some Selection
	for id := spool.ID(1); id <= 100; id++ {
		some.IDs = append(some.IDs, id)
	}
	if changes := d.changes.Load(); changes != 0 || len(collect(t, some, c.Drop)) != 100 {
		t.Errorf("told of %d changes by a list", changes)
	}
	if changes := d.changes.Load(); changes < 1 || changes > 60 {
		t.Errorf("told of %d changes", changes)
	}
}
