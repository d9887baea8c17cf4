package query

import "strings"

// Delimiters are where values are split into tokens: those of the default index of the Go SDK.
const Delimiters = " \n\t\r,;[]{}()&^*#@~=<>/\\?:'\""

// wild are what a word may hold though they are delimiters.
const wild = "*?"

func isDelimiter(r rune) bool { return strings.ContainsRune(Delimiters, r) }

// tokens splits a value. They are in lower case.
func tokens(value string) []string { return strings.FieldsFunc(strings.ToLower(value), isDelimiter) }

// phrase is tokens that must stand side by side.
type phrase struct {
	tokens []string
	// patterns says that they may hold * and ?.
	patterns bool
	// simple is the only token of a phrase without patterns.
	simple string
}

func newPhrase(t token) phrase {
	if t.kind == word && strings.ContainsAny(t.text, wild) {
		split := func(r rune) bool { return isDelimiter(r) && !strings.ContainsRune(wild, r) }
		return phrase{tokens: strings.FieldsFunc(strings.ToLower(t.text), split), patterns: true}
	}
	p := phrase{tokens: tokens(t.text)}
	if len(p.tokens) == 1 {
		p.simple = p.tokens[0]
	}
	return p
}

// in says whether a value holds the phrase. One without tokens, such as "", is nowhere.
func (p phrase) in(value string) bool {
	if p.simple != "" && strings.EqualFold(value, p.simple) && !strings.ContainsFunc(value, isDelimiter) {
		return true
	}
	if len(p.tokens) == 0 {
		return false
	}
	have := tokens(value)
	for i := 0; i+len(p.tokens) <= len(have); i++ {
		if p.at(have[i:]) {
			return true
		}
	}
	return false
}

func (p phrase) at(have []string) bool {
	for i, want := range p.tokens {
		if have[i] != want && (!p.patterns || !matches([]rune(want), []rune(have[i]))) {
			return false
		}
	}
	return true
}

// matches compares with * and ?, in time of the product of both lengths.
func matches(pattern, text []rune) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(string(pattern[p:]), "*") == ""
}
