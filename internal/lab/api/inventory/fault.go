package inventory

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong in a file.
type Fault struct {
	File string
	// Line and Column count from 1; 0 is the file as a whole.
	Line, Column int
	// What names the key and the value, and says what would be right.
	What string
}

// Error is FILE:LINE:COLUMN: what.
func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.File + ": " + f.What
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.What)
}

// Faults are all things wrong in a file, in its order.
type Faults []*Fault

// Error is all of them, one a line.
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
