package packets

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/pcapgo"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
)

// arenaLength is how many octets the frames of one batch have together, but for the last one. 64
// frames of 1514 octets fit.
const arenaLength = 128 << 10

// lag is far more than lies between a frame's stamp and its place in the queue: some µs, or as long
// as the softirq that handles both is held up.
const lag = 100 * time.Millisecond

// Source captures from one interface. It is a capture.Live.
type Source struct {
	handle    *pcapgo.EthernetHandle
	fd        int
	name      string
	index     uint32
	linkType  uint16
	direction Direction
	snap      int

	arena []byte
	down  bool  // ENETDOWN was seen: what is left in the queue is the last
	end   error // final

	mu         sync.Mutex // of what follows, and of Stats, which resets the kernel's counts
	statistics capture.Statistics
	closed     bool
}

var _ capture.Live = (*Source)(nil)

// Next implements capture.Live.
func (s *Source) Next(frames []capture.Frame) (int, error) {
	if s.end != nil {
		return 0, s.end
	}
	n, free := 0, s.arena
	for n < len(frames) && len(free) >= s.snap {
		data, info, err := s.handle.ZeroCopyReadPacketData()
		if err != nil {
			if s.failed(err) {
				break
			}
			continue
		}
		length := copy(free, data)
		s.fill(&frames[n], free[:length:length], &info)
		free = free[length:]
		n++
	}
	s.finish()
	return n, s.end
}

// fill states all fields: those of frames are from an earlier batch.
func (s *Source) fill(f *capture.Frame, data []byte, info *gopacket.CaptureInfo) {
	*f = capture.Frame{
		Data:     data,
		Time:     info.Timestamp.UnixNano(),
		Length:   uint32(info.Length),
		LinkType: s.linkType,
		Egress:   s.direction == Out,
	}
	if len(info.AncillaryData) > 0 {
		if tag, ok := info.AncillaryData[0].(int); ok {
			f.Tagged, f.VLAN = true, uint16(tag)
		}
	}
}

// failed says whether an error of the handle ends the batch.
func (s *Source) failed(err error) bool {
	switch err = errnoIn(err); {
	case errors.Is(err, unix.EAGAIN):
		return true
	case errors.Is(err, unix.EINTR):
		return false
	case errors.Is(err, unix.ENETDOWN):
		// The interface may come up again, and with it this socket: what came then would be counted,
		// and nobody would read it.
		s.down = true
		if err := s.handle.SetBPF(nothing()); err == nil {
			return false
		}
	}
	s.end = fmt.Errorf("capture on %q with gopacket: %w", s.name, err)
	return true
}

// finish ends a source that is down, when its queue is empty. It is asked for here, because poll(2) will
// not say any more that there is something to say.
func (s *Source) finish() {
	if !s.down || s.end != nil {
		return
	}
	ready, err := unix.Poll([]unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLIN}}, 0)
	if err == nil && ready > 0 {
		return
	}
	s.end = fmt.Errorf("capture on %q with gopacket: %w", s.name, capture.ErrDown)
}

// Close implements capture.Source. The kernel's counts stay as they were last.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	err := s.count()
	s.closed = true
	s.handle.Close()
	s.end = fmt.Errorf("capture on %q with gopacket: %w", s.name, os.ErrClosed)
	s.arena = nil
	return err
}

// Descriptor implements capture.Live.
func (s *Source) Descriptor() int { return s.fd }

// Interface implements capture.Live.
func (s *Source) Interface() uint32 { return s.index }

// Lag implements capture.Live.
func (s *Source) Lag() time.Duration { return lag }

// DirectionKnown says whether Frame.Egress means something: not where both directions are captured.
func (s *Source) DirectionKnown() bool { return s.direction != Both }

// Statistics implements capture.Live.
func (s *Source) Statistics() (capture.Statistics, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return s.statistics, nil
	}
	err := s.count()
	return s.statistics, err
}

// count adds what the kernel counted since it was asked last: asking resets its counts.
func (s *Source) count() error {
	now, err := s.handle.Stats()
	if err != nil {
		return fmt.Errorf("ask for the kernel's counts: %w", err)
	}
	s.statistics = s.statistics.Plus(capture.Statistics{Received: uint64(now.Packets), Dropped: uint64(now.Drops)})
	return nil
}
