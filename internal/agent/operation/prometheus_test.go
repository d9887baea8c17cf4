package operation

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// scraper is a Prometheus on loopback that scrapes a server, and has our alert rules.
type scraper struct {
	t   *testing.T
	url string
}

func startPrometheus(t *testing.T, target string) *scraper {
	t.Helper()
	testutil.Programs(t, "promtool") // of the same package
	dir := t.TempDir()
	configuration := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\nrule_files: [%q]\n"+
		"scrape_configs: [{job_name: sagflow, static_configs: [{targets: [%q]}]}]\n", deployed(t, "prometheus", "alerts.yml"), target)
	if err := os.WriteFile(configuration, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	var log strings.Builder
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "prometheus", "--config.file="+configuration, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return &scraper{t, "http://" + address}
}

// ask calls the API. It says whether there was an answer yet.
func (p *scraper) ask(path string, into any) bool {
	p.t.Helper()
	r, err := client().Get(p.url + path)
	if err != nil {
		return false
	}
	defer r.Body.Close()
	if r.StatusCode == http.StatusServiceUnavailable {
		return false // it is starting
	}
	answer := struct {
		Status, Error string
		Data          any
	}{Data: into}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil || answer.Status != "success" {
		p.t.Fatalf("%s: %s: error %v, %s %s", path, r.Status, err, answer.Status, answer.Error)
	}
	return true
}

// until asks until what is said is so.
func (p *scraper) until(path string, into any, what string, so func() bool) {
	p.t.Helper()
	for left := time.Now().Add(patience); !p.ask(path, into) || !so(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(left) {
			p.t.Fatalf("%s: not so after %v: %s: %+v", path, patience, what, into)
		}
	}
}

// TestPrometheus: a Prometheus scrapes all that is exposed, evaluates every alert rule without an error, and has an
// answer to each query of the dashboard.
func TestPrometheus(t *testing.T) {
	s := fullStatus()
	address, _ := start(t, Options{Status: func() *agent.Status { return s }, Live: true, Version: "1.2.3"})
	p := startPrometheus(t, address)

	var result struct{ Result []struct{ Value [2]any } }
	samples, _ := parse(t, exposition(t, s))
	p.until("/api/v1/query?query=scrape_samples_scraped", &result, "all is scraped", func() bool {
		return len(result.Result) == 1 && result.Result[0].Value[1] == fmt.Sprint(samples.count())
	})
	p.until("/api/v1/query?query="+url.QueryEscape("count_over_time(up[5m]) >= 2"), &result, "it was scraped twice", func() bool { return len(result.Result) == 1 })
	for _, q := range dashboard(t) {
		expr := strings.NewReplacer(`"$job"`, `".*"`, `"$instance"`, `".*"`).Replace(q.expr)
		p.ask("/api/v1/query?query="+url.QueryEscape(expr), &result)
		if quiet := strings.HasSuffix(expr, "> 0"); len(result.Result) == 0 != quiet { // nothing changes here
			t.Errorf("%s: %s: %d series", q.where, expr, len(result.Result))
		}
	}

	var rules struct {
		Groups []struct {
			Rules []struct{ Name, Health, LastError string }
		}
	}
	p.until("/api/v1/rules", &rules, "each rule is evaluated", func() bool {
		for _, r := range rules.Groups[0].Rules {
			if r.Health == "err" {
				t.Fatalf("%s: %s", r.Name, r.LastError)
			}
			if r.Health != "ok" {
				return false
			}
		}
		return len(rules.Groups[0].Rules) == len(alerts(t))
	})
}
