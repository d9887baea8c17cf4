package inventory

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sagflow/sagflow/config/flowlog"
)

// key is one key of a gateway in the file.
type key struct {
	name     string
	required bool
	// fallback fills it in if it is absent.
	fallback string
	// want says what is right, ok whether a value is.
	want string
	ok   func(string) bool
	set  func(*Gateway, string)
}

// keys are all that a gateway may have, in the order of the documentation.
func keys() []key {
	return []key{
		{
			name: "id", required: true, want: "sag- and up to 60 of a-z and 0-9, such as sag-0nnf0a1b2c3d4e5f6",
			ok: matches(`sag-[a-z0-9]{1,60}`), set: func(g *Gateway, v string) { g.ID = v },
		},
		{
			name: "serial-number", required: true, want: "up to 64 letters, digits and hyphens, such as sag1000lab0001",
			ok: matches(`[A-Za-z0-9-]{1,64}`), set: func(g *Gateway, v string) { g.SerialNumber = v },
		},
		{
			name: "model", required: true, want: "up to 64 letters, digits and hyphens, such as sag-1000",
			ok: matches(`[A-Za-z0-9-]{1,64}`), set: func(g *Gateway, v string) { g.Model = v },
		},
		{
			name: "version", required: true, want: "up to four numbers with dots between, such as 1.7.0",
			ok: matches(`[0-9]{1,9}(\.[0-9]{1,9}){0,3}`), set: func(g *Gateway, v string) { g.Version = v },
		},
		{
			name: "edition", fallback: "standard", want: "a word such as standard or basic",
			ok: matches(`[a-z][a-z0-9-]{0,63}`), set: func(g *Gateway, v string) { g.Edition = v },
		},
		{
			name: "account", required: true, want: "1 to 18 digits, such as \"1234567890123456\"",
			ok: matches(`[0-9]{1,18}`), set: func(g *Gateway, v string) { g.Account = v },
		},
		regionKey(),
		{name: "name", want: wantText, ok: isText, set: func(g *Gateway, v string) { g.Name = v }},
		{name: "description", want: wantText, ok: isText, set: func(g *Gateway, v string) { g.Description = v }},
		{name: "resource-group-id", want: wantText, ok: isText, set: func(g *Gateway, v string) { g.ResourceGroupID = v }},
	}
}

// regionKey takes the regions of the rule table.
func regionKey() key {
	rule, _ := flowlog.RuleOf("RegionId")
	return key{
		name: "region", required: true, want: "one of " + strings.Join(rule.Values, ", "),
		ok:  func(v string) bool { return slices.Contains(rule.Values, v) },
		set: func(g *Gateway, v string) { g.Region = v },
	}
}

func matches(pattern string) func(string) bool {
	return regexp.MustCompile("^(" + pattern + ")$").MatchString
}

const (
	maxText  = 128
	wantText = "at most 128 characters without control characters"
)

func isText(v string) bool {
	return utf8.ValidString(v) && utf8.RuneCountInString(v) <= maxText &&
		!strings.ContainsFunc(v, func(c rune) bool { return !strconv.IsPrint(c) })
}

// names are the keys as an error lists them.
func names(keys []key) string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = k.name
	}
	return strings.Join(all, ", ")
}
