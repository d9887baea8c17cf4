package flowlog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Missing is the fault of a parameter that is needed and was not given.
func (r Rule) Missing() *Fault {
	fault := NewFault(r.MissingCode, r.Name, "", r.Legal()+r.neededFor())
	fault.Absent = true
	return fault
}

func (r Rule) neededFor() string {
	if r.Always || len(r.RequiredFor) == 0 {
		return ""
	}
	types := make([]string, len(r.RequiredFor))
	for i, t := range r.RequiredFor {
		types[i] = string(t)
	}
	return " (needed with OutputType " + strings.Join(types, " and ") + ")"
}

// Check returns the fault of a value that was given, nil where it is legal.
func (r Rule) Check(value string) *Fault {
	if value == "" {
		if r.MissingCode == "" {
			return nil
		}
		return NewFault(r.MissingCode, r.Name, value, r.Legal())
	}
	if want := r.wrong(value); want != "" {
		return NewFault(r.IllegalCode, r.Name, value, want)
	}
	return nil
}

// wrong says what would be right instead of value, "" where it is.
func (r Rule) wrong(value string) string {
	switch {
	case r.Integer:
		if n, ok := decimal(value); ok && n >= r.Min && n <= r.Max {
			return ""
		}
	case r.Address:
		return wrongAddress(value, r.Legal())
	case r.Values != nil:
		return r.wrongValue(value)
	case r.Marks != "":
		if isName(value, r.Marks, r.MaxLength) {
			return ""
		}
	case isText(value, r.MaxLength):
		return ""
	}
	return r.Legal()
}

func (r Rule) wrongValue(value string) string {
	if slices.Contains(r.Values, value) {
		return ""
	}
	if near := nearest(value, r.Values); near != "" {
		return near + ", the nearest of " + r.Legal()
	}
	return r.Legal()
}

// Legal says in words what the parameter may be.
func (r Rule) Legal() string {
	switch {
	case r.Integer && r.Unit == "s":
		return fmt.Sprintf("a whole number of seconds from %d to %d, digits only", r.Min, r.Max)
	case r.Integer:
		return fmt.Sprintf("a whole number from %d to %d, digits only", r.Min, r.Max)
	case r.Address:
		return legalAddress
	case r.Values != nil:
		last := len(r.Values) - 1
		return strings.Join(r.Values[:last], ", ") + " or " + r.Values[last]
	case r.Marks != "":
		marks := strings.Join(strings.Split(r.Marks, ""), " and ")
		return fmt.Sprintf("1 to %d of a-z and 0-9, between them also %s", r.MaxLength, marks)
	}
	return fmt.Sprintf("at most %d characters, of control characters only tabs and line breaks", r.MaxLength)
}

// decimal reads digits without sign, spaces or leading zeros, so that each number has one spelling.
func decimal(s string) (int, bool) {
	const maxDigits = 9 // below 2³¹ on any platform
	if s == "" || len(s) > maxDigits || (s[0] == '0' && len(s) > 1) || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// isName says that s can be a label of a host name and a part of a path: Log Service's names are.
func isName(s, marks string, maxLength int) bool {
	const plain = "abcdefghijklmnopqrstuvwxyz0123456789"
	if s == "" || len(s) > maxLength || strings.Trim(s, plain+marks) != "" {
		return false
	}
	return strings.Trim(s, marks) == s
}

// isText says that s is UTF-8 of at most so many characters that an answer in XML can carry.
func isText(s string, maxLength int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxLength {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		control := c < ' ' && c != '\t' && c != '\n' && c != '\r'
		return control || c >= 0x7f && c <= 0x9f || c == 0xfffe || c == 0xffff
	})
}
