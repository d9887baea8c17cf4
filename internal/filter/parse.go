package filter

import "fmt"

// Parse makes a Filter of a text; the package's documentation has its grammar. An error is
// a *SyntaxError.
func Parse(text string) (*Filter, error) {
	if len(text) > MaxText {
		return nil, &SyntaxError{Column: 1, Token: text, Problem: fmt.Sprintf("the filter has %d octets, want at most %d", len(text), MaxText)}
	}
	p := parser{tokens: split(text)}
	if err := p.anyOf(0); err != nil {
		return nil, err
	}
	if t := p.peek(); t.text != "" { // what stops an expression and isn't its end
		return nil, t.error("no parenthesis is open here")
	}
	return &Filter{program: p.program}, nil
}

// parser goes through the words and writes the program in postfix order.
type parser struct {
	tokens  []token
	program []instruction
	// items counts terms and what is in their lists.
	items int
}

// peek returns the next word. The last one, which is the end, is never passed.
func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.text != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

// accept passes the next word if it is this one.
func (p *parser) accept(word string) bool {
	if p.peek().word() != word {
		return false
	}
	p.next()
	return true
}

func (p *parser) emit(op opcode) { p.program = append(p.program, instruction{op: op}) }

// anyOf parses what is joined by "or".
func (p *parser) anyOf(depth int) *SyntaxError {
	if err := p.allOf(depth); err != nil {
		return err
	}
	for p.accept("or") {
		if err := p.allOf(depth); err != nil {
			return err
		}
		p.emit(opOr)
	}
	return nil
}

// allOf parses what stands side by side.
func (p *parser) allOf(depth int) *SyntaxError {
	if err := p.one(depth); err != nil {
		return err
	}
	for {
		and := p.accept("and")
		if w := p.peek().word(); !and && (w == "" || w == ")" || w == "or") {
			return nil
		}
		if err := p.one(depth); err != nil {
			return err
		}
		p.emit(opAnd)
	}
}

// one parses a term, or a negated or parenthesised part.
func (p *parser) one(depth int) *SyntaxError {
	t := p.next()
	word := t.word()
	if word != "not" && word != "(" {
		return p.term(t)
	}
	if depth == MaxNesting {
		return t.error("want at most %d parentheses and \"not\" within each other", MaxNesting)
	}
	if word == "not" {
		if err := p.one(depth + 1); err != nil {
			return err
		}
		p.emit(opNot)
		return nil
	}
	if err := p.anyOf(depth + 1); err != nil {
		return err
	}
	if !p.accept(")") {
		return p.peek().error("want \")\" for the \"(\" of column %d", t.column)
	}
	return nil
}
