package ring

import (
	"testing"

	"golang.org/x/net/bpf"
)

func TestValidate(t *testing.T) {
	ret := bpf.RawInstruction{Op: retK, K: 1}
	long := make([]bpf.RawInstruction, maxInstructions)
	for i := range long {
		long[i] = ret
	}
	for _, c := range []struct {
		name    string
		program []bpf.RawInstruction
		want    string // of the error; "" is none
	}{
		{"least", []bpf.RawInstruction{ret}, ""},
		{"longest", long[composedExtra:], ""},
		{"none", []bpf.RawInstruction{}, "filter: it has no instructions"},
		{"too long", long[composedExtra-1:], "filter: 4090 instructions: at most 4089"},
		{"no return", []bpf.RawInstruction{ret, {Op: 0x28, K: 12}}, "filter: instruction 1: the last one is no return"},
		{"jump at the end", []bpf.RawInstruction{{Op: 0x05}}, "filter: instruction 0: it jumps past the end"},
		{"code", []bpf.RawInstruction{{Op: 0x1ff}, ret}, "filter: instruction 0: code 0x1ff is unknown"},
		{"return of X", []bpf.RawInstruction{{Op: 0x0e}, ret}, "filter: instruction 0: code 0xe is unknown"},
		{"jump", []bpf.RawInstruction{{Op: 0x05, K: 1}, ret}, "filter: instruction 0: it jumps past the end"},
		{"jump back", []bpf.RawInstruction{ret, {Op: 0x05, K: 1<<32 - 2}, ret}, "filter: instruction 1: it jumps past the end"},
		{"branch if true", []bpf.RawInstruction{{Op: 0x15, Jt: 1}, ret}, "filter: instruction 0: it jumps past the end"},
		{"branch if false", []bpf.RawInstruction{{Op: 0x15, Jf: 255}, ret}, "filter: instruction 0: it jumps past the end"},
		{"division", []bpf.RawInstruction{{Op: 0x34}, ret}, "filter: instruction 0: division by 0"},
		{"remainder", []bpf.RawInstruction{{Op: 0x94}, ret}, "filter: instruction 0: division by 0"},
		{"division by X", []bpf.RawInstruction{{Op: 0x3c}, ret}, ""},
		{"shift", []bpf.RawInstruction{{Op: 0x64, K: 32}, ret}, "filter: instruction 0: shift by 32 bits"},
		{"scratch", []bpf.RawInstruction{{Op: 0x02, K: 16}, ret}, "filter: instruction 0: scratch word 16: there are 16"},
		{"unwritten", []bpf.RawInstruction{{Op: 0x60, K: 3}, ret}, "filter: instruction 0: scratch word 3 may not have been written"},
		{"unwritten on one way", []bpf.RawInstruction{{Op: 0x15, Jt: 1}, {Op: 0x02, K: 3}, {Op: 0x60, K: 3}, ret}, "filter: instruction 2: scratch word 3 may not have been written"},
		{"written", []bpf.RawInstruction{{Op: 0x03, K: 3}, {Op: 0x15, Jt: 1}, {Op: 0x00}, {Op: 0x61, K: 3}, ret}, ""},
		{"extension", []bpf.RawInstruction{{Op: 0x28, K: extensions + 44}, ret}, ""},
		{"no extension", []bpf.RawInstruction{{Op: 0x28, K: extensions + 64}, ret}, "filter: instruction 0: the kernel has no extension 0x40"},
		{"between extensions", []bpf.RawInstruction{{Op: 0x30, K: extensions + 2}, ret}, "filter: instruction 0: the kernel has no extension 0x2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := validate(c.program); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("error %q, want %q", got, c.want)
			}
		})
	}
}

// Our own programs keep the rules too.
func TestComposedIsValid(t *testing.T) {
	for _, d := range []Direction{In, Out, Both} {
		for _, filter := range [][]bpf.RawInstruction{nil, parse(t, tcpdumpIP)} {
			program, err := compose(Options{Direction: d, Filter: filter})
			if err != nil {
				t.Fatal(err)
			}
			if err := validate(program); err != nil {
				t.Errorf("%v: %v", d, err)
			}
			if extra := len(program) - len(filter); filter != nil && extra > composedExtra {
				t.Errorf("%v: %d more instructions, want at most %d", d, extra, composedExtra)
			}
		}
	}
}
