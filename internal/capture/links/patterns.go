package links

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Patterns choose interfaces by name. The zero value matches none. It is never changed, and may be
// used by several goroutines.
type Patterns struct {
	take, leave []string
}

// loopback is the name that Linux gives to the loopback interface of each namespace.
const loopback = "lo"

// maxName is the longest name of an interface in octets (IFNAMSIZ, without its NUL).
const maxName = 15

// ParsePatterns reads a list of names and patterns: * stands for any number of characters, ? for
// one, [a-c] for one of several, as in path.Match; "!" before a pattern excludes what matches.
//
// An interface is taken if any pattern without "!" matches and none with "!" does, in whatever order they
// stand. A list of "!" alone takes all others but the loopback interface. An empty list, a pattern
// that no name can match, and one that another excludes whole, are errors.
func ParsePatterns(list []string) (Patterns, error) {
	if len(list) == 0 {
		return Patterns{}, errors.New("no interface: name one, or a pattern as eth*")
	}
	var p Patterns
	for _, text := range list {
		pattern, exclude := strings.CutPrefix(text, "!")
		if err := check(pattern); err != nil {
			return Patterns{}, fmt.Errorf("interface %q: %w", text, err)
		}
		if exclude {
			p.leave = append(p.leave, pattern)
		} else {
			p.take = append(p.take, pattern)
		}
	}
	return p, p.contradiction()
}

// check says what is wrong with a pattern.
func check(pattern string) error {
	_, err := path.Match(pattern, "")
	switch {
	case pattern == "":
		return errors.New("the name is empty")
	case strings.ContainsAny(pattern, "/: \t\r\n\v\f\x00"):
		return errors.New("names of interfaces have no slash, colon or space")
	case err != nil:
		return fmt.Errorf("%w: a [ without its ], or a \\ at the end", err)
	case literal(pattern) && len(pattern) > maxName:
		return fmt.Errorf("names of interfaces have at most %d octets, this one has %d", maxName, len(pattern))
	}
	return nil
}

// contradiction says which name can't be taken because a pattern excludes it.
func (p Patterns) contradiction() error {
	for _, name := range p.Literals() {
		for _, pattern := range p.leave {
			if matches(pattern, name) {
				return fmt.Errorf("interface %q: \"!%s\" excludes it", name, pattern)
			}
		}
	}
	return nil
}

// Match says whether an interface of that name is taken.
func (p Patterns) Match(name string) bool {
	for _, pattern := range p.leave {
		if matches(pattern, name) {
			return false
		}
	}
	for _, pattern := range p.take {
		if matches(pattern, name) {
			return true
		}
	}
	return len(p.take) == 0 && len(p.leave) > 0 && name != loopback
}

// matches is path.Match for patterns that were checked.
func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// Literals are the names in the list that are no patterns, each once, in their order: interfaces
// that are expected to be there.
func (p Patterns) Literals() []string {
	var names []string
	for _, pattern := range p.take {
		if literal(pattern) && !slices.Contains(names, pattern) {
			names = append(names, pattern)
		}
	}
	return names
}

// literal says whether a pattern matches itself and nothing else.
func literal(pattern string) bool { return !strings.ContainsAny(pattern, `*?[\`) }

// String is the list, those with "!" last.
func (p Patterns) String() string {
	list := slices.Clone(p.take)
	for _, pattern := range p.leave {
		list = append(list, "!"+pattern)
	}
	return strings.Join(list, " ")
}
