package cbpf

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// udpSocket is one that no packet reaches: it is not bound.
func udpSocket(t *testing.T) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(os.NewSyscallError("socket", err))
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// attach gives a program to the kernel (SO_ATTACH_FILTER, socket(7)), and takes it away again.
func attach(fd int, program []bpf.RawInstruction) error {
	if len(program) == 0 {
		return unix.EINVAL
	}
	fprog := unix.SockFprog{Len: uint16(len(program)), Filter: (*unix.SockFilter)(unsafe.Pointer(&program[0]))}
	err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &fprog)
	runtime.KeepAlive(program)
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DETACH_FILTER, 0)
	}
	return err
}

// codes are all that the kernel has, and some that it hasn't.
func codes() []uint16 {
	var all []uint16
	for code := range uint16(0x100) {
		if known(code) {
			all = append(all, code)
		}
	}
	return append(all, 0x08, 0x2d, 0x8c, 0xb4, 0x0e, 0x100, 0x8015, 0xffff)
}

// drawInstruction makes up an instruction before rest others. It is right as a rule: programs that are wrong in
// more than one place tell little.
func drawInstruction(t *rapid.T, all []uint16, rest int) bpf.RawInstruction {
	in := bpf.RawInstruction{Op: rapid.SampledFrom(all).Draw(t, "code")}
	if rapid.IntRange(0, 9).Draw(t, "unknown") > 0 && !known(in.Op) {
		in.Op = classALU | opADD
	}
	wild := rapid.IntRange(0, 39).Draw(t, "wild") == 0
	far := func(what string) int { return rapid.IntRange(0, max(0, rest-1)).Draw(t, what) }
	switch {
	case wild:
		in.K = rapid.SampledFrom([]uint32{0, 1, 15, 16, 31, 32, uint32(rest), uint32(rest) + 1, 0xffffefff, 0xfffff000, 0xfffff03c, 0xfffff03d, 0xfffff040, 1 << 31, 1<<32 - 1}).Draw(t, "K")
		in.Jt, in.Jf = uint8(rapid.IntRange(0, 255).Draw(t, "jt")), uint8(min(rest, 255))
	case in.Op == classJMP|opJA:
		in.K = uint32(far("over"))
	case usesCell(in.Op):
		in.K = uint32(rapid.IntRange(0, 3).Draw(t, "cell"))
	default:
		in.K = uint32(rapid.IntRange(1, 31).Draw(t, "k"))
		in.Jt, in.Jf = uint8(min(far("true"), 255)), uint8(min(far("false"), 255))
	}
	return in
}

func drawProgram(t *rapid.T, all []uint16) []bpf.RawInstruction {
	n := rapid.IntRange(1, 40).Draw(t, "length")
	program := make([]bpf.RawInstruction, n)
	for i := range program {
		program[i] = drawInstruction(t, all, n-i-1)
	}
	if rapid.IntRange(0, 19).Draw(t, "end") > 0 {
		program[n-1] = bpf.RawInstruction{Op: classRET | rapid.SampledFrom([]uint16{sourceK, sourceA}).Draw(t, "return"), K: 1}
	}
	return program
}

// The kernel takes what Check takes, and refuses what it refuses: no right is needed to ask it.
func TestCheckAgainstTheKernel(t *testing.T) {
	fd, all := udpSocket(t), codes()
	taken, refused := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		program := drawProgram(t, all)
		err, kernel := Check(program), attach(fd, program)
		if (err == nil) != (kernel == nil) || kernel != nil && !errors.Is(kernel, unix.EINVAL) {
			t.Fatalf("%v: %v, the kernel: %v", program, err, kernel)
		}
		wrong := (*InstructionError)(nil)
		if errors.As(err, &wrong) {
			refused[strings.Trim(strings.Join(strings.FieldsFunc(wrong.Problem, func(r rune) bool { return r >= '0' && r <= '9' }), "N"), "N")]++
		} else {
			taken++
		}
	})
	t.Logf("%d taken, refused: %v", taken, refused)
	if taken == 0 || len(refused) < 4 {
		t.Errorf("%d taken, refused: %v", taken, refused)
	}
}

// Each code, and each offset about those that stand for something else, is asked by itself.
func TestCodesAgainstTheKernel(t *testing.T) {
	fd := udpSocket(t)
	same := func(in bpf.RawInstruction) {
		t.Helper()
		program := []bpf.RawInstruction{{Op: classST, K: 1}, in, {Op: classRET | sourceA}, {Op: classRET | sourceA}}
		if err, kernel := Check(program), attach(fd, program); (err == nil) != (kernel == nil) {
			t.Errorf("%+v: %v, the kernel: %v", in, err, kernel)
		}
	}
	for code := range 1 << 16 {
		same(bpf.RawInstruction{Op: uint16(code), K: 1})
	}
	for k := uint32(0xffffff00); k != 0; k++ {
		for _, code := range []uint16{0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1, 0x80, 0x00, 0x61, 0x02} {
			same(bpf.RawInstruction{Op: code, K: k & 0xfffff0ff})
			same(bpf.RawInstruction{Op: code, K: k})
		}
	}
	for k := range uint32(40) {
		for _, code := range []uint16{0x05, 0x15, 0x34, 0x94, 0x64, 0x74, 0x60, 0x61, 0x02, 0x03} {
			same(bpf.RawInstruction{Op: code, Jt: uint8(k % 7), Jf: uint8(k / 7), K: k})
		}
	}
}

// What is longer than the kernel takes is refused; how much memory a program may take is the kernel's to say
// (net.core.optmem_max).
func TestLengthAgainstTheKernel(t *testing.T) {
	fd := udpSocket(t)
	for n, right := range map[int]bool{0: false, 1: true, MaxInstructions: true, MaxInstructions + 1: false} {
		program := make([]bpf.RawInstruction, n)
		for i := range program {
			program[i] = bpf.RawInstruction{Op: classRET | sourceK}
		}
		if err, kernel := Check(program), attach(fd, program); (err == nil) != right || (kernel == nil) != right {
			t.Errorf("%d: %v, the kernel: %v", n, err, kernel)
		}
	}
}
