package operation

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/sagflow/sagflow/internal/testutil"
)

// deployed is the path of a file in deploy.
func deployed(t *testing.T, elements ...string) string {
	t.Helper()
	return filepath.Join(append([]string{testutil.Root(t), "deploy"}, elements...)...)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// query is an expression of ours, with the texts that name its labels.
type query struct {
	where, expr string
	texts       []string
}

// alerts are the rules of deploy/prometheus/alerts.yml.
func alerts(t *testing.T) []query {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(read(t, deployed(t, "prometheus", "alerts.yml")), &file); err != nil {
		t.Fatal(err)
	}
	var all []query
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			all = append(all, query{r.Alert, r.Expr, slices.Collect(maps.Values(r.Annotations))})
		}
	}
	return all
}

// dashboard are the queries of deploy/grafana/sagflow.json.
func dashboard(t *testing.T) []query {
	t.Helper()
	var file any
	if err := json.Unmarshal(read(t, deployed(t, "grafana", "sagflow.json")), &file); err != nil {
		t.Fatal(err)
	}
	var all []query
	var walk func(where string, value any)
	walk = func(where string, value any) {
		switch v := value.(type) {
		case []any:
			for _, one := range v {
				walk(where, one)
			}
		case map[string]any:
			if title, ok := v["title"].(string); ok {
				where = title
			}
			if expr, ok := v["expr"].(string); ok {
				q := query{where: where, expr: strings.ReplaceAll(expr, "$__rate_interval", "5m")}
				for _, key := range []string{"legendFormat", "textFormat"} {
					if text, ok := v[key].(string); ok {
						q.texts = append(q.texts, text)
					}
				}
				all = append(all, q)
			}
			for _, one := range v {
				walk(where, one)
			}
		}
	}
	walk("", file)
	if len(all) < 20 {
		t.Fatalf("%d queries were found", len(all))
	}
	return all
}

var (
	selector = regexp.MustCompile(`\b(sagflow_[a-z0-9_]+|up)\b(?:\{([^}]*)\})?`)
	matcher  = regexp.MustCompile(`(\w+)(=~|!~|!=|=)"([^"]*)"`)
	grouping = regexp.MustCompile(`\b(?:by|without|on|ignoring|group_left|group_right) \(([^)]*)\)`)
	mention  = regexp.MustCompile(`\{\{ ?(?:\$labels\.)?(\w+) ?\}\}`)
)

// exposed are the labels of all metrics, and the series of a full status.
type exposed struct {
	labels map[string][]string
	series series
}

func everything(t *testing.T) *exposed {
	t.Helper()
	e := &exposed{labels: map[string][]string{"up": {"job", "instance"}}}
	for _, s := range sections() {
		for _, f := range s.families {
			e.labels[prefix+f.name] = append([]string{"job", "instance"}, f.labels...)
		}
	}
	e.series, _ = parse(t, exposition(t, fullStatus()))
	return e
}

// check says what a query asks for that isn't exposed.
func (e *exposed) check(q query) []string {
	var wrong, known []string
	found := selector.FindAllStringSubmatch(q.expr, -1)
	if len(found) == 0 {
		wrong = append(wrong, "no metric of ours")
	}
	for _, s := range found {
		name := s[1]
		labels, is := e.labels[name]
		if !is {
			wrong = append(wrong, "no metric "+name)
		}
		known = append(known, labels...)
		for _, m := range matcher.FindAllStringSubmatch(s[2], -1) {
			if !slices.Contains(labels, m[1]) {
				wrong = append(wrong, fmt.Sprintf("%s has no label %s", name, m[1]))
			} else if m[1] != "job" && m[1] != "instance" && !e.has(name, fmt.Sprintf("%s=%q", m[1], m[3])) {
				wrong = append(wrong, fmt.Sprintf("%s is never %q in %s", m[1], m[3], name))
			}
		}
	}
	for _, g := range grouping.FindAllStringSubmatch(q.expr, -1) {
		for _, label := range strings.Split(g[1], ", ") {
			if !slices.Contains(known, label) {
				wrong = append(wrong, fmt.Sprintf("label %q", label))
			}
		}
	}
	for _, text := range q.texts {
		for _, m := range mention.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(known, m[1]) {
				wrong = append(wrong, fmt.Sprintf("label %q in %q", m[1], text))
			}
		}
	}
	return wrong
}

// has says whether a metric has a series with a label.
func (e *exposed) has(name, label string) bool {
	for labels := range e.series[name] {
		if slices.Contains(strings.Split(labels, ","), label) {
			return true
		}
	}
	return false
}

// TestQueries: what alert rules and dashboard ask for is exposed: metrics, labels, and values of labels.
func TestQueries(t *testing.T) {
	e := everything(t)
	for _, q := range append(alerts(t), dashboard(t)...) {
		for _, wrong := range e.check(q) {
			t.Errorf("%s: %s: %s", q.where, q.expr, wrong)
		}
	}
	for expr, want := range map[string]string{
		`sagflow_nothing > 0`:                                      "no metric sagflow_nothing",
		`sagflow_records_total{cause="idle"}`:                      "sagflow_records_total has no label cause",
		`sagflow_records_total{reason!="lazy"}`:                    `reason is never "lazy" in sagflow_records_total`,
		`sum by (instance, kind) (rate(sagflow_frames_total[5m]))`: `label "kind"`,
		`vector(1)`: "no metric of ours",
	} {
		if got := e.check(query{expr: expr}); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
	if got := e.check(query{expr: "sagflow_healthy", texts: []string{"{{instance}} {{ $labels.kind }} {{ $value }}"}}); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// The variables of the dashboard ask for labels that there are, and every panel has its data source from them.
func TestDashboardVariables(t *testing.T) {
	text := string(read(t, deployed(t, "grafana", "sagflow.json")))
	e := everything(t)
	asked := regexp.MustCompile(`"query": "label_values\((\w+)(?:\{[^}]*\})?, (\w+)\)"`).FindAllStringSubmatch(text, -1)
	if len(asked) != 2 {
		t.Errorf("%d variables", len(asked))
	}
	for _, a := range asked {
		if !slices.Contains(e.labels[a[1]], a[2]) {
			t.Errorf("%s has no label %s", a[1], a[2])
		}
	}
	for _, uid := range regexp.MustCompile(`"uid": "([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if uid[1] != "${datasource}" && uid[1] != "sagflow" {
			t.Errorf("a data source of its own: %s", uid[1])
		}
	}
}

// alertTests is deploy/prometheus/alerts_test.yml.
type alertTests struct {
	Tests []struct {
		InputSeries []struct{ Series string } `yaml:"input_series"`
		Alerts      []struct {
			Name     string `yaml:"alertname"`
			Expected []any  `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test"`
	}
}

// TestAlertTests: the series that alert rules are tested with are such as are exposed, and there is a test in which
// each rule fires, and one in which it does not.
func TestAlertTests(t *testing.T) {
	var file alertTests
	if err := yaml.Unmarshal(read(t, deployed(t, "prometheus", "alerts_test.yml")), &file); err != nil {
		t.Fatal(err)
	}
	e := everything(t)
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, one := range file.Tests {
		for _, s := range one.InputSeries {
			name, rest, _ := strings.Cut(s.Series, "{")
			var labels []string
			for _, m := range matcher.FindAllStringSubmatch(rest, -1) {
				if m[1] != "job" && m[1] != "instance" {
					labels = append(labels, fmt.Sprintf("%s=%q", m[1], m[3]))
				}
			}
			slices.Sort(labels)
			if _, is := e.series[name][strings.Join(labels, ",")]; !is && name != "up" {
				t.Errorf("%s is never exposed", s.Series)
			}
		}
		for _, a := range one.Alerts {
			if len(a.Expected) > 0 {
				fires[a.Name] = true
			} else {
				silent[a.Name] = true
			}
		}
	}
	for _, a := range alerts(t) {
		if !fires[a.where] || !silent[a.where] {
			t.Errorf("%s: fires in a test: %v, is silent in one: %v", a.where, fires[a.where], silent[a.where])
		}
	}
}
