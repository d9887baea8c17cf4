package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

var fixed = Fixed{AccessKeyID: "LTAIexample", AccessKeySecret: "not-a-secret"}

func mustNew(t *testing.T, o Options) *Client {
	t.Helper()
	if o.Credentials == nil {
		o.Credentials = fixed
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func requestTo(endpoint string) *Request {
	return &Request{
		Destination: spool.Destination{Region: "cn-shanghai", Endpoint: endpoint, Project: "flows", Logstore: "records"},
		Payload:     []byte("compressed"), Compression: "zstd", RawSize: 23,
	}
}

// base is a RoundTripper of one function.
type base func(*http.Request) (*http.Response, error)

func (b base) RoundTrip(r *http.Request) (*http.Response, error) { return b(r) }

func acknowledge(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"X-Log-Requestid": {"5F3A"}}, Body: io.NopCloser(strings.NewReader("")), Request: r,
	}, nil
}

// What goes out is what the service's documentation asks for, to an endpoint that is an address.
func TestRequest(t *testing.T) {
	for _, signature := range []Signature{V1, V4} {
		t.Run(string(signature), func(t *testing.T) {
			var got *http.Request
			var body []byte
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r
				body, _ = io.ReadAll(r.Body)
				w.Header().Set("x-log-requestid", "5F3A")
			}))
			defer server.Close()
			key := fixed
			key.SecurityToken = "a-token"
			c := mustNew(t, Options{Credentials: key, Signature: signature})
			defer c.Close()
			if err := c.Put(context.Background(), requestTo(server.URL)); err != nil {
				t.Fatal(err)
			}
			if got.Method != http.MethodPost || got.RequestURI != "/logstores/records" || string(body) != "compressed" ||
				got.Host != "flows."+strings.TrimPrefix(server.URL, "http://") {
				t.Errorf("%s %s to %q with %q", got.Method, got.RequestURI, got.Host, body)
			}
			for key, want := range map[string]string{
				"X-Log-Apiversion": "0.6.0", "X-Log-Compresstype": "zstd", "X-Log-Bodyrawsize": "23",
				"Content-Type": "application/x-protobuf", "User-Agent": "sagflow", "X-Acs-Security-Token": "a-token",
				"Accept-Encoding": "",
			} {
				if g := got.Header.Get(key); g != want {
					t.Errorf("%s: %q, want %q", key, g, want)
				}
			}
			prefix := map[Signature]string{V1: "LOG LTAIexample:", V4: "SLS4-HMAC-SHA256 Credential=LTAIexample/"}[signature]
			if a := got.Header.Get("Authorization"); !strings.HasPrefix(a, prefix) {
				t.Errorf("authorization %q, want %q…", a, prefix)
			}
		})
	}
}

// Destinations that can't be any are refused before anything is sent.
func TestDestinations(t *testing.T) {
	asked := 0
	c := mustNew(t, Options{AllowHTTP: []string{"192.0.2.7"}, Base: base(func(r *http.Request) (*http.Response, error) {
		asked++
		return acknowledge(r)
	})})
	for _, test := range []struct {
		change func(*spool.Destination)
		want   string
	}{
		{func(d *spool.Destination) { d.Endpoint = "http://192.0.2.1:8080" }, `allow the host "192.0.2.1"`},
		{func(d *spool.Destination) { d.Endpoint = "http://cn-shanghai.log.aliyuncs.com" }, "plain http off loopback"},
		{func(d *spool.Destination) { d.Endpoint = "" }, `endpoint ""`},
		{func(d *spool.Destination) { d.Endpoint = "https://a/b" }, "endpoint"},
		{func(d *spool.Destination) { d.Endpoint = "https://a:b@c" }, "endpoint"},
		{func(d *spool.Destination) { d.Endpoint = "https://a?b" }, "endpoint"},
		{func(d *spool.Destination) { d.Endpoint = "https://\x00" }, "endpoint"},
		{func(d *spool.Destination) { d.Project = "example.com/" }, "project"},
		{func(d *spool.Destination) { d.Project = "-flows" }, "project"},
		{func(d *spool.Destination) { d.Project = "" }, "project"},
		{func(d *spool.Destination) { d.Project = strings.Repeat("a", 64) }, "project"},
		{func(d *spool.Destination) { d.Logstore = "records?x=y" }, "logstore"},
		{func(d *spool.Destination) { d.Logstore = "../x" }, "logstore"},
		{func(d *spool.Destination) { d.Logstore = "Records" }, "logstore"},
		{func(d *spool.Destination) { d.Region = "" }, "region"},
	} {
		r := requestTo("https://cn-shanghai.log.aliyuncs.com")
		test.change(&r.Destination)
		e, ok := errors.AsType[*Error](c.Put(context.Background(), r))
		if !ok || e.Kind != Destination || e.Sent || !strings.Contains(e.Error(), test.want) {
			t.Errorf("%+v: %v, want %q", r.Destination, e, test.want)
		}
	}
	if asked != 0 {
		t.Errorf("%d requests went out", asked)
	}
	for _, endpoint := range []string{"http://192.0.2.7", "cn-shanghai.log.aliyuncs.com", "https://example.com:8443/", "http://localhost:1"} {
		if err := c.Put(context.Background(), requestTo(endpoint)); err != nil {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	if err := c.Put(context.Background(), &Request{Destination: requestTo("https://a").Destination}); err == nil {
		t.Error("an empty log group was sent")
	}
}

func TestResolve(t *testing.T) {
	c := mustNew(t, Options{})
	d, err := c.Resolve(spool.Destination{Region: "cn-shanghai", Project: "flows", Logstore: "records"})
	if err != nil || d.Endpoint != "https://cn-shanghai.log.aliyuncs.com" {
		t.Errorf("%+v: %v", d, err)
	}
	if _, err := c.Resolve(spool.Destination{}); err == nil {
		t.Error("an empty destination is none")
	}
}

// The address of a project of an endpoint without a name is the endpoint's.
func TestDialAddress(t *testing.T) {
	for host, want := range map[string]string{
		"127.0.0.1": "127.0.0.1:80", "::1": "[::1]:80", "2001:db8::7": "[2001:db8::7]:80",
		"localhost": "localhost:80", "example.com": "flows.example.com:80", "lab": "flows.lab:80",
	} {
		got := dialAddress(net.JoinHostPort("flows."+projectSuffix(host), "80"))
		if ip, err := net.ResolveTCPAddr("tcp", want); err == nil && net.ParseIP(strings.Trim(host, "[]")) != nil {
			if at, err := net.ResolveTCPAddr("tcp", got); err != nil || !at.IP.Equal(ip.IP) {
				t.Errorf("%s: %s, want %s", host, got, want)
			}
		} else if got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
	if got := dialAddress("nonsense"); got != "nonsense" {
		t.Errorf("nonsense became %q", got)
	}
	r, _ := http.NewRequest(http.MethodPost, "http://flows.127.0.0.1:80/", http.NoBody)
	if u, err := proxyOf(r); u != nil || err != nil {
		t.Errorf("loopback goes through the proxy %v: %v", u, err)
	}
}

// A redirect isn't followed, and nobody else gets to see the request.
func TestRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere.URL)
			w.Header().Set("x-log-requestid", "5F3A")
			w.WriteHeader(status)
		}))
		e, ok := errors.AsType[*Error](mustNew(t, Options{}).Put(context.Background(), requestTo(server.URL)))
		if !ok || e.Kind != Unacknowledged || e.Status != status || !e.MayHaveArrived() {
			t.Errorf("%d: %+v", status, e)
		}
		server.Close()
	}
}

// The clock is learnt from the answer that says that it is wrong, and only from that.
func TestClock(t *testing.T) {
	system := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	var dates []string
	c := mustNew(t, Options{Now: func() time.Time { return system }, Base: base(func(r *http.Request) (*http.Response, error) {
		dates = append(dates, r.Header.Get("x-log-date"))
		resp, err := acknowledge(r)
		resp.Header.Set("Date", "Mon, 23 Nov 2026 10:00:05 GMT")
		switch len(dates) {
		case 1:
			resp.StatusCode, resp.Body = 503, io.NopCloser(strings.NewReader(""))
		case 2:
			resp.StatusCode, resp.Body = 400, io.NopCloser(strings.NewReader(`{"errorCode":"RequestTimeTooSkewed"}`))
		}
		return resp, err
	})})
	for range 3 {
		_ = c.Put(context.Background(), requestTo("https://example.com"))
	}
	if got := strings.Join(dates, " "); got != "20261123T090000Z 20261123T090000Z 20261123T100005Z" || c.ClockOffset() != time.Hour+5*time.Second {
		t.Errorf("requests at %s, offset %v", got, c.ClockOffset())
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, " 0 ": 0, "-1": 0, "1e9": 0, "99999999999": 0, "soon": 0,
		"Mon, 23 Nov 2026 09:01:00 GMT": time.Minute, "Mon, 23 Nov 2026 08:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	h := http.Header{"Retry-After": {"Mon, 23 Nov 2026 11:01:00 GMT"}, "Date": {"Mon, 23 Nov 2026 11:00:00 GMT"}}
	if got := retryAfter(h, now); got != time.Minute {
		t.Errorf("by the server's clock: %v", got)
	}
}

// The end of the caller's context, and of the time for a request.
func TestContext(t *testing.T) {
	stuck := base(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	e, _ := errors.AsType[*Error](mustNew(t, Options{Base: stuck}).Put(ctx, requestTo("https://example.com")))
	if e == nil || e.Kind != Canceled {
		t.Errorf("canceled: %+v", e)
	}
	e, _ = errors.AsType[*Error](mustNew(t, Options{Base: stuck, Timeout: time.Millisecond}).Put(context.Background(), requestTo("https://example.com")))
	if e == nil || e.Kind != Network || !strings.Contains(e.Error(), "no answer in time") || !e.MayHaveArrived() {
		t.Errorf("timed out: %+v", e)
	}
}

// Where nobody listens nothing was sent.
func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	e, _ := errors.AsType[*Error](mustNew(t, Options{}).Put(context.Background(), requestTo("http://"+address)))
	if e == nil || e.Kind != Network || e.MayHaveArrived() {
		t.Errorf("%+v, want a network error without a sent request", e)
	}
}

// A panic below is an error.
func TestPanic(t *testing.T) {
	c := mustNew(t, Options{Base: base(func(*http.Request) (*http.Response, error) { panic("at the disco") })})
	e, _ := errors.AsType[*Error](c.Put(context.Background(), requestTo("https://example.com")))
	if e == nil || e.Kind != Unacknowledged || !e.MayHaveArrived() || !strings.Contains(e.Error(), "at the disco") {
		t.Errorf("%+v", e)
	}
}

// An answer that never ends, in its body or its headers, at once or in drops, costs no more than the limit or
// the time for a request, and acknowledges nothing.
func TestEndlessAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		write func(io.Writer) error
		want  string
	}{
		"body":    {func(w io.Writer) error { return endless(w, "\r\n", strings.Repeat("x", 4096), 0) }, "longer than"},
		"drops":   {func(w io.Writer) error { return endless(w, "\r\n", "x", time.Millisecond) }, "no answer in time"},
		"headers": {func(w io.Writer) error { return endless(w, "", "X-Log-More: x\r\n", 0) }, "exceeded"},
		"nothing": {func(w io.Writer) error { return nil }, "no answer in time"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				conn, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = conn.Close() }()
				_ = c.write(conn)
				_, _ = io.Copy(io.Discard, conn) // until the client hangs up
			}))
			defer server.Close()
			client := mustNew(t, Options{Timeout: 2 * time.Second})
			defer client.Close()
			e, ok := errors.AsType[*Error](client.Put(context.Background(), requestTo(server.URL)))
			if !ok || !strings.Contains(e.Error(), c.want) || !e.MayHaveArrived() {
				t.Errorf("%v, want %q", e, c.want)
			}
		})
	}
}

// endless writes the head of an answer, what ends its headers or doesn't, and then the same again and again
// until the client hangs up.
func endless(w io.Writer, end, again string, pause time.Duration) error {
	_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\nx-log-requestid: 5F3A\r\n"+end)
	for err == nil {
		if pause > 0 {
			time.Sleep(pause)
		}
		_, err = io.WriteString(w, again)
	}
	return err
}

// An answer of another host acknowledges nothing.
func TestOtherHost(t *testing.T) {
	c := mustNew(t, Options{Base: base(func(r *http.Request) (*http.Response, error) {
		other, _ := http.NewRequest(http.MethodPost, "https://elsewhere.example.com/logstores/records", http.NoBody)
		resp, err := acknowledge(r)
		resp.Request = other
		return resp, err
	})})
	e, _ := errors.AsType[*Error](c.Put(context.Background(), requestTo("https://example.com")))
	if e == nil || !errors.Is(e, errOtherHost) {
		t.Errorf("%+v", e)
	}
}

// keyFile is a provider of which Refresh may bring something else.
type keyFile struct {
	now, next Credentials
	err       error
}

func (k *keyFile) Get() (Credentials, error) { return k.now, k.err }

func (k *keyFile) Refresh() (Credentials, error) {
	k.now = k.next
	return k.now, k.err
}

func TestCredentials(t *testing.T) {
	k := &keyFile{err: errors.New("no such file")}
	c := mustNew(t, Options{Credentials: k, Base: base(acknowledge)})
	e, _ := errors.AsType[*Error](c.Put(context.Background(), requestTo("https://example.com")))
	if e == nil || e.Kind != NoCredentials || !strings.Contains(e.Error(), "no such file") {
		t.Errorf("%+v", e)
	}
	if _, err := c.Refresh(); err == nil {
		t.Error("Refresh without a file")
	}
	k.err = nil
	if e, _ = errors.AsType[*Error](c.Put(context.Background(), requestTo("https://example.com"))); e == nil || e.Kind != NoCredentials {
		t.Errorf("an empty key: %+v", e)
	}
	k.next = Credentials(fixed)
	if changed, err := c.Refresh(); !changed || err != nil {
		t.Errorf("another key: %v, %v", changed, err)
	}
	if changed, err := c.Refresh(); changed || err != nil {
		t.Errorf("the same key: %v, %v", changed, err)
	}
	if err := c.Put(context.Background(), requestTo("https://example.com")); err != nil {
		t.Error(err)
	}
	if got, _ := c.Credentials(); got != Credentials(fixed) {
		t.Errorf("%v", got)
	}
}

// No printed form of credentials holds a secret.
func TestSecretsStay(t *testing.T) {
	key := Credentials{"LTAIexample", "not-a-secret", "nor-a-token"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", key)
	text, err := json.Marshal(map[string]any{"key": key})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %q %v %+v %#v", key, key, key, key, key, Fixed(key), Fixed(key), Options{Credentials: Fixed(key)}.Credentials) + log.String() + string(text)
	if strings.Contains(all, "not-a") || strings.Contains(all, "nor-a") || !strings.Contains(all, "LTAIexample") {
		t.Error(all)
	}
}

func TestOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"want credentials": {},
		`signature "v2"`:   {Credentials: fixed, Signature: "v2"},
		"request timeout":  {Credentials: fixed, Timeout: -1},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	for want, e := range map[string]*Error{
		"network": {Kind: Network},
		"status 404 LogStoreNotExist: it isn't there (request 5F3A)": {
			Kind: Refused, Status: 404, Code: "LogStoreNotExist", Message: "it isn't there", RequestID: "5F3A",
		},
		"status 200: x": {Kind: Unacknowledged, Status: 200, Err: errors.New("x")},
	} {
		if e.Error() != want {
			t.Errorf("%q, want %q", e.Error(), want)
		}
	}
	if Kind(99).String() != "unknown" || printable("a\x1b[31m\xffé", 7) != "a?[31m?" {
		t.Errorf("%q", printable("a\x1b[31m\xffé", 7))
	}
}
