package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/api"
	"github.com/sagflow/sagflow/internal/lab/flowlogcli"
)

// shownValues is how many values a flag's help lists; of more it shows the first ones.
const shownValues = 8

// help is what ${…} in the flags' help stands for: of a FlowLog's parameters it comes from the table
// that the API checks by.
func help() map[string]string {
	vars := map[string]string{"timeout": flowlogcli.DefaultTimeout.String(), "quota": strconv.Itoa(api.DefaultQuota)}
	if region, ok := flowlog.RuleOf("RegionId"); ok {
		vars["regions"] = region.Legal()
	}
	for _, rule := range flowlog.Rules() {
		// A $ of the table would be taken for a variable.
		vars[rule.Name] = strings.ReplaceAll(helpOf(rule), "$", "$$")
	}
	return vars
}

// helpOf is one parameter's: what it is, what it may be, and its default.
func helpOf(r flowlog.Rule) string {
	legal := r.Legal()
	if len(r.Values) > shownValues {
		legal = fmt.Sprintf("%s or another of %d regions", strings.Join(r.Values[:2], ", "), len(r.Values))
	}
	text := strings.TrimSuffix(r.Description, ".") + ": " + legal
	if r.Default != "" {
		text += fmt.Sprintf(" (default %s)", r.Default)
	}
	return text + "."
}
