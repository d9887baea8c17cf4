package ring

import (
	"fmt"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

const fanout = "groups of packet sockets with a program (PACKET_FANOUT_CBPF with a unique id, Linux 4.12)"

// steering returns the program that spreads this interface's frames.
func (r *Ring) steering(multiplier uint32) ([]bpf.RawInstruction, error) {
	q, err := r.query(unix.SIOCGIFHWADDR)
	if err != nil {
		return nil, err
	}
	switch q.Uint16() { // the address's family, which is the device's type
	case unix.ARPHRD_ETHER, unix.ARPHRD_LOOPBACK:
		return steering(ethernetStart, false, multiplier).raw(), nil
	default:
		return steering(otherStart, true, multiplier).raw(), nil
	}
}

// join makes a group of the sockets, in their order, to which the kernel gives frames as the program
// says. Never PACKET_FANOUT_HASH: it parts fragments from their flow, and hashes what is inside GRE
// and IPIP. Never PACKET_FANOUT_FLAG_DEFRAG: it makes one frame of several before they are counted.
func join(rings []*Ring, d Direction, program []bpf.RawInstruction) error {
	mode := unix.PACKET_FANOUT_CBPF
	if d == In {
		mode |= unix.PACKET_FANOUT_FLAG_IGNORE_OUTGOING // a group doesn't ask its sockets
	}
	id := 0
	for i, r := range rings {
		flags := mode
		if i == 0 {
			flags |= unix.PACKET_FANOUT_FLAG_UNIQUEID
		}
		if err := unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_FANOUT, id|flags<<16); err != nil {
			if down := r.socketError(); down != nil { // in older kernels that makes it EINVAL
				return down
			}
			return unsupported(fanout, err)
		}
		if i > 0 {
			continue
		}
		group, err := unix.GetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_FANOUT)
		if err != nil {
			return fmt.Errorf("read the group's id: %w", err)
		}
		id = group & 0xffff
	}
	if err := unix.SetsockoptSockFprog(rings[0].fd, unix.SOL_PACKET, unix.PACKET_FANOUT_DATA, fprog(program)); err != nil {
		return unsupported(fanout, err)
	}
	return nil
}
