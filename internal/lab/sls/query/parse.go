package query

import (
	"math"
	"strconv"
	"strings"
)

// The bounds of a query.
const (
	MaxLength = 10 << 10
	maxDepth  = 100
)

// Query is a search that was parsed. It is not changed by use, and any number of goroutines may use it.
type Query struct{ root node }

// Parse reads a query. An error is an *Error.
func Parse(s string) (*Query, error) {
	if len(s) > MaxLength {
		return nil, wrong(MaxLength, "it has %d bytes, and at most %d are taken", len(s), MaxLength)
	}
	tokens, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	if p.peek().kind == end {
		return &Query{}, nil
	}
	if p.peek().is("|") {
		return nil, p.unexpected()
	}
	root, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if p.peek().kind != end {
		return nil, p.unexpected()
	}
	return &Query{root}, nil
}

type parser struct{ tokens []token }

func (p *parser) peek() token { return p.tokens[0] }

// take returns the next token; the end stays.
func (p *parser) take() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *parser) unexpected() error {
	t := p.peek()
	if t.is("|") {
		e := wrong(t.at, "SQL behind | is not supported by the lab: search alone is")
		e.SQL = true
		return e
	}
	return wrong(t.at, "%s is not expected here: a word, \"text\", key: value, key > number, not or ( is", t)
}

func (p *parser) or(depth int) (node, error) {
	all, err := p.and(depth)
	if err != nil {
		return nil, err
	}
	for p.peek().is("or") {
		p.take()
		n, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		all = either{all, n}
	}
	return all, nil
}

func (p *parser) and(depth int) (node, error) {
	all, err := p.not(depth)
	if err != nil {
		return nil, err
	}
	for {
		switch t := p.peek(); {
		case t.is("and"):
			p.take()
		case !t.isText() && !t.is("not") && !t.is("("):
			return all, nil
		}
		n, err := p.not(depth)
		if err != nil {
			return nil, err
		}
		all = both{all, n}
	}
}

func (p *parser) not(depth int) (node, error) {
	t := p.peek()
	if depth > maxDepth {
		return nil, wrong(t.at, "it is nested more than %d deep", maxDepth)
	}
	switch {
	case t.is("not"):
		p.take()
		n, err := p.not(depth + 1)
		return negation{n}, err
	case t.is("("):
		p.take()
		n, err := p.or(depth + 1)
		if err == nil && !p.take().is(")") {
			err = wrong(t.at, "the parenthesis does not end")
		}
		return n, err
	case t.isText():
		return p.term()
	}
	return nil, p.unexpected()
}

// term reads a text, or a key with what it is compared with.
func (p *parser) term() (node, error) {
	first := p.take()
	key := first.text
	if key == tagPrefix && p.peek().is(":") && len(p.tokens) > 2 && p.tokens[1].isText() && p.tokens[2].is(":") {
		p.take()
		key = TagKey(p.take().text)
	}
	switch op := p.peek(); {
	case op.is(":"):
		p.take()
		if !p.peek().isText() {
			return nil, p.unexpected()
		}
		value := p.take()
		return fieldTerm(key, value), nil
	case op.is("=") || op.is(">") || op.is(">=") || op.is("<") || op.is("<="):
		p.take()
		value := p.take()
		limit, err := strconv.ParseFloat(value.text, 64)
		if err != nil || math.IsNaN(limit) || value.kind == symbol {
			return nil, wrong(value.at, "%s behind %s: a number is expected", value, op.text)
		}
		return comparison{key, op.text, limit}, nil
	}
	if first.kind == word && strings.Trim(key, "*") == "" {
		return everything{}, nil
	}
	return fullText{newPhrase(first)}, nil
}

func fieldTerm(key string, value token) node {
	if value.kind == word && value.text == "*" {
		return present{key}
	}
	return field{key, newPhrase(value)}
}
