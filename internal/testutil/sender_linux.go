package testutil

import (
	"encoding/binary"
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// FrameSender sends whole frames out of one device of a Namespace (packet(7)). It is used by one
// goroutine.
type FrameSender struct {
	tb        testing.TB
	device    int // ifIndex
	fd        int
	offloaded int // a second socket, whose frames begin with a virtio header
}

// Sender returns a sender of frames out of a device. They pass what listens on it, as frames of
// this machine.
func (n *Namespace) Sender(device string) *FrameSender {
	n.tb.Helper()
	s := &FrameSender{tb: n.tb}
	n.Do(func() {
		n.tb.Helper()
		i, err := net.InterfaceByName(device)
		if err != nil {
			n.tb.Fatalf("find device %q: %v", device, err)
		}
		s.device = i.Index
		s.fd, s.offloaded = n.packetSocket(s.device), n.packetSocket(s.device)
	})
	if err := unix.SetsockoptInt(s.offloaded, unix.SOL_PACKET, unix.PACKET_VNET_HDR, 1); err != nil {
		n.tb.Fatalf("set PACKET_VNET_HDR: %v", err)
	}
	return s
}

// packetSocket opens a socket that sends only: of protocol 0, which receives nothing.
func (n *Namespace) packetSocket(device int) int {
	n.tb.Helper()
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		n.tb.Fatalf("open a packet socket: %v", err)
	}
	n.tb.Cleanup(func() { _ = unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Ifindex: device}); err != nil {
		n.tb.Fatalf("bind to device %d: %v", device, err)
	}
	return fd
}

// Send sends frames in their order. None may be longer than the device's MTU and header.
func (s *FrameSender) Send(frames ...[]byte) {
	s.tb.Helper()
	for i, f := range frames {
		if err := s.Try(f); err != nil {
			s.tb.Fatalf("send frame %d of %d octets: %v", i, len(f), err)
		}
	}
}

// SendPacket sends a packet of an ethertype's protocol out of a device without link layer.
func (s *FrameSender) SendPacket(etherType uint16, packet []byte) {
	s.tb.Helper()
	protocol := binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, etherType))
	if err := unix.Sendto(s.fd, packet, 0, &unix.SockaddrLinklayer{Protocol: protocol, Ifindex: s.device}); err != nil {
		s.tb.Fatalf("send a packet of %d octets: %v", len(packet), err)
	}
}

// Try sends a frame that may be lost, where a device may be down.
func (s *FrameSender) Try(frame []byte) error {
	_, err := unix.Write(s.fd, frame)
	return err
}

// Offload says how SendOffloaded hands a frame over (struct virtio_net_hdr).
type Offload struct {
	// Linear is how many octets at the frame's start lie in one piece in the kernel's memory, where
	// the frame is longer than a page; the rest is in fragments, as some network cards leave it.
	// For TCP segmentation: the length of all headers.
	Linear int
	// Segment is the payload of the TCP segments that the device shall make of a frame, as a kernel
	// with segmentation offload hands it over; 0 sends the frame as it is.
	Segment int
	// TCP is where the TCP header begins; used with Segment only.
	TCP int
	// IPv6 says which IP the TCP segment is in; used with Segment only.
	IPv6 bool
}

// SendOffloaded sends one frame of up to 64 KiB as a kernel or a card with offloads does.
func (s *FrameSender) SendOffloaded(frame []byte, o Offload) {
	s.tb.Helper()
	h := make([]byte, 10, 10+len(frame))
	binary.NativeEndian.PutUint16(h[2:], uint16(o.Linear))
	if o.Segment > 0 {
		h[0], h[1] = 1, 1 // VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4
		if o.IPv6 {
			h[1] = 4 // VIRTIO_NET_HDR_GSO_TCPV6
		}
		binary.NativeEndian.PutUint16(h[4:], uint16(o.Segment))
		binary.NativeEndian.PutUint16(h[6:], uint16(o.TCP))
		binary.NativeEndian.PutUint16(h[8:], 16) // where the checksum is in the TCP header
	}
	if _, err := unix.Write(s.offloaded, append(h, frame...)); err != nil {
		s.tb.Fatalf("send an offloaded frame of %d octets: %v", len(frame), err)
	}
}
