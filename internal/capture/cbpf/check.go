package cbpf

import (
	"fmt"

	"golang.org/x/net/bpf"
)

// MaxInstructions is the length of the longest program (BPF_MAXINSNS, linux/bpf_common.h).
const MaxInstructions = 4096

// Codes of classic BPF (linux/bpf_common.h, linux/filter.h): class, size, mode, operation and source are added.
const (
	classLD, classLDX, classST, classSTX = 0x00, 0x01, 0x02, 0x03
	classALU, classJMP, classRET         = 0x04, 0x05, 0x06
	classMISC                            = 0x07

	sizeW, sizeH, sizeB                                  = 0x00, 0x08, 0x10
	modeIMM, modeABS, modeIND, modeMEM, modeLEN, modeMSH = 0x00, 0x20, 0x40, 0x60, 0x80, 0xa0

	opADD, opSUB, opMUL, opDIV, opOR, opAND = 0x00, 0x10, 0x20, 0x30, 0x40, 0x50
	opLSH, opRSH, opNEG, opMOD, opXOR       = 0x60, 0x70, 0x80, 0x90, 0xa0
	opJA, opJEQ, opJGT, opJGE, opJSET       = 0x00, 0x10, 0x20, 0x30, 0x40

	sourceK, sourceX, sourceA = 0x00, 0x08, 0x10
	miscTAX, miscTXA          = 0x00, 0x80
)

const (
	cells = 16 // of scratch memory (BPF_MEMWORDS)
	// ancillary is where a load's offset stands for something beside the packet (SKF_AD_OFF), and
	// lastAncillary the last of them (SKF_AD_VLAN_TPID); they are 4 apart.
	ancillary, lastAncillary = 0xfffff000, 0xfffff000 + 60
)

// Check says what the kernel would refuse of a program, as an *InstructionError where one instruction is at
// fault: an unknown code, a division by zero, a jump out of the program, a memory cell that isn't there or that
// is read before it is written, an end that is no return. What it takes the kernel takes, memory permitting: of
// the program that it makes, at most net.core.optmem_max.
func Check(program []bpf.RawInstruction) error {
	if len(program) == 0 || len(program) > MaxInstructions {
		return fmt.Errorf("the program has %d instructions, want 1 to %d", len(program), MaxInstructions)
	}
	for i, in := range program {
		if problem := checkOne(in, len(program)-i-1); problem != "" {
			return &InstructionError{i, problem}
		}
	}
	if last := program[len(program)-1].Op; last != classRET|sourceK && last != classRET|sourceA {
		return &InstructionError{len(program) - 1, "the last instruction is no return"}
	}
	return checkMemory(program)
}

// checkOne says what is wrong with an instruction behind which there are rest others.
func checkOne(in bpf.RawInstruction, rest int) string {
	switch {
	case !known(in.Op):
		return fmt.Sprintf("no such code as %d", in.Op)
	case (in.Op == classALU|opDIV|sourceK || in.Op == classALU|opMOD|sourceK) && in.K == 0:
		return "a division by 0"
	case (in.Op == classALU|opLSH|sourceK || in.Op == classALU|opRSH|sourceK) && in.K >= 32:
		return fmt.Sprintf("a shift by %d, want at most 31", in.K)
	case usesCell(in.Op) && in.K >= cells:
		return fmt.Sprintf("memory cell %d, want 0 to %d", in.K, cells-1)
	case in.Op == classJMP|opJA && uint64(in.K) >= uint64(rest):
		return fmt.Sprintf("jumps over %d of the %d instructions that follow", in.K, rest)
	case conditional(in.Op) && int(max(in.Jt, in.Jf)) >= rest:
		return fmt.Sprintf("jumps over %d of the %d instructions that follow", max(in.Jt, in.Jf), rest)
	case absolute(in.Op) && in.K >= ancillary && (in.K > lastAncillary || in.K%4 != 0):
		return fmt.Sprintf("a load from %d, which is neither in a packet nor known beside it", in.K)
	}
	return ""
}

// checkMemory refuses to read a cell that was not written on every way to the instruction. Jumps go forward
// alone, so that one pass sees each jump before its target.
func checkMemory(program []bpf.RawInstruction) error {
	arriving := make([]uint16, len(program)) // cells written on all jumps to an instruction
	for i := range arriving {
		arriving[i] = 0xffff
	}
	var written uint16
	for i, in := range program {
		written &= arriving[i]
		switch {
		case in.Op == classST || in.Op == classSTX:
			written |= 1 << in.K
		case usesCell(in.Op):
			if written&(1<<in.K) == 0 {
				return &InstructionError{i, fmt.Sprintf("reads memory cell %d, which nothing wrote on some way to it", in.K)}
			}
		case in.Op == classJMP|opJA:
			arriving[i+1+int(in.K)] &= written
			written = 0xffff // nothing comes from here to the next
		case conditional(in.Op):
			arriving[i+1+int(in.Jt)] &= written
			arriving[i+1+int(in.Jf)] &= written
			written = 0xffff
		}
	}
	return nil
}

// usesCell says that K is a memory cell.
func usesCell(code uint16) bool {
	return code == classLD|modeMEM || code == classLDX|modeMEM || code == classST || code == classSTX
}

// absolute says that K is an offset in the packet.
func absolute(code uint16) bool {
	return code == classLD|sizeW|modeABS || code == classLD|sizeH|modeABS || code == classLD|sizeB|modeABS
}

// conditional says that Jt and Jf are where it goes on.
func conditional(code uint16) bool {
	return known(code) && code&0x07 == classJMP && code != classJMP|opJA
}

// known says that the kernel has the code (chk_code_allowed in net/core/filter.c).
func known(code uint16) bool {
	switch code {
	case classLD | sizeW | modeABS, classLD | sizeH | modeABS, classLD | sizeB | modeABS,
		classLD | sizeW | modeIND, classLD | sizeH | modeIND, classLD | sizeB | modeIND,
		classLD | modeLEN, classLD | modeIMM, classLD | modeMEM,
		classLDX | modeLEN, classLDX | sizeB | modeMSH, classLDX | modeIMM, classLDX | modeMEM,
		classST, classSTX, classMISC | miscTAX, classMISC | miscTXA,
		classRET | sourceK, classRET | sourceA, classALU | opNEG, classJMP | opJA:
		return true
	}
	if code > 0xff {
		return false
	}
	switch op := code & 0xf0; code & 0x07 {
	case classALU:
		return op != opNEG && op <= opXOR
	case classJMP:
		return op >= opJEQ && op <= opJSET
	}
	return false
}
