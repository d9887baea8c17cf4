package operation

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What each path and method gets.
func TestPages(t *testing.T) {
	const list = `/metrics  metrics for Prometheus
/healthz  whether the process works: ok, or why not
/readyz  whether the device does what it is meant to: ok, or why not
/status  the device's status in JSON, as sagflow status --json prints it
`
	for _, c := range []struct {
		method, path string
		code         int
		kind, body   string // body is how it begins
	}{
		{"GET", "/metrics", 200, "text/plain; version=0.0.4", "# HELP sagflow_build_info The program's version"},
		{"GET", "/healthz", 200, "text/plain; charset=utf-8", "ok\n"},
		{"GET", "/readyz?verbose", 200, "text/plain; charset=utf-8", "ok\n"},
		{"HEAD", "/readyz", 200, "text/plain; charset=utf-8", ""},
		{"GET", "/status", 200, "application/json", "{\n  \"version\": \"1.2.3\",\n"},
		{"GET", "/", 200, "text/html; charset=utf-8", "<!DOCTYPE html>\n<title>sagflow</title>\n<h1>sagflow 1.2.3</h1>\n<ul>\n<li><a href=\"/metrics\">"},
		{"GET", "/metrics/", 404, "text/plain; charset=utf-8", "there is no \"/metrics/\"; there is:\n" + list},
		{"GET", "/debug/pprof/", 404, "text/plain; charset=utf-8", "there is no \"/debug/pprof/\"; there is:\n" + list},
		{"GET", "/%3Cscript%3E%0A", 404, "text/plain; charset=utf-8", "there is no \"/<script>\\n\"; there is:\n"},
		{"GET", "/../status", 404, "text/plain; charset=utf-8", "there is no \"/../status\"; there is:\n"},
		{"POST", "/metrics", 405, "text/plain; charset=utf-8", "method \"POST\": want GET or HEAD\n"},
		{"DELETE", "/nowhere", 405, "text/plain; charset=utf-8", "method \"DELETE\": want GET or HEAD\n"},
		{"OPTIONS", "/", 405, "text/plain; charset=utf-8", "method \"OPTIONS\": want GET or HEAD\n"},
	} {
		w := get(showing(t, fullStatus()), c.method, c.path)
		h, body := w.Header(), w.Body.String()
		if w.Code != c.code || !strings.HasPrefix(h.Get("Content-Type"), c.kind) || !strings.HasPrefix(body, c.body) {
			t.Errorf("%s %s: %d, %s: %.120q; want %d, %s: %q", c.method, c.path, w.Code, h.Get("Content-Type"), body, c.code, c.kind, c.body)
		}
		if got, want := h.Get("Allow"), map[bool]string{true: "GET, HEAD"}[c.code == 405]; got != want {
			t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got, want)
		}
		if d := cmp.Diff([]string{"nosniff", "no-store"}, []string{h.Get("X-Content-Type-Options"), h.Get("Cache-Control")}); d != "" {
			t.Errorf("%s %s: %s", c.method, c.path, d)
		}
	}
}

// A version is no HTML.
func TestIndexEscapes(t *testing.T) {
	body := get(New(Options{Version: "<b>&"}).handler(), http.MethodGet, "/").Body.String()
	if !strings.Contains(body, "<h1>sagflow &lt;b&gt;&amp;</h1>") {
		t.Error(body)
	}
}
