package faultcli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// client returns a client of a listener that h answers for.
func client(t *testing.T, h http.Handler) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c, err := New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAddListRemove(t *testing.T) {
	plan := fault.New(fault.Options{Actions: []string{"DescribeFlowLogs"}, Seed: 7})
	c := client(t, plan.Admin())
	half := 0.5
	added, err := c.Add(t.Context(), fault.Rule{
		Kind: fault.Latency, Action: "DescribeFlowLogs", After: 1, Count: 2, Probability: &half,
		Where: map[string]string{"FlowLogId": "fl-a"}, Parameters: fault.Values{"delay": "2s"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Add(t.Context(), fault.Rule{Kind: fault.Null}); err != nil {
		t.Fatal(err)
	}
	all, err := c.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(plan.Rules(), all.Faults); d != "" {
		t.Errorf("rules (-plan +client):\n%s", d)
	}
	if d := cmp.Diff(added, all.Faults[0].Rule); d != "" {
		t.Errorf("rule (-added +listed):\n%s", d)
	}
	if d := cmp.Diff([]string{fault.Any, "DescribeFlowLogs"}, all.Actions); d != "" {
		t.Errorf("actions (-want +got):\n%s", d)
	}
	for _, step := range []struct {
		id string
		n  int
	}{{added.ID, 1}, {"", 1}, {"", 0}} {
		if n, err := c.Remove(t.Context(), step.id); err != nil || n != step.n {
			t.Errorf("Remove(%q) = %d, %v; want %d", step.id, n, err, step.n)
		}
	}
}

func TestLog(t *testing.T) {
	plan := fault.New(fault.Options{})
	c := client(t, plan.Admin())
	if _, err := c.Add(t.Context(), fault.Rule{Kind: fault.Null}); err != nil {
		t.Fatal(err)
	}
	plan.Take("DescribeFlowLogs", func(string) (string, bool) { return "", false })
	l, err := c.Log(t.Context())
	if err != nil || l.Calls["DescribeFlowLogs"] != 1 || len(l.Injected) != 1 || l.Injected[0].Kind != fault.Null {
		t.Errorf("log %+v, %v", l, err)
	}
}

func TestRefusals(t *testing.T) {
	plan := fault.New(fault.Options{})
	for name, test := range map[string]struct {
		handler http.Handler
		want    string
	}{
		"refused":        {plan.Admin(), `kind "rain": it takes one of latency`},
		"another server": {http.NotFoundHandler(), "status 404: this is no admin listener of the lab"},
		"no JSON":        {answer("hello"), "this is no admin listener of the lab"},
		"no rule":        {answer("{}"), "0 rules came back, not one"},
		"redirect":       {http.RedirectHandler("http://127.0.0.1:9/", http.StatusTemporaryRedirect), "status 307: this is no admin listener"},
	} {
		_, err := client(t, test.handler).Add(t.Context(), fault.Rule{Kind: "rain"})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %s", name, err, test.want)
		}
	}
	server := httptest.NewServer(plan.Admin())
	server.Close()
	c, err := New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.List(t.Context()); err == nil || !strings.HasSuffix(err.Error(), "connection refused (does the server run with --admin?)") {
		t.Errorf("nobody there: error %v", err)
	}
}

// answer answers everything with a text.
func answer(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) })
}

func TestURLs(t *testing.T) {
	for text, good := range map[string]bool{
		"http://127.0.0.1:8181": true, "http://[::1]:8181/": true, "https://127.0.0.1": false, "127.0.0.1:8181": false,
		"http://": false, "http://a:b@127.0.0.1": false, "http://127.0.0.1/faults": false, "": false,
	} {
		if _, err := New(text); (err == nil) != good {
			t.Errorf("New(%q): error %v", text, err)
		}
	}
}
