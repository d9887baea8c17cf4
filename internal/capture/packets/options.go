package packets

import (
	"fmt"

	"golang.org/x/net/bpf"
)

// Direction says which frames are captured.
type Direction uint8

// In are frames that came to this machine on the interface, or past it where it is promiscuous; Out
// are those that it sent. On the loopback interface each frame is both.
const (
	In Direction = iota
	Out
	Both
)

// Limits and defaults.
const (
	DefaultSnapLength = 65535
	// MaxSnapLength is what tcpdump(1) takes, and more than any frame has: with BIG TCP up to 185,000
	// octets were seen.
	MaxSnapLength = 262144
	// DefaultBuffer is half of what the kernel grants for it: it counts its own overhead in.
	DefaultBuffer = 4 << 20
)

// Options of a Source. Interface is needed; the zero value of each other field is useful.
type Options struct {
	// Interface is the name.
	Interface string
	Direction Direction
	// Filter is a program of classic BPF, as `tcpdump -ddd` prints it, which returns 0 for frames that
	// are not wanted and else how many octets of them. nil: all are.
	Filter []bpf.RawInstruction
	// SnapLength is how many octets of a frame are kept, 1 to MaxSnapLength. 0: DefaultSnapLength.
	SnapLength int
	// Promiscuous asks for frames to others' addresses too, while the source is open.
	Promiscuous bool
	// Buffer is the socket's receive buffer in octets (socket(7), SO_RCVBUF), as far as the kernel
	// grants it: without CAP_NET_ADMIN that is net.core.rmem_max. 0: DefaultBuffer.
	Buffer int
}

// complete checks the options and sets the defaults.
func (o Options) complete() (Options, error) {
	if o.SnapLength == 0 {
		o.SnapLength = DefaultSnapLength
	}
	if o.Buffer == 0 {
		o.Buffer = DefaultBuffer
	}
	switch {
	case o.Interface == "":
		return o, fmt.Errorf("no interface is named")
	case o.Direction > Both:
		return o, fmt.Errorf("direction %d is none", o.Direction)
	case o.SnapLength < 1 || o.SnapLength > MaxSnapLength:
		return o, fmt.Errorf("snap length %d is not from 1 to %d", o.SnapLength, MaxSnapLength)
	case o.Buffer < 0:
		return o, fmt.Errorf("receive buffer of %d octets", o.Buffer)
	case len(o.Filter) > maxFilter:
		return o, fmt.Errorf("filter of %d instructions, the most are %d", len(o.Filter), maxFilter)
	}
	return o, nil
}
