package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/keys"
)

const testVersion = "2018-03-13"

var (
	master = identity{id: "LTAI5tTestTestTestTest01", secret: "testSecretTestSecretTestSecret"}
	guest  = identity{id: "STS.NTestTestTestTest02", secret: "guestSecretGuestSecretGuestSec", token: "CAISabc+/def=="}
	noon   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

// handlerFunc is a Handler.
type handlerFunc func(ctx context.Context, r *Request) (Object, error)

func (f handlerFunc) Call(ctx context.Context, r *Request) (Object, error) { return f(ctx, r) }

// lab is a server with a clock that can be set, and what its handler saw.
type lab struct {
	*httptest.Server
	rpc    *Server
	keys   *keys.Store
	faults *fault.Plan
	logs   *bytes.Buffer

	mu    sync.Mutex
	now   time.Time
	nonce int
	seen  []*Request
	reply func(r *Request) (Object, error)
}

// keyStore holds master, and guest until the token's end.
func keyStore(t testing.TB, end time.Time) *keys.Store {
	t.Helper()
	file := filepath.Join(t.TempDir(), "credentials")
	text := fmt.Sprintf("[default]\ntype = access_key\naccess_key_id = %s\naccess_key_secret = %s\n"+
		"[guest]\ntype = sts\naccess_key_id = %s\naccess_key_secret = %s\nsecurity_token = %s\nexpiration = %s\n",
		master.id, master.secret, guest.id, guest.secret, guest.token, end.Format(time.RFC3339))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := keys.Open(keys.Options{File: file, Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func newLab(t testing.TB, change ...func(*Options)) *lab {
	t.Helper()
	store := keyStore(t, noon.Add(time.Hour))
	l := &lab{keys: store, now: noon, logs: &bytes.Buffer{}}
	l.faults = fault.New(fault.Options{Now: l.clock})
	o := Options{
		Handler: handlerFunc(l.call), Keys: store, Version: testVersion, Product: "Smartag", Now: l.clock, Faults: l.faults,
		Actions: []string{"CreateFlowLog", "DescribeFlowLogs", "DescribeSmartAccessGatewayAttribute"},
		Log:     slog.New(slog.NewTextHandler(l.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&o)
	}
	var err error
	if l.rpc, err = New(o); err != nil {
		t.Fatal(err)
	}
	l.keys = o.Keys
	l.Server = httptest.NewUnstartedServer(l.rpc)
	l.Config = l.rpc.HTTP()
	l.Start()
	t.Cleanup(l.Close)
	return l
}

func (l *lab) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *lab) set(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = now
}

func (l *lab) fresh() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.nonce++
	return fmt.Sprint("nonce-", l.nonce)
}

// call remembers the request and answers by reply, or with an echo.
func (l *lab) call(_ context.Context, r *Request) (Object, error) {
	l.mu.Lock()
	l.seen = append(l.seen, r)
	reply := l.reply
	l.mu.Unlock()
	if reply != nil {
		return reply(r)
	}
	return Object{{"FlowLogId", "fl-1"}, {"Description", r.Parameters["Description"]}}, nil
}

// carriedOut is how many calls the handler saw.
func (l *lab) carriedOut() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.seen)
}

func (l *lab) last(t *testing.T) *Request {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.seen) == 0 {
		t.Fatal("the handler saw nothing")
	}
	return l.seen[len(l.seen)-1]
}

// reply is an answer in a form that both formats share.
type reply struct {
	status int
	header http.Header
	body   string

	XMLName                                     xml.Name
	RequestID                                   string `json:"RequestId" xml:"RequestId"`
	HostID                                      string `json:"HostId" xml:"HostId"`
	Code, Message, Recommend, FlowLogID, Detail string
}

func (l *lab) do(t *testing.T, r *http.Request) reply {
	t.Helper()
	response, err := l.Client().Transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	return parseReply(t, response)
}

func parseReply(t *testing.T, response *http.Response) reply {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := reply{status: response.StatusCode, header: response.Header, body: string(text)}
	if len(text) == 0 {
		return got
	}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		err = json.Unmarshal(text, &got)
	} else {
		err = xml.Unmarshal(text, &got)
	}
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return got
}

// get signs a plain call of CreateFlowLog with version 1.0 and sends it.
func (l *lab) get(t *testing.T, query map[string]string) reply {
	t.Helper()
	all := map[string]string{"Action": "CreateFlowLog", "Format": "JSON"}
	for name, value := range query {
		all[name] = value
	}
	return l.do(t, order{method: "GET", query: all}.version1(l.URL, master, "HMAC-SHA1", l.clock(), l.fresh()))
}
