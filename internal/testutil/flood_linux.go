package testutil

import (
	"errors"

	"golang.org/x/sys/unix"
)

// Flood makes the sender as fast as it gets: what it sends passes by the queueing discipline (packet(7),
// PACKET_QDISC_BYPASS).
func (s *FrameSender) Flood() {
	s.tb.Helper()
	const bypass = 20 // PACKET_QDISC_BYPASS
	if err := unix.SetsockoptInt(s.fd, unix.SOL_PACKET, bypass, 1); err != nil {
		s.tb.Fatalf("set PACKET_QDISC_BYPASS: %v", err)
	}
}

// SendAll is Send for a sender that floods: a frame that finds no room is sent again until it does.
func (s *FrameSender) SendAll(frames [][]byte) {
	s.tb.Helper()
	for _, f := range frames {
		for err := s.Try(f); err != nil; err = s.Try(f) {
			if !errors.Is(err, unix.ENOBUFS) && !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
				s.tb.Fatalf("send a frame of %d octets: %v", len(f), err)
			}
		}
	}
}
