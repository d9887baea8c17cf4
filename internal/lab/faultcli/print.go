package faultcli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// PrintRules writes the rules in force and what they did.
func PrintRules(w io.Writer, rules []fault.Standing) error {
	if len(rules) == 0 {
		return line(w, "no faults")
	}
	rows := [][]string{{"Id", "Kind", "Action", "When", "Matched", "Hit", "Parameters"}}
	for _, r := range rules {
		rows = append(rows, []string{
			r.ID, r.Kind, r.Action, when(r), fmt.Sprint(r.Matched), fmt.Sprint(r.Hit), pairs(r.Where) + pairs(r.Parameters),
		})
	}
	return columns(w, rows)
}

// when says which of the matching calls are hit.
func when(r fault.Standing) string {
	words := []string{"all"}
	if r.Count > 0 {
		words[0] = fmt.Sprintf("%d", r.Count)
	}
	if r.After > 0 {
		words = append(words, fmt.Sprintf("after %d", r.After))
	}
	if r.Probability != nil && *r.Probability < 1 {
		words = append(words, fmt.Sprintf("with %g", *r.Probability))
	}
	if r.Done {
		words = append(words, "(done)")
	}
	return strings.Join(words, " ")
}

func pairs[M ~map[string]string](values M) string {
	var all []string
	for name, value := range values {
		all = append(all, fmt.Sprintf("%s=%s ", name, value))
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// PrintKinds writes what may be asked for: each kind with its parameters and their defaults.
func PrintKinds(w io.Writer, kinds []fault.Kind) error {
	var rows [][]string
	for _, k := range kinds {
		rows = append(rows, []string{k.Name, k.Text})
		for _, p := range k.Parameters {
			rows = append(rows, []string{"", fmt.Sprintf("%s=%s: %s%s", p.Name, p.Default, p.Text, bounds(p))})
		}
	}
	return columns(w, rows)
}

func bounds(p fault.Parameter) string {
	switch {
	case len(p.Choices) > 0:
		return " (" + strings.Join(p.Choices, ", ") + ")"
	case p.Max != "":
		return fmt.Sprintf(" (%s to %s)", p.Min, p.Max)
	}
	return ""
}

// PrintLog writes the calls that arrived and the faults that they took.
func PrintLog(w io.Writer, l fault.Log) error {
	rows := [][]string{{"Time", "Action", "Kind", "Rule", "Note"}}
	for _, i := range l.Injected {
		rows = append(rows, []string{i.Time.Format("15:04:05.000"), i.Action, i.Kind, i.Rule, i.Note})
	}
	calls, faults := uint64(0), uint64(0)
	for _, n := range l.Calls {
		calls += n
	}
	for _, n := range l.Faults {
		faults += n
	}
	if err := line(w, fmt.Sprintf("%d calls, %d faults", calls, faults)); err != nil || len(rows) == 1 {
		return err
	}
	return columns(w, rows)
}

func columns(w io.Writer, rows [][]string) error {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print answer: %w", err)
	}
	for text := range strings.Lines(b.String()) {
		if err := line(w, strings.TrimRight(text, " \n")); err != nil {
			return err
		}
	}
	return nil
}

func line(w io.Writer, text string) error {
	if _, err := fmt.Fprintln(w, text); err != nil {
		return fmt.Errorf("print answer: %w", err)
	}
	return nil
}
