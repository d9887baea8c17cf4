package sls

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/internal/lab/keys"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// alone is a handler without a server.
func alone(f *testing.F) *Handler {
	f.Helper()
	dir := f.TempDir()
	file := filepath.Join(dir, credentialsName)
	must(f, os.WriteFile(file, []byte(keyFile), 0o600))
	k, err := keys.Open(keys.Options{File: file, Getenv: noEnvironment})
	must(f, err)
	s, err := store.Open(filepath.Join(dir, "sls"), nil)
	must(f, err)
	f.Cleanup(func() { must(f, s.Close()) })
	h, err := NewHandler(HandlerOptions{
		Store: s, Keys: k, Now: time.Now, Log: slog.New(slog.DiscardHandler), Random: &lockedReader{r: rand.Reader},
	})
	must(f, err)
	return h
}

// FuzzRequest sends any bytes that are a request.
func FuzzRequest(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a.b\r\nx-log-apiversion: 0.6.0\r\n\r\n"))
	f.Add([]byte("POST /logstores/x?key=%zz HTTP/1.1\r\nHost: [::1]:1\r\nAuthorization: LOG a:b\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("PUT /projects/a/logstores/b/shards/lb HTTP/1.0\r\nAuthorization: SLS4-HMAC-SHA256 Credential=a/b/c/sls/aliyun_v4_request,Signature=x\r\n\r\n"))
	h := alone(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b)))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code < 400 || w.Code == http.StatusInternalServerError || w.Header().Get(headerRequestID) == "" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// FuzzSigned sends anything behind a good signature: it may be refused, but it is never the server's fault.
func FuzzSigned(f *testing.F) {
	group := bytesOf(f, groupOf("b", 1, 0, 2))
	for _, seed := range []struct {
		method, path, query, size, kind string
		body                            []byte
	}{
		{"POST", "/logstores/flows", "", "5", "lz4", []byte("hello")},
		{"POST", "/logstores/flows/shards/lb", "", "", "", group},
		{"POST", "/logstores/flows/logs", "", "", "", []byte(`{"from":1,"to":2,"query":"a: b","line":3}`)},
		{"GET", "/logstores/flows", "type=log&from=1&to=4000000000&line=3&query=a", "", "", nil},
		{"GET", "/logstores/flows", "type=histogram&from=1&to=4000000000&interval=1", "", "", nil},
		{"GET", "/logstores/flows/shards/0", "type=log&cursor=MA%3D%3D&count=1", "", "", nil},
		{"POST", "/logstores", "", "", "", []byte(`{"logstoreName":"flows","ttl":1,"shardCount":1}`)},
		{"PUT", "/logstores/flows", "", "", "", []byte(`{"ttl":9}`)},
		{"POST", "/", "", "", "", []byte(`{"projectName":"abc"}`)},
		{"POST", "/logstores/flows/index", "", "", "", []byte(`{}`)},
		{"DELETE", "/logstores/flows", "", "", "", nil},
	} {
		f.Add(seed.method, seed.path, seed.query, seed.size, seed.kind, seed.body)
	}
	h := alone(f)
	signer := sdk.NewSignerV1("LTAI5tDefault", "defaultSecret")
	f.Fuzz(func(t *testing.T, method, path, query, size, kind string, body []byte) {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+project+"."+endpoint+path+"?"+query, bytes.NewReader(body))
		if err != nil || r.Host != project+"."+endpoint {
			return
		}
		headers := map[string]string{
			"x-log-apiversion": "0.6.0", "Date": time.Now().UTC().Format(http.TimeFormat), "Content-Type": protobufType,
		}
		if size != "" {
			headers["x-log-bodyrawsize"] = size
		}
		if kind != "" {
			headers["x-log-compresstype"] = kind
		}
		if signer.Sign(method, r.URL.RequestURI(), headers, body) != nil {
			return
		}
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError || w.Header().Get(headerRequestID) == "" {
			t.Errorf("%s %s?%s: %d %s", method, path, query, w.Code, w.Body)
		}
	})
}
