package operation

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestReference$ -update

// docs/metrics.md is what the table of metrics says.
func TestReference(t *testing.T) {
	golden(t, filepath.Join(testutil.Root(t), "docs", "metrics.md"), reference())
}

const intro = `# Metrics, health and status over HTTP

What a device serves at the address that ` + "`metrics`" + ` names in its [configuration](configuration.md). Written by ` + "`make generate`" + `; don't edit by hand.

| path | what it is |
|---|---|
| ` + "`/metrics`" + ` | the metrics below, for Prometheus |
| ` + "`/healthz`" + ` | whether the process works: its status is at most 10 s old, its workers answered within a minute, and its sums hold |
| ` + "`/readyz`" + ` | whether the device does what it is meant to: beside that, a configuration is in force (inactive, and no FlowLog, count as well), none is refused, and an interface is captured |
| ` + "`/status`" + ` | all that ` + "`sagflow status --json`" + ` prints |

` + "`/healthz` and `/readyz`" + ` answer 200 and ` + "`ok`" + `, or 503 and a reason a line. That records don't arrive, or that the source fails, makes neither fail: a restart would mend nothing. ` + "`sagflow_healthy`" + ` is 0 then.

There is no TLS and no password: who can reach the address may read all of it, so it is loopback's by custom. Nothing secret is in it. Only GET and HEAD are answered; at most 64 connections are open at a time. Profiles (` + "`/debug/pprof`" + `) are never served there, but on a unix socket of mode 0600, where one is asked for:

    curl --unix-socket /run/sagflow/pprof.sock http://sagflow/debug/pprof/heap >heap.pprof

[deploy/prometheus/alerts.yml](../deploy/prometheus/alerts.yml) has alert rules, [deploy/grafana/sagflow.json](../deploy/grafana/sagflow.json) a dashboard.

## What holds for all of it

- A scrape shows one status, which is at most a second old. Counters begin at 0 when the program starts, and don't go back while it runs, whatever a FlowLog changes.
- Sums that a section states hold in every scrape. Sections are counted moments apart: what left the table = put to each kind of output + unclaimed only when all is at rest. That it adds up in between, the device checks itself: ` + "`sagflow_sums_exact`" + `.
- No label has an address or a port of the traffic, nor anything else that a sender of packets chooses. What there is of one device is bounded: about 350 series and 10 an interface, 1,100 at most.
- "Bytes" are octets.
`

// reference is docs/metrics.md.
func reference() string {
	var b strings.Builder
	b.WriteString(intro)
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| metric | type | labels | unit | what it is |\n|---|---|---|---|---|\n", s.title, s.about)
		for _, f := range s.families {
			labels := make([]string, len(f.labels))
			for i, l := range f.labels {
				labels[i] = "`" + l + "`"
			}
			fmt.Fprintf(&b, "| `%s%s` | %v | %s | %s | %s. |\n", prefix, f.name, f.kind, strings.Join(labels, ", "), f.unit, f.help)
		}
	}
	return b.String()
}

// Every row of the table is whole, is there once, and its name says what it is, as Prometheus asks.
func TestTable(t *testing.T) {
	var names []string
	for _, s := range sections() {
		if s.title == "" || !strings.HasSuffix(s.about, ".") || len(s.families) == 0 {
			t.Errorf("section %q is incomplete", s.title)
		}
		for _, f := range s.families {
			if f.help == "" || strings.HasSuffix(f.help, ".") || strings.ContainsAny(f.help, "|\n") || f.unit == "" || f.values == nil || slices.Contains(names, f.name) {
				t.Errorf("%s: incomplete, or there twice", f.name)
			}
			names = append(names, f.name)
			if strings.HasSuffix(f.name, "_total") != (f.kind == counter) {
				t.Errorf("%s is a %v", f.name, f.kind)
			}
			base := strings.TrimSuffix(f.name, "_total")
			for suffix, of := range map[string][]unit{"_seconds": {seconds, timestamp}, "_bytes": {octets}} {
				if strings.HasSuffix(base, suffix) != slices.Contains(of, f.unit) {
					t.Errorf("%s is in %s", f.name, f.unit)
				}
			}
		}
	}
}
