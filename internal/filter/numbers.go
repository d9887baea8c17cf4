package filter

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// numberKind is a kind of number that terms are about.
type numberKind struct {
	// what is the kind's name in messages.
	what string
	max  uint16
	// named says that the names of protocols stand for numbers.
	named bool
	// example is a text that would be right.
	example string
}

var (
	ports          = numberKind{what: "port", max: 65535, example: "80 or 80,443,8000-8100"}
	protocols      = numberKind{what: "protocol", max: 255, named: true, example: "tcp, udp, icmp or 47"}
	typesOfService = numberKind{what: "type of service", max: 255, example: "0xb8 or 0-63"}
	vlans          = numberKind{what: "VLAN id", max: 4095, example: "10 or 1-100"}
)

// parse parses a list of numbers and ranges and puts it in order.
func (k *numberKind) parse(t token) ([]span, *SyntaxError) {
	var spans []span
	column := t.column
	for part := range strings.SplitSeq(t.text, ",") {
		s, ok := k.span(part)
		if !ok {
			return nil, k.error(t, token{part, column})
		}
		spans = append(spans, s)
		column += len([]rune(part)) + 1
	}
	return merge(spans), nil
}

// error says what is wrong with a part of a list.
func (k *numberKind) error(list, part token) *SyntaxError {
	problem := "want a " + k.what + " from 0 to " + strconv.Itoa(int(k.max)) + " or a list: " + k.example
	if part.text == "" && list.text != "" {
		return token{list.text, part.column}.error("a number is missing: %s", problem)
	}
	return part.error("%s", problem)
}

// span parses a number, a name, or two with a dash between, the smaller first.
func (k *numberKind) span(s string) (span, bool) {
	first, last, isRange := strings.Cut(s, "-")
	low, ok := k.number(first)
	if !ok || !isRange {
		return span{low, low}, ok
	}
	high, ok := k.number(last)
	return span{low, high}, ok && low <= high
}

func (k *numberKind) number(s string) (uint16, bool) {
	if n, known := protocolNumber(strings.ToLower(s)); k.named && known {
		return uint16(n), true
	}
	base := 10
	if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		s, base = s[2:], 16
	}
	n, err := strconv.ParseUint(s, base, 16)
	return uint16(n), err == nil && uint16(n) <= k.max
}

// merge sorts ranges and joins those that overlap or touch.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.low, b.low) })
	merged := spans[:1]
	for _, s := range spans[1:] {
		last := &merged[len(merged)-1]
		if int(s.low) > int(last.high)+1 {
			merged = append(merged, s)
			continue
		}
		last.high = max(last.high, s.high)
	}
	return slices.Clip(merged)
}
