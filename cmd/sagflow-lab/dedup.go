package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/sagflow/sagflow/internal/lab/sls"
)

// slsDedupCmd is `sagflow-lab sls dedup`.
type slsDedupCmd struct {
	Store  string `required:"" placeholder:"DIR" help:"The directory of the store. It is read only, and may be served meanwhile."`
	Output string `short:"o" enum:"text,json" default:"text" placeholder:"text|json" help:"Print text for people, or JSON (default ${default})."`
}

// Help is what --help shows below the flags.
func (*slsDedupCmd) Help() string {
	return `A record is named by the tags boot, batch and first of its log group and by its place in it. Received counts
the records that came, unique their names; resent is the difference. What no device sends, or is damaged,
has a line of its own: conflicting (resent with other contents), malformed (tags that are incomplete or
wrong), unreadable (log groups) and lost (entries of the store). Untagged are the logs of other clients.

Examples:
  sagflow-lab sls dedup --store logs
  sagflow-lab sls dedup --store logs -o json

Exit codes: 0 done, 1 an error, or anything conflicting, malformed, unreadable or lost, 2 wrong usage.`
}

// Run counts and prints. What no device sends is an error behind it.
func (c *slsDedupCmd) Run(env *environment) error {
	t, err := sls.Dedup(c.Store)
	if err != nil {
		return err
	}
	show := printTally
	if c.Output == "json" {
		show = encodeTally
	}
	if err := show(env.Stdout, t); err != nil {
		return fmt.Errorf("print what store %q holds: %w", c.Store, err)
	}
	if wrong := t.Wrong(); len(wrong) > 0 {
		return fmt.Errorf("store %q holds what no device sends, or is damaged: %s", c.Store, strings.Join(wrong, ", "))
	}
	return nil
}

func encodeTally(w io.Writer, t sls.Tally) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(t)
}

// printTally leaves out lines of 0 but the first three.
func printTally(w io.Writer, t sls.Tally) error {
	table := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	for i, line := range []struct {
		name string
		n    uint64
		text string
	}{
		{"received", t.Received, fmt.Sprintf("records in %d log groups", t.Groups)},
		{"unique", t.Unique, fmt.Sprintf("by boot, batch and index; devices %d, boots %d, batches %d", t.Devices, t.Boots, t.Batches)},
		{"resent", t.Resent, "came again"},
		{"conflicting", t.Conflicting, "of them with other contents"},
		{"untagged", t.Untagged, "logs of other clients"},
		{"malformed", t.Malformed, "logs whose tags are incomplete or wrong"},
		{"unreadable", t.Unreadable, "log groups that are damaged"},
		{"lost", t.Lost, "entries of the store that are not there"},
	} {
		if i < 3 || line.n > 0 {
			fmt.Fprintf(table, "%s\t%d\t%s\n", line.name, line.n, line.text)
		}
	}
	return table.Flush()
}
