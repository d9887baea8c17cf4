package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one fault of a configuration file.
type Fault struct {
	// File, Line and Column say where; both count from 1, Column in characters.
	File         string
	Line, Column int
	// Key is the path of keys, api.poll-interval; "" where the file itself is at fault.
	Key string
	// Value is what the key was given, shortened, "" where there is none or it may be a secret.
	Value string
	// Problem says what is wrong, Want what would be right; one of them may be "".
	Problem, Want string
	// Nearest is the known key that is most like an unknown one, "" if none is.
	Nearest string
}

// Error is FILE:LINE:COLUMN: KEY: "VALUE": PROBLEM; want WANT; did you mean NEAREST?
func (f *Fault) Error() string {
	text := fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
	if f.Key != "" {
		text += ": " + f.Key
	}
	switch f.Value {
	case "":
	case hidden:
		text += ": " + hidden
	default:
		text += fmt.Sprintf(": %q", f.Value)
	}
	switch {
	case f.Problem != "" && f.Want != "":
		text += ": " + f.Problem + "; want " + f.Want
	case f.Want != "":
		text += ": want " + f.Want
	default:
		text += ": " + f.Problem
	}
	if f.Nearest != "" {
		text += "; did you mean " + f.Nearest + "?"
	}
	return text
}

// Faults are all faults of a file, in the order of their places.
type Faults []*Fault

// Error is a line for each.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.Is and errors.As each of them.
func (f Faults) Unwrap() []error {
	all := make([]error, len(f))
	for i, one := range f {
		all[i] = one
	}
	return all
}

// MaxFaults bounds a report: what is wrong so often is no configuration.
const MaxFaults = 100

// sorted returns the faults in the order of their places, and no error value for none.
func (f Faults) sorted() error {
	if len(f) == 0 {
		return nil
	}
	slices.SortStableFunc(f, func(a, b *Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return f
}
