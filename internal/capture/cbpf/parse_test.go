package cbpf

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/bpf"
)

// printed is a program as tcpdump -ddd prints it.
func printed(program []bpf.RawInstruction) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", len(program))
	for _, in := range program {
		fmt.Fprintf(&b, "%d %d %d %d\n", in.Op, in.Jt, in.Jf, in.K)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	want := []bpf.RawInstruction{{Op: 40, K: 12}, {Op: 21, Jf: 1, K: 2048}, {Op: 6, K: 262144}, {Op: 6}}
	for name, text := range map[string]string{
		"as tcpdump prints it": "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n",
		"without an end":       "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0",
		"line ends of Windows": "4\r\n40 0 0 12\r\n21 0 1 2048\r\n6 0 0 262144\r\n6 0 0 0\r\n",
		"blanks":               "\n  4 \n\n\t40 0  0\t12\n21 0 1 2048\n \n6 0 0 262144\n6 0 0 0\n\n\n",
		"leading zeros":        "04\n040 0 0 12\n21 00 1 2048\n6 0 0 262144\n6 0 0 0\n",
	} {
		got, err := Parse(text)
		if err != nil || cmp.Diff(want, got) != "" || !LooksRaw(text) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	long := func(n int) string { return strings.Repeat("6 0 0 0\n", n) }
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "line 1: want the number of instructions"},
		{"blanks", " \n\n", "line 1: want the number of instructions"},
		{"no number", "tcp\n", `line 1: "tcp": want the number of instructions, 1 to 4096`},
		{"none", "0\n", `line 1: "0": want the number`},
		{"too many", "4097\n" + long(4097), `line 1: "4097": want the number of instructions, 1 to 4096`},
		{"far too many", "1\n" + long(10000), "line 3: line 1 announced 1 instructions, and more follow"},
		{"negative", "-1\n", `line 1: "-1": want`},
		{"huge", "99999999999999999999\n", `line 1: "99999999999999999999": want`},
		{"folded", "2 40 0 0 12 6 0 0 0\n", "line 1: 9 numbers, want the number of instructions alone and a line for each: in YAML behind `|`, which keeps lines"},
		{"too few", "\n2\n\n6 0 0 0\n", "line 4: 1 instructions, but line 2 announced 2"},
		{"one more", "1\n6 0 0 0\n\n6 0 0 0\n", "line 4: line 1 announced 1 instructions, and more follow"},
		{"without the number", "6 0 0 0\n6 0 0 0\n", "line 1: 4 numbers, want the number of instructions alone"},
		{"three numbers", "1\n6 0 0\n", "line 2: 3 numbers, want 4: code, jump if true, jump if false, K"},
		{"five numbers", "1\n6 0 0 0 0\n", "line 2: 5 numbers, want 4"},
		{"hexadecimal", "1\n0x06 0 0 0\n", `line 2: "0x06": want a number from 0 to 65535`},
		{"code", "1\n65536 0 0 0\n", `line 2: "65536": want a number from 0 to 65535`},
		{"jump", "1\n6 256 0 0\n", `line 2: "256": want a number from 0 to 255`},
		{"other jump", "1\n6 0 -1 0\n", `line 2: "-1": want a number from 0 to 255`},
		{"K", "1\n6 0 0 4294967296\n", `line 2: "4294967296": want a number from 0 to 4294967295`},
		{"C", "{ 0x6, 0, 0, 0x00040000 },\n", "line 1: 6 numbers, want the number"},
		{"iptables", "1,6 0 0 0\n", "line 1: 4 numbers, want the number"},
		{"unknown code", "3\n\n48 0 0 9\n\n7777 0 0 0\n6 0 0 0\n", "line 5: no such code as 7777"},
		{"no return", "1\n48 0 0 9\n", "line 2: the last instruction is no return"},
		{"jump out", "2\n21 1 0 1\n6 0 0 0\n", "line 2: jumps over 1 of the 1 instructions that follow"},
		{"unwritten memory", "2\n96 0 0 3\n22 0 0 0\n", "line 2: reads memory cell 3, which nothing wrote on some way to it"},
	} {
		program, err := Parse(c.text)
		wrong := (*LineError)(nil)
		if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), c.want) || program != nil {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestLooksRaw(t *testing.T) {
	for text, want := range map[string]bool{
		"4\n40 0 0 12\n": true, "4": true, "  4\r\n": true, "4 40 0 0 12 6 0 0 0": true, "4\nnonsense": true, "\n\n4\n6 0 0 0": true,
		"": false, " \n": false, "tcp port 80": false, "port 80\n4\n": false, "4 and tcp": false, "0x4": false, "-4\n": false, "10.0.0.1": false,
		"{ 0x6, 0, 0, 0x00040000 },": false,
	} {
		if got := LooksRaw(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Whatever is read prints as what was read, and stands Check; whatever is refused has a line of the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n", "1\n6 0 0 0", "2\n6 0 0 0\n", "1 6 0 0 0", "1\n6 0 0 4294967296\n",
		"3\n2 0 0 1\n96 0 0 1\n22 0 0 0\n", "2\n5 0 0 0\n6 0 0 1\n", "2\n52 0 0 0\n6 0 0 1\n", "\r\n1\r\n6\t0 0 0\u00a0\n", "99999\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		program, err := Parse(text)
		if err != nil {
			wrong := (*LineError)(nil)
			if !errors.As(err, &wrong) || wrong.Line < 1 || wrong.Line > max(1, strings.Count(text, "\n")+1) || program != nil {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if err := Check(program); err != nil || !LooksRaw(text) {
			t.Fatalf("%q: %v, looks raw: %v", text, err, LooksRaw(text))
		}
		again, err := Parse(printed(program))
		if err != nil || cmp.Diff(program, again) != "" {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// Each rule with the nearest that keeps it and the nearest that breaks it.
func TestCheck(t *testing.T) {
	ret := bpf.RawInstruction{Op: 6}
	for _, c := range []struct {
		name    string
		program []bpf.RawInstruction
		want    string
	}{
		{"none", nil, "the program has 0 instructions, want 1 to 4096"},
		{"the longest", make([]bpf.RawInstruction, 4097), "the program has 4097 instructions"},
		{"division", []bpf.RawInstruction{{Op: 0x34, K: 1}, ret}, ""},
		{"division by 0", []bpf.RawInstruction{{Op: 0x34}, ret}, "instruction 0: a division by 0"},
		{"remainder by 0", []bpf.RawInstruction{ret, {Op: 0x94}, ret}, "instruction 1: a division by 0"},
		{"division by X", []bpf.RawInstruction{{Op: 0x3c}, ret}, ""},
		{"shift", []bpf.RawInstruction{{Op: 0x64, K: 31}, {Op: 0x74, K: 31}, ret}, ""},
		{"shift too far", []bpf.RawInstruction{{Op: 0x64, K: 32}, ret}, "instruction 0: a shift by 32, want at most 31"},
		{"shift too far right", []bpf.RawInstruction{{Op: 0x74, K: 32}, ret}, "instruction 0: a shift by 32"},
		{"last cell", []bpf.RawInstruction{{Op: 2, K: 15}, {Op: 0x60, K: 15}, ret}, ""},
		{"no cell", []bpf.RawInstruction{{Op: 3, K: 16}, ret}, "instruction 0: memory cell 16, want 0 to 15"},
		{"unwritten cell", []bpf.RawInstruction{{Op: 3, K: 1}, {Op: 0x61, K: 2}, ret}, "instruction 1: reads memory cell 2"},
		{"cell of one branch", []bpf.RawInstruction{{Op: 0x15, Jt: 1}, {Op: 2}, {Op: 0x60}, ret}, "instruction 2: reads memory cell 0"},
		{"cell of both branches", []bpf.RawInstruction{{Op: 0x15, Jt: 2}, {Op: 2}, {Op: 5, K: 1}, {Op: 2}, {Op: 0x60}, ret}, ""},
		{"cell over a jump", []bpf.RawInstruction{{Op: 5, K: 1}, {Op: 2}, {Op: 0x60}, ret}, "instruction 2: reads memory cell 0"},
		{"cell where nothing comes", []bpf.RawInstruction{{Op: 5, K: 1}, {Op: 0x60}, ret}, ""},
		{"jump to the end", []bpf.RawInstruction{{Op: 5, K: 1}, ret, ret}, ""},
		{"jump behind the end", []bpf.RawInstruction{{Op: 5, K: 2}, ret, ret}, "instruction 0: jumps over 2 of the 2 instructions that follow"},
		{"jump around the world", []bpf.RawInstruction{{Op: 5, K: 0xffffffff}, ret}, "instruction 0: jumps over 4294967295"},
		{"branch behind the end", []bpf.RawInstruction{{Op: 0x25, Jf: 1}, ret}, "instruction 0: jumps over 1 of the 1"},
		{"ancillary data", []bpf.RawInstruction{{Op: 0x20, K: 0xfffff000}, {Op: 0x30, K: 0xfffff03c}, ret}, ""},
		{"no ancillary data", []bpf.RawInstruction{{Op: 0x28, K: 0xfffff040}, ret}, "instruction 0: a load from 4294963264, which is neither"},
		{"between ancillary data", []bpf.RawInstruction{{Op: 0x20, K: 0xfffff001}, ret}, "instruction 0: a load from 4294963201"},
		{"before ancillary data", []bpf.RawInstruction{{Op: 0x20, K: 0xffffefff}, ret}, ""},
		{"relative to X", []bpf.RawInstruction{{Op: 0x40, K: 0xfffff041}, ret}, ""},
		{"end", []bpf.RawInstruction{ret, {Op: 4}}, "instruction 1: the last instruction is no return"},
		{"return of A", []bpf.RawInstruction{{Op: 0x16}}, ""},
		{"return of X", []bpf.RawInstruction{{Op: 0x0e}}, "instruction 0: no such code as 14"},
	} {
		err := Check(c.program)
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
