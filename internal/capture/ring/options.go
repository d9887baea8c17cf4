package ring

import (
	"fmt"
	"time"

	"golang.org/x/net/bpf"
)

// Direction says which frames of an interface are captured.
type Direction int8

// The directions.
const (
	In   Direction = iota // what this machine receives, also for others in promiscuous mode
	Out                   // what it sends
	Both                  // loopback's frames come twice then: sent, and received
)

// String returns in, out or both.
func (d Direction) String() string {
	switch d {
	case In:
		return "in"
	case Out:
		return "out"
	case Both:
		return "both"
	}
	return fmt.Sprintf("direction %d", int8(d))
}

// Options say what is captured and how.
type Options struct {
	// Interface is the name of an interface that exists and is up.
	Interface string
	// Workers is the number of rings that share the interface's frames, 1 to 256; 0 is 1.
	Workers int
	// Direction says which frames come. The kernel tests it before it copies one.
	Direction Direction
	// Filter is a program of classic BPF as `tcpdump -ddd` prints it. It sees a frame from its link
	// layer's first octet on, a VLAN tag that was taken out not among them. Frames for which it
	// returns 0 are left out; nil leaves out none. Its other return values don't cut frames:
	// SnapLength does.
	Filter []bpf.RawInstruction
	// SnapLength is how many octets of a frame are kept, 64 to 65535; 0 keeps all of them.
	SnapLength int
	// Size is the memory of all rings together in octets, at least MinSize a ring; 0 is 200 ms of the
	// link's speed (1 Gb/s where that isn't known), but 4 MiB a ring or more, 64 MiB or less, and
	// no more than a 16th of the memory available.
	Size int
	// Promiscuous makes the interface receive frames to other stations too, while it is captured from.
	Promiscuous bool
	// BlockTimeout is how long the kernel may keep frames back before it hands over a block that
	// isn't full, 1 ms to 10 s in whole milliseconds; 0 is DefaultBlockTimeout.
	BlockTimeout time.Duration
}

// The limits of Options.
const (
	MaxWorkers    = 256 // PACKET_FANOUT_MAX of kernels before 5.10
	MinSnapLength = 64
	MaxSnapLength = 65535
	MinSize       = minBlocks * minBlock // of one ring
	// DefaultBlockTimeout wakes a reader of little traffic 17 times a second. It is under 64 ms,
	// above which the timer wheel of a kernel with 1,000 ticks a second rounds up to 8 of them.
	DefaultBlockTimeout = 60 * time.Millisecond

	maxBlockTimeout = 10 * time.Second
)

// checked returns the options with the defaults that need no look at the machine, or says what is
// wrong with them.
func (o Options) checked() (Options, error) {
	if o.Workers == 0 {
		o.Workers = 1
	}
	if o.BlockTimeout == 0 {
		o.BlockTimeout = DefaultBlockTimeout
	}
	switch {
	case o.Interface == "":
		return o, fmt.Errorf("capture: no interface is named")
	case o.Workers < 1 || o.Workers > MaxWorkers:
		return o, fmt.Errorf("capture from %q: %d workers: want 1 to %d", o.Interface, o.Workers, MaxWorkers)
	case o.Direction < In || o.Direction > Both:
		return o, fmt.Errorf("capture from %q: %v: want in, out or both", o.Interface, o.Direction)
	case o.SnapLength != 0 && (o.SnapLength < MinSnapLength || o.SnapLength > MaxSnapLength):
		return o, fmt.Errorf("capture from %q: snap length %d: want %d to %d, or 0 for whole frames",
			o.Interface, o.SnapLength, MinSnapLength, MaxSnapLength)
	case o.Size != 0 && (o.Size < o.Workers*MinSize || o.Size/o.Workers > maxSize):
		return o, fmt.Errorf("capture from %q: ring size %d for %d workers: want %d to %d octets a worker, or 0 for the default",
			o.Interface, o.Size, o.Workers, MinSize, maxSize)
	case o.BlockTimeout < time.Millisecond || o.BlockTimeout > maxBlockTimeout:
		return o, fmt.Errorf("capture from %q: block timeout %v: want 1ms to %v", o.Interface, o.BlockTimeout, maxBlockTimeout)
	}
	return o, nil
}

// milliseconds returns the block timeout as the kernel takes it, rounded up.
func (o Options) milliseconds() uint32 {
	return uint32((o.BlockTimeout + time.Millisecond - 1) / time.Millisecond)
}
