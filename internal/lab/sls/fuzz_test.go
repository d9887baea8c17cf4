package sls

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/internal/lab/keys"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// alone is a handler without a server.
func alone(tb testing.TB) *Handler {
	tb.Helper()
	dir := tb.TempDir()
	file := filepath.Join(dir, credentialsName)
	must(tb, os.WriteFile(file, []byte(keyFile), 0o600))
	k, err := keys.Open(keys.Options{File: file, Getenv: noEnvironment})
	must(tb, err)
	s, err := store.Open(filepath.Join(dir, "sls"), nil)
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	h, err := NewHandler(HandlerOptions{
		Store: s, Keys: k, Now: time.Now, Log: slog.New(slog.DiscardHandler), Random: &lockedReader{r: rand.Reader},
	})
	must(tb, err)
	return h
}

// longest is how many bytes a refusal may have, whatever it is about.
const longest = 2500

// refusedWell says whether an answer is a refusal in due form.
func refusedWell(w *httptest.ResponseRecorder) bool {
	var e struct{ ErrorCode, ErrorMessage string }
	return json.Unmarshal(w.Body.Bytes(), &e) == nil && e.ErrorCode != "" && e.ErrorMessage != "" &&
		w.Body.Len() <= longest && w.Header().Get(headerRequestID) != ""
}

// FuzzRequest sends any bytes that are a request. Nobody guesses a signature, so each is refused.
func FuzzRequest(f *testing.F) {
	long := strings.Repeat("\x80", 3000)
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a.b\r\nx-log-apiversion: 0.6.0\r\n\r\n"))
	f.Add([]byte("POST /logstores/x?key=%zz HTTP/1.1\r\nHost: [::1]:1\r\nAuthorization: LOG a:b\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("PUT /projects/a/logstores/b/shards/lb HTTP/1.0\r\nAuthorization: SLS4-HMAC-SHA256 Credential=a/b/c/sls/aliyun_v4_request,Signature=x\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a.b\r\nx-log-apiversion: " + long + "\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a.b\r\nx-log-apiversion: 0.6.0\r\nAuthorization: " + long + "\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a.b\r\nx-log-apiversion: 0.6.0\r\nx-log-signaturemethod: hmac-sha1\r\n" +
		"Date: Mon, 23 Nov 2026 09:12:27 GMT\r\nAuthorization: LOG " + long + ":x\r\n\r\n"))
	h := alone(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b)))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code < 400 || w.Code == http.StatusInternalServerError || !refusedWell(w) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// signedSeed is a request of FuzzSigned.
type signedSeed struct {
	method, host, path, query, size, kind string
	body                                  []byte
}

func signedSeeds(tb testing.TB) []signedSeed {
	tb.Helper()
	group := bytesOf(tb, groupOf("b", 1, 0, 2))
	foreign := groupOf("b", 1, 0, 1)
	foreign.LogTags[0].Key = new(strings.Repeat("\xff", 3000))
	long := strings.Repeat("\u0001", 3000)
	size := func(b []byte) string { return strconv.Itoa(len(b)) }
	return []signedSeed{
		{"POST", "", "/logstores/flows", "", "5", "lz4", []byte("hello")},
		{"POST", "", "/logstores/flows", "", size(group), "", group},
		{"POST", "", "/logstores/flows/shards/lb", "", "", "", group},
		{"POST", "", "/logstores/flows/shards/route", "key=" + strings.Repeat("0f", 16), size(group), "", group},
		{"POST", "", "/logstores/flows", "", size(bytesOf(tb, foreign)), "", bytesOf(tb, foreign)},
		{"POST", "", "/logstores/flows/logs", "", "", "", []byte(`{"from":1,"to":2000000000,"query":"srcaddr: 10.*","line":3}`)},
		{"POST", "", "/logstores/flows/logs", "", "", "", []byte(`{"from":` + strings.Repeat("9", 3000) + `}`)},
		{"GET", "", "/logstores/flows", "type=log&from=1&to=2000000000&line=3&query=a%20or%20*", "", "", nil},
		{"GET", "", "/logstores/flows", "type=log&from=" + url.QueryEscape(long), "", "", nil},
		{"GET", "", "/logstores/flows", "type=log&from=1&to=2&query=%3A" + url.QueryEscape(long), "", "", nil},
		{"GET", "", "/logstores/flows", "type=histogram&from=1&to=2000000000&interval=1", "", "", nil},
		{"GET", "", "/logstores/flows/shards/0", "type=log&cursor=MA%3D%3D&count=1", "", "", nil},
		{"GET", "", "/logstores/flows/shards/1", "type=cursor&from=begin", "", "", nil},
		{"GET", "", "/logstores/flows/shards/1", "type=cursor_time&cursor=MA%3D%3D", "", "", nil},
		{"GET", "", "/logstores/flows/shards/" + url.PathEscape(long), "type=cursor&from=begin", "", "", nil},
		{"GET", "", "/logstores/" + url.PathEscape(long), "", "", "", nil},
		{"GET", "", "/" + url.PathEscape(long), "", "", "", nil},
		{strings.Repeat("X", 3000), "", "/", "", "", "", nil},
		{"GET", strings.Repeat("x", 3000), "/logstores/flows", "", "", "", nil},
		{"POST", "", "/logstores/flows", "", strings.Repeat("9", 3000), "", group},
		{"POST", "", "/logstores/flows", "", size(group), strings.Repeat("x", 3000), group},
		{"POST", "", "/logstores", "", "", "", []byte(`{"logstoreName":"more","ttl":1,"shardCount":1}`)},
		{"PUT", "", "/logstores/flows", "", "", "", []byte(`{"ttl":9}`)},
		{"POST", "", "/", "", "", "", []byte(`{"projectName":"abc"}`)},
		{"POST", "", "/logstores/flows/index", "", "", "", []byte(`{}`)},
		{"DELETE", "", "/logstores/flows", "", "", "", nil},
	}
}

// request makes it as SDKs do, and signs it. It says no where no client could send it.
func (s *signedSeed) request(t *testing.T) (*http.Request, bool) {
	host := project
	if s.host != "" {
		host = s.host
	}
	host += "." + endpoint
	r, err := http.NewRequestWithContext(t.Context(), s.method, "http://"+host+s.path+"?"+s.query, bytes.NewReader(s.body))
	if err != nil || r.Host != host {
		return nil, false
	}
	headers := map[string]string{
		"x-log-apiversion": "0.6.0", "Date": time.Now().UTC().Format(http.TimeFormat), "Content-Type": protobufType,
	}
	if s.size != "" {
		headers["x-log-bodyrawsize"] = s.size
	}
	if s.kind != "" {
		headers["x-log-compresstype"] = s.kind
	}
	if sdk.NewSignerV1("LTAI5tDefault", "defaultSecret").Sign(s.method, r.URL.RequestURI(), headers, s.body) != nil {
		return nil, false
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r, true
}

// TestSeeds makes sure that the seeds of FuzzSigned are signed well, and that some get to the end.
func TestSeeds(t *testing.T) {
	h, done := alone(t), 0
	for _, s := range signedSeeds(t) {
		r, ok := s.request(t)
		if !ok {
			t.Errorf("%+v can't be sent", s)
			continue
		}
		prepare(t, h)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == http.StatusUnauthorized {
			t.Errorf("%.100s %.100s: %s", s.method, s.path, w.Body)
		}
		if w.Code == http.StatusOK {
			done++
		}
	}
	if done < 12 {
		t.Errorf("only %d seeds were carried out", done)
	}
}

// prepare sees to it that there is a logstore with a log group, and not with so many that a search takes long.
func prepare(t *testing.T, h *Handler) {
	l, err := h.o.Store.Logstore(project, logstore)
	if err == nil && len(l.Groups) > 0 && len(l.Groups) < 50 {
		return
	}
	if err == nil {
		must(t, h.o.Store.DeleteLogstore(project, logstore))
	}
	raw := bytesOf(t, groupOf("b", 1, 0, 3))
	must(t, h.o.Store.Put(store.Put{
		Project: project, Logstore: logstore, Body: raw, RawSize: len(raw), First: 1_700_000_000, Last: 1_700_000_002, Logs: 3,
		Received: time.Now(), Make: true,
	}))
}

// FuzzSigned sends anything behind a good signature: it may be refused in due form, but it is never the server's fault.
func FuzzSigned(f *testing.F) {
	for _, s := range signedSeeds(f) {
		f.Add(s.method, s.host, s.path, s.query, s.size, s.kind, s.body)
	}
	h := alone(f)
	f.Fuzz(func(t *testing.T, method, host, path, query, size, kind string, body []byte) {
		r, ok := (&signedSeed{method, host, path, query, size, kind, body}).request(t)
		if !ok {
			return
		}
		prepare(t, h)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError || w.Header().Get(headerRequestID) == "" || (w.Code >= 400 && !refusedWell(w)) {
			t.Errorf("%.100s %.100s?%.100s: %d, %d bytes: %.3000s", method, path, query, w.Code, w.Body.Len(), w.Body)
		}
	})
}
