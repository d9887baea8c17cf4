package fault

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ask(t *testing.T, p *Plan, method, path, body string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	p.Admin().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	if !json.Valid(w.Body.Bytes()) || w.Header().Get("Content-Type") != jsonType {
		t.Errorf("%s %s: %q", method, path, w.Body)
	}
	return w.Code, w.Body.String()
}

func TestAdminTakesRules(t *testing.T) {
	p := New(Options{Seed: 100, Actions: []string{"A"}})
	status, body := ask(t, p, "POST", "/faults", `{"action":"A","kind":"latency","where":{"x":"y"},"after":2,"count":3,"probability":0.5,"seed":7,"parameters":{"delay":"2s"}}`)
	want := `{"faults":[{"id":"1","action":"A","kind":"latency","where":{"x":"y"},"after":2,"count":3,"probability":0.5,"seed":7,"parameters":{"delay":"2s"}}]}`
	if diff := cmp.Diff(want, compact(t, body)); diff != "" || status != 201 {
		t.Error(status, diff)
	}
	status, body = ask(t, p, "POST", "/faults", ` [{"kind":"null"}, {"kind":"status","parameters":{"status":500,"message":"x"}}] `)
	want = `{"faults":[{"id":"2","action":"*","kind":"null","after":0,"count":0,"probability":1,"seed":102},` +
		`{"id":"3","action":"*","kind":"status","after":0,"count":0,"probability":1,"seed":103,"parameters":{"message":"x","status":"500"}}]}`
	if diff := cmp.Diff(want, compact(t, body)); diff != "" || status != 201 {
		t.Error(status, diff)
	}
	if status, body = ask(t, p, "POST", "/faults", "[]"); status != 201 || compact(t, body) != `{"faults":[]}` {
		t.Error(status, body)
	}
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var short bytes.Buffer
	if err := json.Compact(&short, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return short.String()
}

func TestAdminShowsAndRemoves(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	p := New(Options{Actions: []string{"A"}, Now: func() time.Time { return now }})
	add(t, p, Rule{Kind: Null, Count: 1}, Rule{Kind: Latency})
	p.Take("A", nothing)
	status, body := ask(t, p, "GET", "/faults", "")
	var shown struct {
		Faults  []Standing
		Kinds   []Kind
		Actions []string
	}
	if err := json.Unmarshal([]byte(body), &shown); err != nil || status != 200 {
		t.Fatal(status, err)
	}
	if len(shown.Faults) != 2 || !shown.Faults[0].Done || shown.Faults[1].Hit != 1 || len(shown.Kinds) != len(Common()) {
		t.Errorf("%+v", shown)
	}
	if diff := cmp.Diff([]string{"*", "A"}, shown.Actions); diff != "" {
		t.Error(diff)
	}
	_, body = ask(t, p, "GET", "/log", "")
	want := `{"calls":{"A":1},"faults":{"latency":1,"null":1},"injected":[{"sequence":1,"time":"2026-11-23T12:00:00Z","action":"A","rule":"1","kind":"null"},` +
		`{"sequence":2,"time":"2026-11-23T12:00:00Z","action":"A","rule":"2","kind":"latency"}],"forgotten":0}`
	if diff := cmp.Diff(want, compact(t, body)); diff != "" {
		t.Error(diff)
	}
	for _, step := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"DELETE", "/faults/1", 200, `{"removed":1}`},
		{"DELETE", "/faults/1", 404, `{"error":"id \"1\": no rule in force has it"}`},
		{"DELETE", "/faults", 200, `{"removed":1}`},
		{"DELETE", "/faults", 200, `{"removed":0}`},
		{"DELETE", "/log", 200, `{"calls":{},"faults":{},"injected":[],"forgotten":0}`},
	} {
		if status, body := ask(t, p, step.method, step.path, ""); status != step.status || compact(t, body) != step.want {
			t.Errorf("%s %s: %d %s", step.method, step.path, status, body)
		}
	}
}

func TestAdminRefuses(t *testing.T) {
	tests := []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/faults", "", 400, "the body is empty"},
		{"POST", "/faults", "null", 400, `body \"null\": it takes a rule or an array of rules`},
		{"POST", "/faults", "{", 400, "decode the rules"},
		{"POST", "/faults", `{"kind":"null"} x`, 400, "more behind the rules"},
		{"POST", "/faults", `{"kind":"null","cuont":1}`, 400, `unknown field \"cuont\": a rule has action, kind`},
		{"POST", "/faults", `{"kind":"null","count":"3"}`, 400, `field \"count\" at byte 26: it takes uint64, not string`},
		{"POST", "/faults", `{"kind":"null","count":-1}`, 400, `field \"count\"`},
		{"POST", "/faults", `[1]`, 400, "it takes fault.Rule, not number"},
		{"POST", "/faults", `{"kind":"status","parameters":{"status":[1]}}`, 400, `parameter \"status\": [1]: it takes a string, a number, true or false`},
		{"POST", "/faults", `{"kind":"status","parameters":{"status":null}}`, 400, `parameter \"status\": null`},
		{"POST", "/faults", `[{"kind":"null"},{"kind":"nul"}]`, 400, `rule 2: kind \"nul\": it takes one of`},
		{"POST", "/faults", strings.Repeat(" ", maxAdminBody+1), 413, "larger than 1048576 bytes"},
		{"PUT", "/faults", "", 405, "it takes GET, POST, DELETE"},
		{"GET", "/faults/1", "", 405, "it takes DELETE"},
		{"GET", "/", "", 404, "there is /faults, /faults/{id} and /log"},
	}
	for _, test := range tests {
		p := New(Options{})
		status, body := ask(t, p, test.method, test.path, test.body)
		if status != test.status || !strings.Contains(body, test.want) || len(p.Rules()) != 0 {
			t.Errorf("%s %s %.60q: %d %s, want %d %s", test.method, test.path, test.body, status, body, test.status, test.want)
		}
	}
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/faults", strings.NewReader(`{"kind":"null"}`))
	r.Header.Set("Origin", "http://example.com")
	New(Options{}).Admin().ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a browser's request for another site: %d", w.Code)
	}
}

// FuzzAdmin posts anything: it is taken whole or refused with a reason.
func FuzzAdmin(f *testing.F) {
	for _, s := range []string{"", "{}", "[]", `{"kind":"null"}`, `[{"kind":"latency","parameters":{"delay":1}}]`, `{"parameters":{"a":{}}}`, `{"kind":"null","probability":1e-400}`, "null"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		p := New(Options{})
		status, text := ask(t, p, "POST", "/faults", body)
		if (status == 201) == strings.Contains(text, `"error"`) && !strings.Contains(body, "error") || (status != 201 && len(p.Rules()) > 0) {
			t.Errorf("%d %s", status, text)
		}
		p.Take("A", nothing)
	})
}
