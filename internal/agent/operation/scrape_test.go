package operation

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/sagflow/sagflow/internal/agent"
)

// tb is what testing.TB and rapid.TB have in common.
type tb interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

// get asks a handler, without a network.
func get(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

// unwanted is a log to which nothing may be written.
func unwanted(t tb) *slog.Logger {
	return slog.New(slog.NewTextHandler(failing{t}, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type failing struct{ t tb }

// Write implements io.Writer.
func (f failing) Write(line []byte) (int, error) {
	f.t.Errorf("the log says %s", line)
	return len(line), nil
}

// showing serves a status of a live device at the status' own time.
func showing(t tb, s *agent.Status) http.Handler {
	now := func() time.Time {
		if s == nil {
			return started
		}
		return s.Updated
	}
	return New(Options{Status: func() *agent.Status { return s }, Live: true, Version: "1.2.3", Log: unwanted(t), Now: now}).handler()
}

// exposition is the text of /metrics.
func exposition(t tb, s *agent.Status) string {
	t.Helper()
	w := get(showing(t, s), http.MethodGet, "/metrics")
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// series are the values of an exposition, by name and by labels in the text format.
type series map[string]map[string]float64

// parse reads an exposition by Prometheus' own parser. It returns the series, and the type of each metric.
func parse(t tb, text string) (series, map[string]string) {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	all, types := series{}, map[string]string{}
	for name, f := range families {
		types[name] = strings.ToLower(f.GetType().String())
		all[name] = map[string]float64{}
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			slices.Sort(labels)
			value := m.GetGauge().GetValue()
			if m.GetCounter() != nil {
				value = m.GetCounter().GetValue()
			}
			all[name][strings.Join(labels, ",")] = value
		}
	}
	return all, types
}

// total adds up the series of a metric whose labels have all of these texts.
func (s series) total(name string, texts ...string) float64 {
	var sum float64
	for labels, value := range s[prefix+name] {
		if !slices.ContainsFunc(texts, func(l string) bool { return !strings.Contains(labels, l) }) {
			sum += value
		}
	}
	return sum
}

// count is how many series there are.
func (s series) count() int {
	var n int
	for _, all := range s {
		n += len(all)
	}
	return n
}

// The families are sound: a pedantic registry takes them and what they give.
func TestPedantic(t *testing.T) {
	for name, s := range map[string]*agent.Status{"none": nil, "empty": {}, "full": fullStatus()} {
		r := prometheus.NewPedanticRegistry()
		if err := r.Register(newCollector(Options{Status: func() *agent.Status { return s }}.withDefaults())); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Gather(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Without a status only the version is known, and every family of the table has a value in a full one.
func TestEveryFamily(t *testing.T) {
	none, _ := parse(t, exposition(t, nil))
	if none.count() != 1 || none.total("build_info") != 1 {
		t.Errorf("without a status: %v", none)
	}
	_, types := parse(t, exposition(t, fullStatus()))
	var families int
	for _, s := range sections() {
		for _, f := range s.families {
			families++
			if got := types[prefix+f.name]; got != f.kind.String() {
				t.Errorf("%s is exposed as %q, and is a %v", f.name, got, f.kind)
			}
		}
	}
	if families != len(types) {
		t.Errorf("%d metrics are exposed, of %d in the table", len(types), families)
	}
}

// What is not known has no value, and what is not is 0.
func TestUnknown(t *testing.T) {
	s := fullStatus()
	s.FlowLog, s.Generation, s.GenerationSince = nil, 0, time.Time{}
	s.Source.LastGood, s.Source.LastPoll, s.Source.Origin, s.Source.Error = time.Time{}, time.Time{}, "", ""
	s.Sums, s.LogService, s.Outputs, s.Interfaces = nil, nil, nil, nil
	got, _ := parse(t, exposition(t, s))
	for _, name := range []string{
		"generation_start_time_seconds", "source_last_success_timestamp_seconds", "source_last_poll_timestamp_seconds", "sums_exact", "sums_timestamp_seconds",
		"frames_total", "records_total", "unclaimed_records_total", "spool_bytes", "log_service_destinations", "interface_state", "output_info", "output_payload_limit_bytes",
	} {
		if all := got[prefix+name]; len(all) != 0 {
			t.Errorf("%s: %v", name, all)
		}
	}
	for _, name := range []string{"flowlog_bound", "source_origin", "source_failing", "interfaces", "output_put_records_total", "outputs"} {
		if all := got[prefix+name]; len(all) == 0 || got.total(name) != 0 {
			t.Errorf("%s: %v", name, all)
		}
	}
}

// Of outputs in force that have the same name, one is told; the smallest payload counts.
func TestOutputsInForce(t *testing.T) {
	s := fullStatus()
	for _, limit := range []int{1200, 0, 1300} {
		again := s.Outputs[2]
		again.Counters.PayloadLimit = limit
		s.Outputs = append(s.Outputs, again)
	}
	got, _ := parse(t, exposition(t, s))
	for name, want := range map[string]float64{"output_info": 2, "output_payload_limit_bytes": 1200, "outputs": 6} {
		if n := got.total(name); n != want {
			t.Errorf("%s: %v, want %v", name, n, want)
		}
	}
}

// What scrapes at once get, each gets whole.
func TestScrapesAtOnce(t *testing.T) {
	ts := httptest.NewServer(showing(t, fullStatus()))
	defer ts.Close()
	want := []byte(exposition(t, fullStatus()))
	ended := make(chan error)
	for range maxScrapes {
		go func() {
			ended <- func() error {
				for range 20 {
					r, err := http.Get(ts.URL + "/metrics")
					if err != nil {
						return err
					}
					body, err := io.ReadAll(r.Body)
					_ = r.Body.Close()
					if err != nil {
						return err
					}
					if r.StatusCode != http.StatusOK || !bytes.Equal(body, want) {
						return fmt.Errorf("%s, %d octets of %d", r.Status, len(body), len(want))
					}
				}
				return nil
			}()
		}()
	}
	for range maxScrapes {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
