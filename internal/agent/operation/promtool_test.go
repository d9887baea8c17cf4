package operation

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/sagflow/sagflow/internal/testutil"
)

// promtool runs Prometheus' own tool, which must find nothing wrong.
func promtool(t *testing.T, stdin string, args ...string) {
	t.Helper()
	testutil.Programs(t, "promtool")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "promtool", args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	t.Logf("promtool %s: %s", strings.Join(args, " "), out)
}

// Names, types and helps are as Prometheus' linter wants them.
func TestLint(t *testing.T) { promtool(t, exposition(t, fullStatus()), "check", "metrics") }

// The alert rules are right, and fire where their tests say so.
func TestAlerts(t *testing.T) {
	promtool(t, "", "check", "rules", deployed(t, "prometheus", "alerts.yml"))
	promtool(t, "", "test", "rules", deployed(t, "prometheus", "alerts_test.yml"))
}

// Prometheus can parse each query of the dashboard: promtool is given them as rules.
func TestDashboardParses(t *testing.T) {
	type rule struct{ Record, Expr string }
	type group struct {
		Name  string
		Rules []rule
	}
	g := group{Name: "dashboard"}
	seen := map[string]bool{} // promtool wants no rule twice
	for _, q := range dashboard(t) {
		if !seen[q.expr] {
			seen[q.expr] = true
			g.Rules = append(g.Rules, rule{"dashboard:" + string(rune('a'+len(g.Rules)/26)) + string(rune('a'+len(g.Rules)%26)), q.expr})
		}
	}
	text, err := yaml.Marshal(map[string]any{"groups": []group{g}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rules.yml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "", "check", "rules", path)
}
