package ring

import (
	"errors"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// The kernel takes what validate takes, and nothing else.
func TestValidateLikeTheKernel(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	all := make([]uint16, 0x200) // and codes that don't exist
	for i := range all {
		all[i] = uint16(i)
	}
	code := rapid.OneOf(rapid.SampledFrom(codes), rapid.SampledFrom(codes), rapid.SampledFrom(codes), rapid.SampledFrom(all), rapid.Uint16())
	check := func(t interface{ Fatalf(string, ...any) }, program []bpf.RawInstruction) {
		var refused *FilterError
		err := attach(pair[0], program)
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("attach: %v", err)
		}
		if ours := validate(program); (ours == nil) != (err == nil) {
			t.Fatalf("validate: %v, kernel: %v: %v", ours, err, program)
		}
	}
	for _, c := range all { // each code by itself, where K and the jumps are good for any
		check(t, []bpf.RawInstruction{{Op: 0x02, K: 4}, {Op: c, K: 4}, {Op: retK}, {Op: retK}, {Op: retK}, {Op: retK}, {Op: retK}})
	}
	rapid.Check(t, func(t *rapid.T) { check(t, drawProgram(t, code)) })
}

// What tcpdump prints is taken, with our frame around it.
func TestKernelTakesTcpdump(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	for _, text := range []string{tcpdumpIP, tcpdumpSYN, tcpdumpVLAN} {
		for _, d := range []Direction{In, Out, Both} {
			program, err := compose(Options{Direction: d, Filter: parse(t, text)})
			if err != nil {
				t.Fatal(err)
			}
			if err := attach(pair[0], program); err != nil {
				t.Errorf("%v: %v", d, err)
			}
		}
	}
}
