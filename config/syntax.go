package config

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// syntaxMessage explains a message of the YAML parser.
type syntaxMessage struct {
	// part is in the message.
	part string
	// below says that the parser names the line above.
	below bool
	// marks are characters of which the first one in the line, or in the nearest line above that has one, is at fault.
	marks         string
	problem, want string
}

// syntaxMessages are those whose own words don't help, the more special ones first.
var syntaxMessages = [...]syntaxMessage{
	{"found character that cannot start any token", false, "@`%", "a character that no value starts with", "the value in quotes if it begins with @, ` or %"},
	{"mapping values are not allowed", false, "", "a second colon, or a wrong indent", "each key on its own line, and text with \": \" in quotes"},
	{"did not find expected ',' or ']'", true, "[", "the list is not closed", "[VALUE, VALUE]"},
	{"did not find expected ',' or '}'", true, "{", "the mapping is not closed", "{KEY: VALUE, KEY: VALUE}"},
	{"did not find expected key", true, "", "neither a key nor a right indent", "KEY: VALUE, indented as the keys beside it"},
	{"did not find expected '-' indicator", true, "", "neither an item nor a right indent", "- VALUE, indented as the items beside it"},
	{"did not find expected node content", true, "", "a value is missing", "KEY: VALUE"},
	{"could not find expected ':'", false, "", "a key without a colon", "KEY: VALUE"},
	{"found unexpected end of stream", false, "\"'", "quotes are not closed", "the second quote on the same line"},
	{"did not find expected whitespace or line break", false, "!", noTag, wantNoTag},
	{"found incompatible YAML document", false, "", "a %YAML line", "the file without it"},
	{"unknown anchor", false, "*", "an alias (*) is not used here", wantNoAlias},
	{"did not find expected alphabetic or numeric character", false, "*&", "an alias (*) or anchor (&) is not used here", "the value itself, in quotes if it begins with * or &"},
	{"exceeded max depth", false, "", "nested too deeply", "at most " + strconv.Itoa(maxDepth) + " levels"},
}

// What to write in place of an alias or a tag, which may have been meant to be text.
const (
	wantNoAlias = "the value itself, in quotes if it begins with *"
	wantNoTag   = "the value alone, in quotes if it begins with !"
	noTag       = "a tag (!) is not used here"
)

var messageAlias = regexp.MustCompile(`unknown anchor '(.*)' referenced`)

var messageLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxFault turns an error of the YAML parser into a Fault. The parser tells a line but no column.
func syntaxFault(name string, text []byte, err error) *Fault {
	f := &Fault{File: name, Line: 1, Problem: "not YAML", Want: wantFile}
	match := messageLine.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if match != nil {
		f.Problem = "not YAML: " + shown(match[2])
		f.Line, _ = strconv.Atoi(match[1])
	}
	marks := ""
	for _, m := range syntaxMessages {
		if strings.Contains(err.Error(), m.part) {
			f.Problem, f.Want, marks = m.problem, m.want, m.marks
			if m.below {
				f.Line++
			}
			break
		}
	}
	lines := bytes.Split(text, []byte("\n"))
	f.Line = min(max(f.Line, aliasLine(lines, err), 1), len(lines))
	if tab := tabbedLine(lines, f.Line); tab > 0 {
		f.Line, f.Problem, f.Want, marks = tab, "a tab indents this line", "spaces", "\t"
	}
	last := f.Line
	for up := f.Line; up > 0; up-- {
		if bytes.ContainsAny(lines[up-1], marks) {
			f.Line = up
			break
		}
	}
	f.Column = columnOf(lines[f.Line-1], marks)
	if marks == "[" || marks == "{" {
		bracketTrap(f, lines, last)
	}
	return f
}

// bracketTraps are what makes the parser miss the end of a list or mapping: it takes [!eth0] for a tag with the
// bracket in it, and the ? in [eth?] for the begin of a key.
var bracketTraps = map[byte]complaint{
	'!': {noTag, wantNoTag},
	'?': {"a ? outside of quotes", "a value with ? in it in quotes"},
}

// bracketTrap turns a fault into that of the first of bracketTraps in its line or those up to last.
func bracketTrap(f *Fault, lines [][]byte, last int) {
	for n := f.Line; n <= last; n++ {
		line, quote := lines[n-1], byte(0)
		for i, b := range line {
			begins := startsValue(line, i)
			switch {
			case quote != 0:
				if b == quote {
					quote = 0
				}
			case begins && (b == '"' || b == '\''):
				quote = b
			case begins && b == '!', b == '?':
				f.Line, f.Column = n, 1+utf8.RuneCount(line[:i])
				f.Problem, f.Want = bracketTraps[b].problem, bracketTraps[b].want
				return
			}
		}
	}
}

// startsValue says that a value may begin at an index of a line.
func startsValue(line []byte, i int) bool {
	return i == 0 || strings.IndexByte(" \t[{,", line[i-1]) >= 0
}

// columnOf returns the column of the first of marks, or else that of what comes first in the line. A mark with
// which a value begins comes before others.
func columnOf(line []byte, marks string) int {
	i := startOf(line, marks)
	if i < 0 {
		i = bytes.IndexAny(line, marks)
	}
	if i >= 0 {
		return 1 + utf8.RuneCount(line[:i])
	}
	return 1 + len(line) - len(bytes.TrimLeft(line, " "))
}

// startOf returns where in a line a value begins with one of marks, -1 if none does.
func startOf(line []byte, marks string) int {
	for i, b := range line {
		if strings.IndexByte(marks, b) >= 0 && startsValue(line, i) {
			return i
		}
	}
	return -1
}

// tabbedLine returns the line whose indent holds a tab, of the given one and those beside it; 0 for none. Further
// away a tab may be right.
func tabbedLine(lines [][]byte, near int) int {
	for n := max(near-1, 1); n <= min(near+1, len(lines)); n++ {
		line := bytes.TrimSuffix(lines[n-1], []byte("\r"))
		indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if bytes.ContainsRune(indent, '\t') {
			return n
		}
	}
	return 0
}

// aliasLine returns the line of the alias that an error names, 0 if it names none: the parser tells no line.
func aliasLine(lines [][]byte, err error) int {
	match := messageAlias.FindStringSubmatch(err.Error())
	if match == nil {
		return 0
	}
	return 1 + slices.IndexFunc(lines, func(line []byte) bool { return bytes.Contains(line, []byte("*"+match[1])) })
}

// lineOf returns the first line behind another that begins with prefix, or the last one.
func lineOf(text []byte, prefix string, behind int) int {
	line := 0
	for l := range bytes.Lines(text) {
		line++
		if line > behind && bytes.HasPrefix(l, []byte(prefix)) {
			break
		}
	}
	return max(line, 1)
}
