package operation

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/agent"
)

var update = flag.Bool("update", false, "write the golden files and docs/metrics.md anew")

// golden compares with a file.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s is not what there is now (-update):\n%s", path, d)
	}
}

// What is exposed of a status with something of everything.
func TestMetricsGolden(t *testing.T) {
	text := strings.ReplaceAll(exposition(t, fullStatus()), runtime.Version(), "GOVERSION")
	golden(t, filepath.Join("testdata", "metrics.txt"), text)
}

// What /status tells is the status, and nothing else.
func TestStatusGolden(t *testing.T) {
	w := get(showing(t, fullStatus()), http.MethodGet, "/status")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("status %d, %v", w.Code, w.Header())
	}
	body := w.Body.String()
	golden(t, filepath.Join("testdata", "status.json"), body)
	var back agent.Status
	if err := json.Unmarshal([]byte(body), &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(fullStatus(), &back); d != "" {
		t.Error(d)
	}
	if w := get(showing(t, nil), http.MethodGet, "/status"); w.Code != http.StatusServiceUnavailable || strings.TrimSpace(w.Body.String()) != noStatus {
		t.Errorf("before the first: status %d, %q", w.Code, w.Body)
	}
}

// The sums that docs/metrics.md tells of hold in what is exposed.
func TestSums(t *testing.T) {
	s, _ := parse(t, exposition(t, fullStatus()))
	checkSums(t, s)
	for name, want := range map[string]float64{"output_put_records_total": 1230, "records_total": 620, "spool_dropped_batches_total": 10} {
		if got := s.total(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// checkSums adds up what is exposed.
func checkSums(t tb, s series) {
	t.Helper()
	equal := func(what string, left, right float64) {
		t.Helper()
		if left != right {
			t.Errorf("%s: %v is not %v", what, left, right)
		}
	}
	equal("frames = verdicts", s.total("frames_total"), s.total("frame_verdicts_total"))
	equal("counted = counted", s.total("counted_packets_total"), s.total("frame_verdicts_total", `class="counted"`))
	equal("counted = in records + in the table", s.total("counted_packets_total"), s.total("record_packets_total")+s.total("table_packets"))
	for _, kind := range []string{kindNetflow, kindSLS, kindCommandLine, kindSpool} {
		of := `kind="` + kind + `"`
		for _, m := range measures() {
			put := s.total("output_put_"+m.name+"_total", of) + s.total("output_recovered_"+m.name+"_total", of)
			var settled float64
			for _, name := range []string{"acknowledged_" + m.name + "_total", "queued_" + m.name, "spooled_" + m.name, "set_aside_" + m.name + "_total", "unexportable_" + m.name + "_total", "dropped_" + m.name + "_total"} {
				settled += s.total("output_"+name, of)
			}
			equal(kind+": put + recovered in "+m.name, put, settled)
		}
	}
	for _, unit := range []string{"batches", "records"} {
		in := s.total("spool_recovered_"+unit+"_total") + s.total("spool_accepted_"+unit+"_total")
		equal("spool in "+unit, in, s.total("spool_delivered_"+unit+"_total")+s.total("spool_"+unit)+s.total("spool_dropped_"+unit+"_total"))
	}
}
