package smartag

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RPC signature 1.0 is HMAC-SHA1
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/flowlog"
)

const (
	gateway   = "sag-0nnf0a1b2c3d4e5f6"
	region    = "cn-shanghai"
	idA       = "fl-aaaaaaaaaaaaaaaaa"
	idB       = "fl-bbbbbbbbbbbbbbbbb"
	keyID     = "LTAI5tKeyIdOfTheTest"
	keySecret = "s3cr3t+of/the=test~*&"
	token     = "CAIS+token/of=the test"
	requestID = "650CB9E8-20F3-4538-A4FC-1DA1B36E42D9"
)

// keyring is a credentials.Provider: Get gives the first keys, each Refresh goes one further.
type keyring struct {
	mu        sync.Mutex
	keys      []credentials.Credentials
	err       error
	refreshed int
}

func newKeyring() *keyring {
	return &keyring{keys: []credentials.Credentials{{AccessKeyID: keyID, AccessKeySecret: keySecret}}}
}

func (k *keyring) Get() (credentials.Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keys[0], k.err
}

func (k *keyring) Refresh() (credentials.Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refreshed++
	if len(k.keys) > 1 {
		k.keys = k.keys[1:]
	}
	return k.keys[0], k.err
}

func (k *keyring) Origin() string { return "the test" }

// fakeAPI answers both actions; any goroutine may change it.
type fakeAPI struct {
	mu       sync.Mutex
	ids      []string
	flowLogs map[string]map[string]any
	// before may answer in place of the API.
	before func(w http.ResponseWriter, r *http.Request) bool
	calls  []url.Values
	times  []time.Time
}

func (a *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	q := r.URL.Query()
	a.calls, a.times = append(a.calls, q), append(a.times, time.Now())
	before := a.before
	a.mu.Unlock()
	if before != nil && before(w, r) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if q.Get("Action") == gatewayAction {
		fmt.Fprint(w, gatewayBody(q.Get("SmartAGId"), a.ids...))
		return
	}
	var set []map[string]any
	if f, found := a.flowLogs[q.Get("FlowLogId")]; found {
		set = append(set, f)
	}
	fmt.Fprint(w, flowLogsBody(set...))
}

// bind has the API say that these are bound.
func (a *fakeAPI) bind(set ...map[string]any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids, a.flowLogs = nil, map[string]map[string]any{}
	for _, f := range set {
		id := f["FlowLogId"].(string)
		a.ids, a.flowLogs[id] = append(a.ids, id), f
	}
}

// answer sets what answers in place of the API, nil for none.
func (a *fakeAPI) answer(before func(w http.ResponseWriter, r *http.Request) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.before = before
}

// fails has each call answered by this status and code; 0 has the API work again.
func (a *fakeAPI) fails(status int, code string) {
	if status == 0 {
		a.answer(nil)
		return
	}
	a.answer(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		fmt.Fprint(w, errorBody(code, "No."))
		return true
	})
}

func (a *fakeAPI) seen() ([]url.Values, []time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]url.Values(nil), a.calls...), append([]time.Time(nil), a.times...)
}

func marshal(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func gatewayBody(id string, flowLogIDs ...string) string {
	if flowLogIDs == nil {
		flowLogIDs = []string{}
	}
	return marshal(map[string]any{
		"RequestId": requestID, "SmartAGId": id, "Name": "lab", "SomethingNew": []int{1},
		"FlowLogIds": map[string]any{"FlowLogId": flowLogIDs},
	})
}

func flowLogsBody(set ...map[string]any) string {
	if set == nil {
		set = []map[string]any{}
	}
	return marshal(map[string]any{
		"RequestId": requestID, "TotalCount": len(set), "PageNumber": 1, "PageSize": 10,
		"FlowLogs": map[string]any{"FlowLogSetType": set},
	})
}

func errorBody(code, message string) string {
	return marshal(map[string]any{"RequestId": requestID, "HostId": "smartag", "Code": code, "Message": message, "Recommend": "https://x"})
}

// describedAs is a FlowLog as the API describes it, wantedAs what the device makes of it.
func describedAs(id, collector string) map[string]any {
	return map[string]any{
		"FlowLogId": id, "Name": "n", "Description": "d", "Status": "Active", "OutputType": "netflow",
		"ActiveAging": 300, "InactiveAging": 15, "NetflowServerIp": collector, "NetflowServerPort": "9995",
		"NetflowVersion": "V9", "TotalSagNum": 1, "ResourceGroupId": "rg-1", "SomethingNew": map[string]any{"a": 1},
	}
}

func wantedAs(id, collector string) flowlog.FlowLog {
	return flowlog.FlowLog{
		FlowLogId: id, RegionId: region, Status: flowlog.Active, OutputType: flowlog.OutputNetflow,
		ActiveAging: 300, InactiveAging: 15, NetflowServerIp: collector, NetflowServerPort: 9995, NetflowVersion: "V9",
	}
}

// inMemory is an http.RoundTripper over a handler, without sockets: it works in a synctest bubble.
type inMemory struct{ handler http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	m.handler.ServeHTTP(rec, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return rec.Result(), nil
}

// testOptions are for an API in memory.
func testOptions(h http.Handler) Options {
	return Options{
		GatewayID: gateway, Region: region, Endpoint: "http://127.0.0.1:8180", Credentials: newKeyring(),
		Transport: inMemory{h}, Jitter: func() float64 { return 0 },
	}
}

func newSource(tb testing.TB, o Options) *Source {
	tb.Helper()
	s, err := New(o)
	if err != nil {
		tb.Fatalf("New: %v", err)
	}
	return s
}

// served is a Source over a real HTTP server on loopback.
func served(tb testing.TB, h http.Handler, change func(*Options)) *Source {
	tb.Helper()
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	o := testOptions(h)
	o.Transport, o.Endpoint = nil, server.URL
	if change != nil {
		change(&o)
	}
	s := newSource(tb, o)
	if t, ok := s.o.Transport.(*http.Transport); ok {
		tb.Cleanup(t.CloseIdleConnections)
	}
	return s
}

// logBuffer is a log that a test reads while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Split(strings.TrimSuffix(l.buf.String(), "\n"), "\n")
}

func (l *logBuffer) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// recorder is an apply that remembers, and fails as told.
type recorder struct {
	mu  sync.Mutex
	got []config.Desired
	err error
}

func (r *recorder) apply(_ context.Context, d config.Desired) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, d)
	return r.err
}

func (r *recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

// texts are the applied ones in short: origin and id.
func (r *recorder) texts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, d := range r.got {
		what := "unbound"
		if d.Bound {
			what = d.FlowLog.FlowLogId + "@" + d.FlowLog.NetflowServerIp
		}
		all = append(all, string(d.Origin)+" "+what)
	}
	return all
}

// verifySignature recomputes RPC signature 1.0 from the text of the specification: parameters sorted by name,
// name and value percent-encoded (RFC 3986 unreserved as they are), METHOD&%2F&encoded string, HMAC-SHA1 with
// the secret and "&".
func verifySignature(tb testing.TB, method, rawQuery, secret string) {
	tb.Helper()
	values := map[string]string{}
	got := ""
	for part := range strings.SplitSeq(rawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		name, value = unescape(tb, name), unescape(tb, value)
		if name == "Signature" {
			got = value
			continue
		}
		values[name] = value
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, percent(name)+"="+percent(values[name]))
	}
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	fmt.Fprintf(mac, "%s&%s&%s", method, percent("/"), percent(strings.Join(pairs, "&")))
	if want := base64.StdEncoding.EncodeToString(mac.Sum(nil)); got != want {
		tb.Errorf("signature %q: want %q for %s", got, want, rawQuery)
	}
}

func unescape(tb testing.TB, s string) string {
	tb.Helper()
	u, err := url.PathUnescape(strings.ReplaceAll(s, "+", "%20"))
	if err != nil {
		tb.Errorf("unescape %q: %v", s, err)
	}
	return u
}

func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// checkNoSecrets fails where text holds what must not be told.
func checkNoSecrets(tb testing.TB, text string) {
	tb.Helper()
	for _, secret := range []string{keyID, keySecret, token, "Signature=", "AccessKeyId=", "SignatureNonce="} {
		for _, form := range []string{secret, url.QueryEscape(secret), percent(percent(secret))} {
			if strings.Contains(text, form) {
				tb.Errorf("the text holds %q: %s", form, text)
			}
		}
	}
}
