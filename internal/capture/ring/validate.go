package ring

import (
	"fmt"

	"golang.org/x/net/bpf"
)

// The parts of an instruction's code (linux/bpf_common.h; McCanne and Jacobson, "The BSD Packet
// Filter", 1993).
const (
	classMask = 0x07
	classLD   = 0x00
	classLDX  = 0x01
	classST   = 0x02
	classSTX  = 0x03
	classALU  = 0x04
	classJMP  = 0x05
	classRET  = 0x06
	classMISC = 0x07

	opMask  = 0xf0
	opDiv   = 0x30
	opLsh   = 0x60
	opRsh   = 0x70
	opNeg   = 0x80
	opMod   = 0x90
	opXor   = 0xa0
	opJA    = 0x00
	opJSet  = 0x40
	sourceX = 0x08

	modeMask = 0xe0
	modeAbs  = 0x20
	modeMem  = 0x60

	retK = 0x06
	retA = 0x16

	scratchWords    = 16
	maxInstructions = 4096 // BPF_MAXINSNS

	// Loads from so far up are the kernel's extensions (SKF_AD_OFF), of which there is one every 4.
	extensions     = 0xfffff000
	extensionsEnd  = extensions + 64
	extensionsStep = 4
)

// validate says what in a program the kernel would refuse, or is nil.
func validate(program []bpf.RawInstruction) *FilterError {
	n := len(program)
	if n == 0 {
		return &FilterError{-1, "it has no instructions", nil}
	}
	if n > maxInstructions-composedExtra {
		return &FilterError{-1, fmt.Sprintf("%d instructions: at most %d", n, maxInstructions-composedExtra), nil}
	}
	for i, in := range program {
		reason := wrongCode(in)
		if reason == "" && in.Op&classMask == classJMP {
			reason = wrongJump(in, n-1-i)
		}
		if reason != "" {
			return &FilterError{i, reason, nil}
		}
	}
	if last := program[n-1].Op; last != retK && last != retA {
		return &FilterError{n - 1, "the last one is no return", nil}
	}
	return unwritten(program)
}

// wrongCode says what is wrong with one instruction by itself.
func wrongCode(in bpf.RawInstruction) string {
	if !known(in.Op) {
		return fmt.Sprintf("code %#x is unknown", in.Op)
	}
	switch op := in.Op & opMask; in.Op & classMask {
	case classALU:
		if in.Op&sourceX != 0 {
			break
		}
		if (op == opDiv || op == opMod) && in.K == 0 {
			return "division by 0"
		}
		if (op == opLsh || op == opRsh) && in.K > 31 {
			return fmt.Sprintf("shift by %d bits", in.K)
		}
	case classLD, classLDX, classST, classSTX:
		if usesScratch(in.Op) && in.K >= scratchWords {
			return fmt.Sprintf("scratch word %d: there are %d", in.K, scratchWords)
		}
		if in.Op&^0x18 == classLD|modeAbs && in.K >= extensions && (in.K >= extensionsEnd || in.K%extensionsStep != 0) {
			return fmt.Sprintf("the kernel has no extension %#x", in.K-extensions)
		}
	}
	return ""
}

// wrongJump says where a jump with so many instructions behind it goes wrong.
func wrongJump(in bpf.RawInstruction, behind int) string {
	const reason = "it jumps past the end"
	if in.Op&opMask == opJA {
		if uint64(in.K) >= uint64(behind) {
			return reason
		}
	} else if int(in.Jt) >= behind || int(in.Jf) >= behind {
		return reason
	}
	return ""
}

// known says whether there is an instruction of a code.
func known(code uint16) bool {
	switch op := code & opMask; code & classMask {
	case classLD:
		switch code {
		case 0x00, 0x60, 0x80, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50: // imm mem len, abs, ind
			return true
		}
		return false
	case classLDX:
		return code == 0x01 || code == 0x61 || code == 0x81 || code == 0xb1 // imm mem len msh
	case classST, classSTX:
		return code <= classSTX
	case classALU:
		return code <= 0xff && (op < opNeg && code&^(opMask|sourceX|classMask) == 0 || code == classALU|opNeg ||
			op == opMod || op == opXor)
	case classJMP:
		return code == classJMP|opJA || code <= 0xff && op > opJA && op <= opJSet
	case classRET:
		return code == retK || code == retA
	default: // tax, txa
		return code == classMISC || code == classMISC|0x80
	}
}

func usesScratch(code uint16) bool {
	switch code & classMask {
	case classST, classSTX:
		return true
	case classLD, classLDX:
		return code&modeMask == modeMem
	}
	return false
}

// unwritten finds a load from a scratch word that not every way there has written.
func unwritten(program []bpf.RawInstruction) *FilterError {
	// missing are, by instruction, the words that a jump to it may leave unwritten.
	missing := make([]uint16, len(program)+1)
	now := ^uint16(0)
	for i, in := range program {
		now |= missing[i]
		word := uint16(1) << (in.K % scratchWords)
		switch class := in.Op & classMask; {
		case class == classST || class == classSTX:
			now &^= word
		case usesScratch(in.Op) && now&word != 0:
			return &FilterError{i, fmt.Sprintf("scratch word %d may not have been written", in.K), nil}
		case in.Op == classJMP|opJA:
			missing[i+1+int(in.K)] |= now
			now = 0
		case class == classJMP:
			missing[i+1+int(in.Jt)] |= now
			missing[i+1+int(in.Jf)] |= now
			now = 0
		}
	}
	return nil
}
