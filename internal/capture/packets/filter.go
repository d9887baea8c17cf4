package packets

import (
	"slices"

	"golang.org/x/net/bpf"
)

// Instructions of classic BPF and the extension that loads a packet's type (<linux/filter.h>,
// <linux/if_packet.h>).
const (
	loadAbsolute  = 0x20 // BPF_LD | BPF_W | BPF_ABS
	loadImmediate = 0x00 // BPF_LD | BPF_W | BPF_IMM
	jumpEqual     = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
	returnValue   = 0x06 // BPF_RET | BPF_K

	packetType = 0xfffff000 + 4 // SKF_AD_OFF + SKF_AD_PKTTYPE
	outgoing   = 4              // PACKET_OUTGOING

	wholeFrame = 0xffffffff
)

// maxFilter is BPF_MAXINSNS without what a direction puts before a filter.
const maxFilter = 4096 - 4

// nothing takes no frame.
func nothing() []bpf.RawInstruction { return []bpf.RawInstruction{{Op: returnValue}} }

// directed is a filter that takes of one direction what another takes; nil is one that takes all.
// Jumps are relative, so that the other needs no change. It begins, as by itself, with 0 in the
// accumulator.
func directed(d Direction, filter []bpf.RawInstruction) []bpf.RawInstruction {
	if d == Both {
		return filter
	}
	test := bpf.RawInstruction{Op: jumpEqual, K: outgoing, Jt: 1} // Out: over the refusal
	if d == In {
		test.Jt, test.Jf = 0, 1
	}
	if len(filter) == 0 {
		filter = []bpf.RawInstruction{{Op: returnValue, K: wholeFrame}}
	}
	return slices.Concat([]bpf.RawInstruction{
		{Op: loadAbsolute, K: packetType},
		test,
		{Op: returnValue},
		{Op: loadImmediate},
	}, filter)
}
