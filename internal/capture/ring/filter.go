package ring

import "golang.org/x/net/bpf"

const (
	packetOutgoing = 4 // PACKET_OUTGOING
	wholeFrame     = ^uint32(0)
	// composedExtra is how many instructions compose adds to a program at most.
	composedExtra = 7
)

// compose makes the filter of a ring: the test of the direction, then the user's program. Its
// returns other than 0 become one of the snap length. Each of its instructions stays one, so that
// its jumps stay right.
func compose(o Options) ([]bpf.RawInstruction, error) {
	length := wholeFrame
	if o.SnapLength > 0 {
		length = uint32(o.SnapLength)
	}
	filter := direction(o.Direction)
	if o.Filter == nil {
		return append(filter, raw(bpf.RetConstant{Val: length})), nil
	}
	if err := validate(o.Filter); err != nil {
		return nil, err
	}
	if len(filter) > 0 {
		filter = append(filter, raw(bpf.LoadConstant{Dst: bpf.RegA, Val: 0})) // as a program finds it
	}
	for i, in := range o.Filter {
		switch {
		case in.Op == retA:
			in = raw(bpf.Jump{Skip: uint32(len(o.Filter) - 1 - i)}) // to what is appended
		case in.Op == retK && in.K != 0:
			in.K = length
		}
		filter = append(filter, in)
	}
	return append(filter,
		raw(bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipFalse: 1}),
		raw(bpf.RetConstant{Val: 0}),
		raw(bpf.RetConstant{Val: length})), nil
}

// direction drops the frames of the other direction.
func direction(d Direction) []bpf.RawInstruction {
	if d == Both {
		return nil
	}
	test := bpf.JumpIf{Cond: bpf.JumpEqual, Val: packetOutgoing, SkipFalse: 1}
	if d == Out {
		test = bpf.JumpIf{Cond: bpf.JumpEqual, Val: packetOutgoing, SkipTrue: 1}
	}
	return []bpf.RawInstruction{raw(bpf.LoadExtension{Num: bpf.ExtType}), raw(test), raw(bpf.RetConstant{Val: 0})}
}

// dropAll is the filter of a ring that must not get frames.
func dropAll() []bpf.RawInstruction { return []bpf.RawInstruction{raw(bpf.RetConstant{Val: 0})} }

// raw encodes an instruction of this package's own.
func raw(in bpf.Instruction) bpf.RawInstruction {
	r, err := in.Assemble()
	if err != nil {
		panic(err) // an instruction that doesn't exist: a mistake in this package
	}
	return r
}
