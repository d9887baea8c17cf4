package config

import (
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/manual"
	"github.com/sagflow/sagflow/internal/testutil"
)

//go:generate go test . -run ^TestManual$ -update

// deploy/man/agent.yaml.5 is what the table of keys says.
func TestManual(t *testing.T) {
	files := map[string]string{"man/agent.yaml.5": manualPage()}
	if err := manual.Keep(filepath.Join(testutil.Root(t), "deploy"), files, *update); err != nil {
		t.Error(err)
	}
}

func manualPage() string {
	r := manual.NewRoff("agent.yaml", "5", "the configuration of the flow log of a gateway")
	r.Section("DESCRIPTION")
	r.Paragraph("The file that `sagflow run`, `sagflow replay -c` and `sagflow check` read, /etc/sagflow/agent.yaml by custom. " +
		"It is YAML. Unknown and repeated keys, and values of the wrong type or unit, are errors: `sagflow check` tells all of them at once. " +
		"Relative paths start at the folder of the file.")
	r.Block(example)
	for _, section := range []string{"smart-access-gateway", "", "filter", "api", "flowlog", "sls", "hardening"} {
		manualSection(r, section)
	}
	r.Section("SEE ALSO")
	r.Paragraph("`sagflow`(1)")
	return r.String()
}

func manualSection(r *manual.Roff, section string) {
	if section != "" {
		r.Section(section)
		r.Paragraph(sections()[section])
	}
	for _, k := range keys() {
		for _, g := range groups {
			if section == "" && k.path == g.from {
				r.Section(g.title)
				r.Paragraph(g.about)
			}
		}
		if parent(k.path) == section {
			r.Item(leaf(k.path), manualText(&k))
		}
	}
}

// manualText is what a key is, may be, and is without being named.
func manualText(k *key) string {
	text := k.about + " Value: " + k.want + "."
	if d := k.defaultText(); d != "" {
		text += " Default: " + d + "."
	}
	if k.needs != "" {
		text += " Needed " + k.needs + "."
	}
	return text
}
