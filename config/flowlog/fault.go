package flowlog

import (
	"fmt"
	"strings"
)

// maxShown is how many characters of a value an error's text shows.
const maxShown = 100

// Fault is one wrong parameter, as the API answers it.
type Fault struct {
	// Parameter is its name, Value what it was given; Absent says that it was not given at all.
	Parameter, Value string
	Absent           bool
	// Code and Message are the API's, HTTPStatus the status it answers with.
	Code, Message string
	HTTPStatus    int
	// Want says what would be right.
	Want string
}

// NewFault is the fault of a code that Codes or OwnCodes has, with its message and HTTP status. A code
// that neither has is answered with status 400 and no message.
func NewFault(code, parameter, value, want string) *Fault {
	c, known := LookupCode(code)
	if !known {
		c = Code{Code: code, HTTPStatus: badRequest}
	}
	return &Fault{
		Parameter: parameter, Value: value, Want: want,
		Code: c.Code, Message: c.Message, HTTPStatus: c.HTTPStatus,
	}
}

// Error names the parameter, the value (of a long one its beginning), the code and what would be right.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Parameter + " " + f.given() + ": " + f.Code + ": " + f.Message)
	if f.Want != "" {
		b.WriteString(" Want " + f.Want)
	}
	return b.String()
}

func (f *Fault) given() string {
	if f.Absent {
		return "not given"
	}
	shown := fmt.Sprintf("%.*q", maxShown, f.Value)
	if len(f.Value) > maxShown && len([]rune(f.Value)) > maxShown {
		shown += fmt.Sprintf("… (%d bytes)", len(f.Value))
	}
	return shown
}

// Faults are all faults of one set of parameters in the API's order: it answers the first.
type Faults []*Fault

// Err is f as an error, nil where there is no fault.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Error is all of them, separated by semicolons.
func (f Faults) Error() string {
	texts := make([]string, len(f))
	for i, one := range f {
		texts[i] = one.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives errors.Is and errors.As each of them.
func (f Faults) Unwrap() []error {
	all := make([]error, len(f))
	for i, one := range f {
		all[i] = one
	}
	return all
}
