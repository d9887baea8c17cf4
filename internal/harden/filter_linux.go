package harden

import (
	"encoding/binary"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Where things are in struct seccomp_data, seccomp(2). The integers are in the byte order of the machine; each argument has 64
// bits, of which the kernel itself looks at the lower 32 in all that is compared here.
const (
	offsetNumber    = 0
	offsetArch      = 4
	offsetArguments = 16
	sizeArgument    = 8
)

// x32Bit marks a system call of the x32 ABI, which has the architecture of amd64.
const x32Bit = 0x40000000

// maxJump is how far a conditional jump goes.
const maxJump = 255

// program is the filter: system calls in the lists by their fate, those that depend on an argument between, and for any other
// ENOSYS, which is how a kernel says that it doesn't know a call: whoever tries a new one then takes the old one. A call by
// another architecture's table gets the same.
func program(pid uint32) []bpf.Instruction {
	p := []bpf.Instruction{
		word(offsetArch), equal(auditArch, 1, 0), fail(unix.ENOSYS),
		word(offsetNumber),
		bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: x32Bit, SkipFalse: 1},
		fail(unix.ENOSYS),
	}
	p = append(p, oneOf(allowed(), allow())...)
	for _, c := range conditional(pid) {
		p = append(p, equal(c.number, 0, uint8(len(c.then))))
		p = append(p, c.then...)
	}
	p = append(p, oneOf(refused(), fail(unix.EPERM))...)
	return append(p, fail(unix.ENOSYS))
}

// condition is a system call whose fate is up to its arguments; all ways through its instructions end in a return.
type condition struct {
	number uint32
	then   []bpf.Instruction
}

func word(offset uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: offset, Size: 4} }

// argument loads the lower 32 bits of one.
func argument(n uint32) bpf.Instruction {
	offset := offsetArguments + n*sizeArgument
	if binary.NativeEndian.Uint16([]byte{0, 1}) == 1 { // the higher ones come first
		offset += 4
	}
	return word(offset)
}

func equal(value uint32, ifTrue, ifFalse uint8) bpf.Instruction {
	return bpf.JumpIf{Cond: bpf.JumpEqual, Val: value, SkipTrue: ifTrue, SkipFalse: ifFalse}
}

func allow() bpf.Instruction { return bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW} }

func fail(errno unix.Errno) bpf.Instruction {
	return bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(errno)}
}

// oneOf returns fate where what was loaded is one of the values, and goes on behind its instructions where it isn't.
func oneOf(values []uint32, fate bpf.Instruction) []bpf.Instruction {
	var p []bpf.Instruction
	for part := range slices.Chunk(values, maxJump) {
		for i, v := range part {
			p = append(p, equal(v, uint8(len(part)-i), 0))
		}
		p = append(p, bpf.Jump{Skip: 1}, fate)
	}
	return p
}

// onlyIf allows a call where the argument is one of the values.
func onlyIf(n uint32, values []uint32, otherwise unix.Errno) []bpf.Instruction {
	p := append([]bpf.Instruction{argument(n)}, oneOf(values, allow())...)
	return append(p, fail(otherwise))
}

// unless allows a call where the argument is none of the values.
func unless(n uint32, values []uint32, otherwise unix.Errno) []bpf.Instruction {
	p := append([]bpf.Instruction{argument(n)}, oneOf(values, fail(otherwise))...)
	return append(p, allow())
}

// unlessBits allows a call where the argument has none of the bits.
func unlessBits(n, bits uint32) []bpf.Instruction {
	return []bpf.Instruction{argument(n), bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: bits, SkipFalse: 1}, fail(unix.EPERM), allow()}
}
