package smartag

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPullOverHTTP(t *testing.T) {
	api := &fakeAPI{}
	api.bind(describedAs(idA, "192.0.2.1"))
	s := served(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		verifySignature(t, r.Method, r.URL.RawQuery, keySecret)
		if r.Method != http.MethodPost || r.URL.Path != "/" || r.Header.Get("X-Acs-Credentials-Provider") != "" {
			t.Errorf("request %s %s %v", r.Method, r.URL.Path, r.Header)
		}
		api.ServeHTTP(w, r)
	}), nil)
	got, err := s.client.pull(t.Context())
	if want := (binding{bound: true, flowLog: wantedAs(idA, "192.0.2.1")}); err != nil || got != want {
		t.Fatalf("pull = %v, %v", got, err)
	}
	calls, _ := api.seen()
	for i, want := range []url.Values{
		{"Action": {gatewayAction}, "SmartAGId": {gateway}},
		{"Action": {flowLogsAction}, "FlowLogId": {idA}},
	} {
		want["RegionId"], want["Version"], want["Format"] = []string{region}, []string{"2018-03-13"}, []string{"JSON"}
		want["AccessKeyId"] = []string{keyID}
		for name, value := range want {
			if calls[i].Get(name) != value[0] {
				t.Errorf("call %d: %s = %q, want %q", i, name, calls[i].Get(name), value[0])
			}
		}
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := served(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/?"+r.URL.RawQuery, status)
		}), nil)
		_, err := s.client.pull(t.Context())
		if kindOfError(err) != Redirect {
			t.Errorf("%d: %v", status, err)
		}
		checkNoSecrets(t, err.Error())
	}
}

func TestBrokenConnections(t *testing.T) {
	raw := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Errorf("hijack: %v", err)
				return
			}
			defer conn.Close()
			fmt.Fprint(conn, answer)
		}
	}
	whole := gatewayBody(gateway, idA)
	for name, answer := range map[string]string{
		"nothing":         "",
		"half a header":   "HTTP/1.1 200 OK\r\nContent-Le",
		"no HTTP":         "SSH-2.0-OpenSSH_9.2\r\n",
		"cut body":        "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + whole,
		"cut chunk":       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + whole,
		"wrong chunk":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + whole,
		"cut error":       "HTTP/1.1 500 No\r\nContent-Length: 999\r\n\r\n{\"Code\"",
		"endless header":  "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n",
		"negative length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"100s":            strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := served(t, raw(answer), nil).client.pull(t.Context())
			if kindOfError(err) != Network {
				t.Fatalf("pull: %v", err)
			}
			checkNoSecrets(t, err.Error())
		})
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	o := testOptions(nil)
	o.Transport, o.Endpoint = nil, "http://"+address
	_, err = newSource(t, o).client.pull(t.Context())
	if kindOfError(err) != Network || !strings.Contains(err.Error(), "refused") {
		t.Fatalf("pull: %v", err)
	}
	checkNoSecrets(t, err.Error())
}

func TestUnknownCertificateIsRefused(t *testing.T) {
	server := httptest.NewUnstartedServer(&fakeAPI{})
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	o := testOptions(nil)
	o.Transport, o.Endpoint = nil, server.URL
	_, err := newSource(t, o).client.pull(t.Context())
	if kindOfError(err) != Network || !strings.Contains(err.Error(), "certificate") {
		t.Fatalf("pull: %v", err)
	}
}

func TestAnswerThatNeverComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := testOptions(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		start := time.Now()
		_, err := newSource(t, o).client.pull(t.Context())
		if took := time.Since(start); kindOfError(err) != Network || took != callTimeout {
			t.Fatalf("after %v: %v", took, err)
		}
		if !strings.Contains(err.Error(), "in time") {
			t.Errorf("the error does not say why: %v", err)
		}
	})
}

// leaky returns errors as http.Client makes them, with the URL.
type leaky struct{}

func (leaky) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New("dial " + r.URL.Query().Get("Signature") + " " + keySecret)}
}

func TestErrorsHoldNoURL(t *testing.T) {
	o := testOptions(nil)
	o.Transport = leaky{}
	_, err := newSource(t, o).client.pull(t.Context())
	if kindOfError(err) != Network {
		t.Fatalf("pull: %v", err)
	}
	checkNoSecrets(t, err.Error())
	var withURL *url.Error
	if errors.As(err, &withURL) {
		t.Errorf("a url.Error lies beneath: %v", withURL)
	}
}

func TestProxyEnvironmentOfTheSDKIsUnused(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"} {
		t.Setenv(name, "://user:password@[*(")
	}
	api := &fakeAPI{}
	api.bind(describedAs(idA, "192.0.2.1"))
	if _, err := newSource(t, testOptions(api)).client.pull(t.Context()); err != nil {
		t.Fatalf("pull: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "0": 0, "-3": 0, "soon": 0, "1e9": 0, "99999999999999999999": 0, "1h": 0,
		"Mon, 23 Nov 2026 09:02:00 GMT": 2 * time.Minute, "Mon, 23 Nov 2026 08:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("Retry-After %q = %v, want %v", text, got, want)
		}
	}
}
