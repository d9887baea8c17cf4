package fault

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Type is what a parameter's text must be.
type Type string

// The types of parameters.
const (
	Text     Type = "text"
	Integer  Type = "integer"
	Duration Type = "duration"
	Choice   Type = "choice"
)

// Parameter is a setting of a kind. Min and Max are of the same form as a value, for integers and durations.
type Parameter struct {
	Name    string   `json:"name"`
	Type    Type     `json:"type"`
	Default string   `json:"default"`
	Min     string   `json:"min,omitempty"`
	Max     string   `json:"max,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Text    string   `json:"text"`
}

func text(name, value, say string) Parameter {
	return Parameter{Name: name, Type: Text, Default: value, Text: say}
}

func whole(name string, value, low, high int64, say string) Parameter {
	return Parameter{
		Name: name, Type: Integer, Default: strconv.FormatInt(value, 10),
		Min: strconv.FormatInt(low, 10), Max: strconv.FormatInt(high, 10), Text: say,
	}
}

func duration(name, value, low, high, say string) Parameter {
	return Parameter{Name: name, Type: Duration, Default: value, Min: low, Max: high, Text: say}
}

func choice(name, value, say string, choices ...string) Parameter {
	return Parameter{Name: name, Type: Choice, Default: value, Choices: choices, Text: say}
}

// check says what is wrong with a value.
func (p Parameter) check(value string) error {
	switch p.Type {
	case Integer:
		return p.checkNumber(value, "a whole number", func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
	case Duration:
		return p.checkNumber(value, "a duration such as 500ms or 2s", parseDuration)
	case Choice:
		if !slices.Contains(p.Choices, value) {
			return fmt.Errorf("%q: it takes %s", value, strings.Join(p.Choices, " or "))
		}
	case Text:
		if strings.ContainsAny(value, "\r\n\x00") && p.Name != "body" {
			return fmt.Errorf("%q: it takes one line of text", value)
		}
	default:
		return fmt.Errorf("type %q is unknown", p.Type)
	}
	return nil
}

func (p Parameter) checkNumber(value, form string, parse func(string) (int64, error)) error {
	n, err := parse(value)
	if err != nil {
		return fmt.Errorf("%q: it takes %s from %s to %s", value, form, p.Min, p.Max)
	}
	low, lowErr := parse(p.Min)
	high, highErr := parse(p.Max)
	if (lowErr == nil && n < low) || (highErr == nil && n > high) {
		return fmt.Errorf("%q: it takes %s from %s to %s", value, form, p.Min, p.Max)
	}
	return nil
}

func parseDuration(s string) (int64, error) {
	d, err := time.ParseDuration(s)
	return int64(d), err
}
