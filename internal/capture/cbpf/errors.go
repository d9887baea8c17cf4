package cbpf

import (
	"errors"
	"fmt"
)

// ErrNoTcpdump says that there is nothing to compile a text with.
var ErrNoTcpdump = errors.New("tcpdump is not installed: apt install tcpdump; without it a filter can be given as what `tcpdump -ddd` prints on another machine, or as {match: TERMS}")

// ErrNoInterface says that an interface is not there.
var ErrNoInterface = errors.New("no such interface")

// FilterError is a text that is no filter.
type FilterError struct {
	// Text is the filter, Message what tcpdump says of it.
	Text, Message string
}

// Error names the filter and what is wrong.
func (e *FilterError) Error() string {
	return fmt.Sprintf("compile filter %q: %s; see pcap-filter(7)", shorten(e.Text), e.Message)
}

// DeviceError is an interface that tcpdump can't open, as it is down or the right to is missing. The filter may
// be right, and CompileLink can make a program of it.
type DeviceError struct {
	// Interface is its name, Message what tcpdump says.
	Interface, Message string
}

// Error names the interface and what is wrong.
func (e *DeviceError) Error() string {
	return fmt.Sprintf("compile filter for interface %q: %s", e.Interface, e.Message)
}

// LineError is a line that has no place in what tcpdump -ddd prints.
type LineError struct {
	// Line counts from 1.
	Line int
	// Problem says what is wrong and what would be right.
	Problem string
}

// Error names line and problem.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

// InstructionError is an instruction that the kernel would refuse.
type InstructionError struct {
	// Index counts from 0, as tcpdump -d does.
	Index int
	// Problem says what is wrong.
	Problem string
}

// Error names instruction and problem.
func (e *InstructionError) Error() string {
	return fmt.Sprintf("instruction %d: %s", e.Index, e.Problem)
}

// shorten keeps a message readable, whatever was passed.
func shorten(s string) string {
	const limit = 100
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return s
}
