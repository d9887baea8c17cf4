package ring

import "golang.org/x/net/bpf"

// assembler writes a program of classic BPF with jumps to labels further down. Jumps have their
// long form, which reaches any distance.
type assembler struct {
	code   []bpf.Instruction
	labels map[string]int
	jumps  map[int]string // by place in code
}

func newAssembler() *assembler {
	return &assembler{labels: map[string]int{}, jumps: map[int]string{}}
}

func (a *assembler) add(code ...bpf.Instruction) { a.code = append(a.code, code...) }

// label names the place of the next instruction.
func (a *assembler) label(name string) { a.labels[name] = len(a.code) }

func (a *assembler) goTo(label string) {
	a.jumps[len(a.code)] = label
	a.add(bpf.Jump{})
}

// when goes to label if A is the value.
func (a *assembler) when(value uint32, label string) {
	a.add(bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: value, SkipTrue: 1})
	a.goTo(label)
}

// unless goes to label if A isn't the value.
func (a *assembler) unless(value uint32, label string) {
	a.add(bpf.JumpIf{Cond: bpf.JumpEqual, Val: value, SkipTrue: 1})
	a.goTo(label)
}

// whenSet goes to label if A has one of the mask's bits.
func (a *assembler) whenSet(mask uint32, label string) {
	a.add(bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: mask, SkipTrue: 1})
	a.goTo(label)
}

// load8, load16 and load32 load A with what is at offset octets behind X.
func (a *assembler) load8(offset int)  { a.load(offset, 1) }
func (a *assembler) load16(offset int) { a.load(offset, 2) }
func (a *assembler) load32(offset int) { a.load(offset, 4) }

func (a *assembler) load(offset, size int) {
	a.add(bpf.LoadIndirect{Off: uint32(offset), Size: size})
}

// skipType moves X on and keeps A.
func (a *assembler) skipType(octets int) {
	a.add(bpf.StoreScratch{Src: bpf.RegA, N: 0})
	a.skip(octets)
	a.add(bpf.LoadScratch{Dst: bpf.RegA, N: 0})
}

// skip moves X on. It uses A.
func (a *assembler) skip(octets int) {
	a.add(bpf.TXA{}, bpf.ALUOpConstant{Op: bpf.ALUOpAdd, Val: uint32(octets)}, bpf.TAX{})
}

// instructions returns the program with its jumps resolved.
func (a *assembler) instructions() []bpf.Instruction {
	for at, label := range a.jumps {
		a.code[at] = bpf.Jump{Skip: uint32(a.labels[label] - at - 1)}
	}
	return a.code
}

// raw returns the program as the kernel takes it.
func (a *assembler) raw() []bpf.RawInstruction {
	code := a.instructions()
	program := make([]bpf.RawInstruction, len(code))
	for i, in := range code {
		program[i] = raw(in)
	}
	return program
}
