package ring

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/bpf"
	"pgregory.net/rapid"
)

// What tcpdump 4.99 with libpcap 1.10 makes of filters, by `tcpdump -i lo -ddd` or, for the last,
// `tcpdump -y EN10MB -ddd`.
const (
	tcpdumpIP  = "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n" // ip
	tcpdumpSYN = "12\n40 0 0 12\n21 0 7 2048\n48 0 0 23\n21 0 7 6\n40 0 0 20\n69 5 0 8191\n177 0 0 14\n80 0 0 27\n" +
		"69 1 2 2\n21 0 1 34525\n6 0 0 262144\n6 0 0 0\n" // tcp[tcpflags] & tcp-syn != 0 or ip6
	tcpdumpVLAN = "11\n48 0 0 4294963248\n21 4 0 1\n40 0 0 12\n21 2 0 33024\n21 1 0 34984\n21 0 4 37120\n" +
		"48 0 0 4294963248\n21 1 0 1\n40 0 0 14\n6 0 0 262144\n6 0 0 0\n" // vlan, in outline
)

// parse reads what `tcpdump -ddd` prints: the number of instructions, then the fields of each.
func parse(t testing.TB, text string) []bpf.RawInstruction {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")[1:]
	program := make([]bpf.RawInstruction, len(lines))
	for i, line := range lines {
		in := &program[i]
		if _, err := fmt.Sscan(line, &in.Op, &in.Jt, &in.Jf, &in.K); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
	}
	return program
}

// disassembled is a program in the words of golang.org/x/net/bpf.
func disassembled(program []bpf.RawInstruction) []string {
	text := make([]string, len(program))
	for i, in := range program {
		text[i] = fmt.Sprint(in.Disassemble())
	}
	return text
}

func TestCompose(t *testing.T) {
	user := []bpf.RawInstruction{{Op: 0x15, Jt: 1, K: 7}, {Op: retA}, {Op: retK, K: 96}, {Op: retK}}
	for _, c := range []struct {
		name    string
		options Options
		want    []string
	}{
		{"all", Options{Direction: Both}, []string{"ret #4294967295"}},
		{"in", Options{Direction: In}, []string{"ld #type", "jneq #4,1", "ret #0", "ret #4294967295"}},
		{"out, cut", Options{Direction: Out, SnapLength: 128}, []string{"ld #type", "jeq #4,1", "ret #0", "ret #128"}},
		{"filter", Options{Direction: Both, Filter: user, SnapLength: 64}, []string{
			"jeq #7,1", "ja 2", "ret #64", "ret #0", "jneq #0,1", "ret #0", "ret #64",
		}},
		{"filter in", Options{Filter: user}, []string{
			"ld #type", "jneq #4,1", "ret #0", "ld #0",
			"jeq #7,1", "ja 2", "ret #4294967295", "ret #0", "jneq #0,1", "ret #0", "ret #4294967295",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := compose(c.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, disassembled(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestComposeRefuses(t *testing.T) {
	_, err := compose(Options{Filter: []bpf.RawInstruction{}})
	var refused *FilterError
	if !errors.As(err, &refused) {
		t.Errorf("error %v, want a *FilterError", err)
	}
}

// codes are those of all instructions, but for the extensions of loads.
var codes = []uint16{
	0x00, 0x60, 0x80, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x01, 0x61, 0x81, 0xb1, 0x02, 0x03,
	0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x84, 0x94, 0xa4, 0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c, 0x6c, 0x7c, 0x9c, 0xac,
	0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d, 0x06, 0x16, 0x07, 0x87,
}

// drawProgram draws a program most of whose instructions exist.
func drawProgram(t *rapid.T, code *rapid.Generator[uint16]) []bpf.RawInstruction {
	program := make([]bpf.RawInstruction, rapid.IntRange(1, 12).Draw(t, "length"))
	for i := range program {
		behind := len(program) - i
		program[i] = bpf.RawInstruction{
			Op: code.Draw(t, "code"),
			Jt: uint8(rapid.IntRange(0, behind).Draw(t, "jt")),
			Jf: uint8(rapid.IntRange(0, behind).Draw(t, "jf")),
			K:  rapid.OneOf(rapid.Uint32Range(0, 20), rapid.Uint32Range(extensions-2, extensions+70), rapid.Uint32()).Draw(t, "k"),
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "ends") > 0 {
		program[len(program)-1].Op = rapid.SampledFrom([]uint16{retK, retA}).Draw(t, "return")
	}
	return program
}

// A frame passes the composed program if it passes the user's, with our length. The virtual machine
// knows no negation.
func TestComposedMeansTheSame(t *testing.T) {
	const length = 77
	ran := 0
	rapid.Check(t, func(t *rapid.T) {
		user := drawProgram(t, rapid.SampledFrom(codes).Filter(func(c uint16) bool { return c != classALU|opNeg }))
		composed, err := compose(Options{Direction: Both, SnapLength: length, Filter: user})
		if err != nil {
			t.Skip("not a program")
		}
		frame := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "frame")
		before, ok := run(t, user, frame)
		if !ok {
			t.Skip("not one for the virtual machine")
		}
		ran++
		after, _ := run(t, composed, frame)
		if (before != 0) != (after != 0) || after != 0 && after != length {
			t.Fatalf("user's program returns %d, composed %d", before, after)
		}
	})
	if ran < 20 {
		t.Errorf("%d programs ran", ran)
	}
}

// run runs a program in golang.org/x/net's virtual machine. It refuses some that the kernel takes, and
// as a 32-bit program panics where a load's offset has 32 bits: neither says anything of ours.
func run(t *rapid.T, program []bpf.RawInstruction, frame []byte) (n int, ok bool) {
	defer func() {
		if recover() != nil {
			n, ok = 0, false
		}
	}()
	code, all := bpf.Disassemble(program)
	if !all {
		return 0, false
	}
	vm, err := bpf.NewVM(code)
	if err != nil {
		return 0, false
	}
	if n, err = vm.Run(frame); err != nil {
		t.Fatal(err)
	}
	return n, true
}
