package filter

import (
	"strconv"
	"strings"
)

// binding says how strongly a text's outermost operator binds.
type binding uint8

const (
	bindsOr binding = iota
	bindsAnd
	bindsNot
)

// part is the text of a part of the program.
type part struct {
	text    string
	binding binding
}

// within returns the text in parentheses where it binds weaker than its place demands.
func (p part) within(least binding) string {
	if p.binding < least {
		return "(" + p.text + ")"
	}
	return p.text
}

// String returns the filter in its shortest spelling. Parse makes the same filter of it.
func (f *Filter) String() string {
	var stack []part
	for i := range f.program {
		in := &f.program[i]
		last := len(stack) - 1
		switch in.op {
		case opTerm:
			stack = append(stack, part{in.term.String(), bindsNot})
		case opNot:
			stack[last] = part{"not " + stack[last].within(bindsNot), bindsNot}
		case opAnd:
			// Operators of one strength are read from the left: a part on the right needs parentheses.
			stack[last-1] = part{stack[last-1].within(bindsAnd) + " " + stack[last].within(bindsNot), bindsAnd}
			stack = stack[:last]
		case opOr:
			stack[last-1] = part{stack[last-1].within(bindsOr) + " or " + stack[last].within(bindsAnd), bindsOr}
			stack = stack[:last]
		}
	}
	return stack[0].text
}

// String returns the term as Parse reads it.
func (t *term) String() string {
	side := [...]string{eitherSide: "", srcSide: "src ", dstSide: "dst "}[t.side]
	switch t.subject {
	case subjectNet:
		if t.host {
			return side + "host " + t.net.prefix().Addr().String()
		}
		return side + "net " + t.net.prefix().String()
	case subjectPort:
		return side + "port " + list(t.numbers, plainNumber)
	case subjectProto:
		return "proto " + list(t.numbers, protocolWord)
	case subjectToS:
		return "tos " + list(t.numbers, plainNumber)
	case subjectVLAN:
		return "vlan " + list(t.numbers, plainNumber)
	case subjectDirection:
		return "direction " + [...]string{"in", "out"}[t.numbers[0].low]
	default: // subjectVersion
		return map[uint16]string{4: "ip", 6: "ip6"}[t.numbers[0].low]
	}
}

func list(numbers []span, word func(uint16) string) string {
	var b strings.Builder
	for i, s := range numbers {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(word(s.low))
		if s.high != s.low {
			b.WriteString("-" + word(s.high))
		}
	}
	return b.String()
}

func plainNumber(n uint16) string { return strconv.Itoa(int(n)) }

func protocolWord(n uint16) string {
	if name := protocolName(n); name != "" {
		return name
	}
	return plainNumber(n)
}
