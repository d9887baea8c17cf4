package cbpf

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/bpf"
)

// LooksRaw says that a text is meant as what tcpdump -ddd prints: its first line is of digits alone. Whatever
// Parse takes does.
func LooksRaw(text string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return first != "" && strings.Trim(strings.Join(strings.Fields(first), ""), "0123456789") == ""
}

// Parse reads what tcpdump -ddd prints: a line with the number of instructions, and a line for each with its
// code, both jumps and K, all in decimal. Blank lines and blanks around the numbers don't matter. The program
// has passed Check. An error is a *LineError.
func Parse(text string) ([]bpf.RawInstruction, error) {
	all := lines(text)
	if len(all) == 0 {
		return nil, &LineError{1, "want the number of instructions"}
	}
	count, err := parseCount(all[0])
	if err != nil {
		return nil, err
	}
	program := make([]bpf.RawInstruction, 0, count)
	for _, l := range all[1:] {
		if len(program) == count {
			return nil, &LineError{l.number, fmt.Sprintf("line %d announced %d instructions, and more follow", all[0].number, count)}
		}
		in, err := parseInstruction(l)
		if err != nil {
			return nil, err
		}
		program = append(program, in)
	}
	if len(program) < count {
		return nil, &LineError{all[len(all)-1].number, fmt.Sprintf("%d instructions, but line %d announced %d", len(program), all[0].number, count)}
	}
	if err := Check(program); err != nil {
		return nil, atLine(err, all)
	}
	return program, nil
}

// atLine gives the error of an instruction its line.
func atLine(err error, all []line) error {
	wrong := (*InstructionError)(nil)
	if errors.As(err, &wrong) {
		return &LineError{all[wrong.Index+1].number, wrong.Problem}
	}
	return err
}

// line is one that is not blank.
type line struct {
	number int
	fields []string
}

// lines returns those that are not blank. There are at most two more than a program may have.
func lines(text string) []line {
	var all []line
	number := 0
	for l := range strings.Lines(text) {
		number++
		if fields := strings.Fields(l); len(fields) > 0 {
			all = append(all, line{number, fields})
		}
		if len(all) == MaxInstructions+2 {
			break
		}
	}
	return all
}

func parseCount(l line) (int, error) {
	if len(l.fields) > 1 {
		return 0, &LineError{l.number, fmt.Sprintf("%d numbers, want the number of instructions alone and a line for each: in YAML behind `|`, which keeps lines", len(l.fields))}
	}
	n, err := strconv.ParseUint(l.fields[0], 10, 32)
	if err != nil || n < 1 || n > MaxInstructions {
		return 0, &LineError{l.number, fmt.Sprintf("%q: want the number of instructions, 1 to %d", shorten(l.fields[0]), MaxInstructions)}
	}
	return int(n), nil
}

func parseInstruction(l line) (bpf.RawInstruction, error) {
	if len(l.fields) != 4 {
		return bpf.RawInstruction{}, &LineError{l.number, fmt.Sprintf("%d numbers, want 4: code, jump if true, jump if false, K", len(l.fields))}
	}
	var n [4]uint64
	for i, bits := range []int{16, 8, 8, 32} {
		var err error
		if n[i], err = strconv.ParseUint(l.fields[i], 10, bits); err != nil {
			return bpf.RawInstruction{}, &LineError{l.number, fmt.Sprintf("%q: want a number from 0 to %d", shorten(l.fields[i]), uint64(1)<<bits-1)}
		}
	}
	return bpf.RawInstruction{Op: uint16(n[0]), Jt: uint8(n[1]), Jf: uint8(n[2]), K: uint32(n[3])}, nil
}
