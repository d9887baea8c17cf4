package filter

import "github.com/sagflow/sagflow/flowtable"

// Limits of a filter, which bound its memory and the time of a Match.
const (
	// MaxText is the longest text, in octets.
	MaxText = 1 << 18
	// MaxItems is the largest number of terms, each number or range of a list counted.
	MaxItems = 1000
	// MaxNesting is the deepest nesting of parentheses and "not".
	MaxNesting = 30
)

// Filter says which packets to keep. It is made by Parse, never changes, and may be used by any
// number of goroutines.
type Filter struct {
	program []instruction
}

// opcode says what an instruction does to the stack.
type opcode uint8

const (
	opTerm opcode = iota // push what the term says
	opNot                // turn the top around
	opAnd                // pop one, and it into the next
	opOr                 // pop one, or it into the next
)

// instruction is a step of the program.
type instruction struct {
	op   opcode
	term term
}

// Match says whether a packet passes. It allocates nothing.
//
// The stack is the bits of one word, its top the lowest. Nesting is limited such that 64 are
// enough: each level holds at most the left sides of one "or" and one "and".
func (f *Filter) Match(p *flowtable.Packet) bool {
	var stack uint64
	for i := range f.program {
		in := &f.program[i]
		switch in.op {
		case opTerm:
			stack <<= 1
			if in.term.match(p) {
				stack |= 1
			}
		case opNot:
			stack ^= 1
		case opAnd:
			top := stack & 1
			stack >>= 1
			stack &= ^uint64(1) | top
		case opOr:
			top := stack & 1
			stack >>= 1
			stack |= top
		}
	}
	return stack&1 != 0
}
