package ring

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// newSocket opens a socket that receives nothing: of protocol 0, and bound to no interface.
func newSocket(o Options) (*Ring, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	switch {
	case errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES):
		program, _ := os.Executable() // "" says as much as the error would
		return nil, &PrivilegeError{Program: program, Err: err}
	case err != nil:
		return nil, unsupported("packet sockets (CONFIG_PACKET)", err)
	}
	r := &Ring{name: o.Interface, fd: fd, lag: lag(o.BlockTimeout)}
	if err := r.prepare(o); err != nil {
		r.counted = true // nothing came
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// prepare finds the interface and sets what must be set before the ring is made.
func (r *Ring) prepare(o Options) error {
	index, err := r.query(unix.SIOCGIFINDEX)
	if err != nil {
		return err
	}
	r.device = index.Uint32()
	if err := unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return unsupported("rings of TPACKET_V3 (Linux 3.2)", err)
	}
	if o.Direction == In {
		// Saves the kernel a copy of each frame that is sent. Linux before 4.20 can't: there, the
		// filter alone leaves them out.
		_ = unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1)
	}
	return nil
}

// query asks for something of the interface by its name (netdevice(7)).
func (r *Ring) query(request uint) (*unix.Ifreq, error) {
	q, err := unix.NewIfreq(r.name)
	if err != nil { // longer than any name
		return nil, &NoInterfaceError{r.name}
	}
	err = unix.IoctlIfreq(r.fd, request, q)
	if errors.Is(err, unix.ENODEV) {
		return nil, &NoInterfaceError{r.name}
	}
	if err != nil {
		return nil, fmt.Errorf("query the interface: %w", err)
	}
	return q, nil
}

// unsupported makes an *UnsupportedError of the errors by which a kernel says that it doesn't know
// what it was asked for.
func unsupported(feature string, err error) error {
	switch {
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOPROTOOPT), errors.Is(err, unix.EOPNOTSUPP),
		errors.Is(err, unix.EAFNOSUPPORT), errors.Is(err, unix.EPROTONOSUPPORT), errors.Is(err, unix.ENOSYS):
		return &UnsupportedError{Feature: feature, Err: err}
	}
	return fmt.Errorf("set up %s: %w", feature, err)
}

// attach gives a socket a filter, in place of the one it has.
func attach(fd int, program []bpf.RawInstruction) error {
	err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, fprog(program))
	switch {
	case errors.Is(err, unix.EINVAL):
		return &FilterError{-1, "the kernel refuses it", err}
	case errors.Is(err, unix.ENOMEM):
		return &FilterError{-1, "it is longer than the sysctl net.core.optmem_max allows", err}
	case err != nil:
		return fmt.Errorf("attach the filter: %w", err)
	}
	return nil
}

func fprog(program []bpf.RawInstruction) *unix.SockFprog {
	code := make([]unix.SockFilter, len(program))
	for i, in := range program {
		code[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	return &unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
}

// mapMemory makes the ring and maps it.
func (r *Ring) mapMemory(o Options) error {
	block, number := blocks(o.Size / o.Workers)
	request := unix.TpacketReq3{
		Block_size: uint32(block), Block_nr: uint32(number),
		// Frames have no size of their own in TPACKET_V3; the kernel wants a consistent one.
		Frame_size: uint32(block), Frame_nr: uint32(number),
		Retire_blk_tov: o.milliseconds(),
	}
	err := unix.SetsockoptTpacketReq3(r.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &request)
	if err == nil {
		r.blockSize = block
		r.memory, err = unix.Mmap(r.fd, 0, block*number, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	}
	switch {
	case errors.Is(err, unix.ENOMEM):
		return &MemoryError{Size: o.Size}
	case err != nil:
		return unsupported("rings of TPACKET_V3 (Linux 3.2)", err)
	}
	return nil
}

// bind makes the socket receive the interface's frames, of all protocols, and leaves an error at it
// if the interface is down.
func (r *Ring) bind(o Options) error {
	address := unix.SockaddrLinklayer{Protocol: networkOrder(unix.ETH_P_ALL), Ifindex: int(r.device)}
	err := unix.Bind(r.fd, &address)
	if errors.Is(err, unix.ENODEV) {
		return &NoInterfaceError{r.name}
	}
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if err := r.socketError(); err != nil {
		return err
	}
	if !o.Promiscuous {
		return nil
	}
	membership := unix.PacketMreq{Ifindex: int32(r.device), Type: unix.PACKET_MR_PROMISC}
	if err := unix.SetsockoptPacketMreq(r.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &membership); err != nil {
		return fmt.Errorf("make it promiscuous: %w", err)
	}
	return nil
}

// networkOrder returns a number whose octets in memory are in network byte order.
func networkOrder(n uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], n)
	return binary.NativeEndian.Uint16(b[:])
}

// lag returns how long after its stamp a frame is handed over at the latest. The kernel's timer hands
// over a block with frames in it when the timeout has passed since it was opened (from Linux 6.18 on,
// at whole multiples of it). Before 6.18 the timer is one of the timer wheel, which is late by up to an
// eighth of its time, and at 100 ticks a second by two ticks, 20 ms. Twice as much again is for a
// processor that is slow to come to its timers: with twenty processes to two processors, frames came
// up to 15 ms after the timeout.
func lag(timeout time.Duration) time.Duration { return timeout + timeout/8 + 60*time.Millisecond }
