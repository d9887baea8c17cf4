package ring

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
)

// Ring is the ring of one worker: a capture.Live. Open makes it.
type Ring struct {
	// Of the goroutine that calls Next.
	memory    []byte // mapped, shared with the kernel
	blockSize int
	current   int    // the block that is read, or that is awaited
	held      bool   // current is not the kernel's
	block     []byte // current, while held
	cursor    cursor
	ending    bool  // the interface is down; what the ring holds is handed out yet
	end       error // what Next returns from now on

	name   string
	fd     int // -1 when closed
	device uint32
	lag    time.Duration

	mu      sync.Mutex
	counts  capture.Statistics // under mu
	counted bool               // counts are final; under mu
}

// Next fills frames from the start with what the kernel has handed over, of one block at a time, and
// returns how many; 0 and no error, if there are none. Their octets stay valid until the next call.
//
// The error is capture.ErrDown when the interface went down or away and all frames have been handed
// out; what the ring has no room for meanwhile is in Statistics. It is another one where the socket
// failed, or a block can't be read. It is final.
func (r *Ring) Next(frames []capture.Frame) (int, error) {
	if r.end != nil {
		return 0, r.end
	}
	if r.cursor.left == 0 && !r.advance() {
		r.end = r.idle()
		return 0, r.end
	}
	n, err := r.cursor.walk(r.block, frames)
	if err != nil {
		r.end = fmt.Errorf("capture from %q: %w", r.name, err)
	}
	return n, r.end
}

// advance goes to the next block that has frames, and gives back those before. It says whether
// there is one.
func (r *Ring) advance() bool {
	for {
		if r.held {
			r.release()
		}
		block := r.memory[r.current*r.blockSize:][:r.blockSize:r.blockSize]
		if atomic.LoadUint32(word(block, atStatus))&unix.TP_STATUS_USER == 0 {
			return false
		}
		r.held, r.block, r.cursor = true, block, openBlock(block)
		if r.cursor.left > 0 {
			return true
		}
	}
}

// release gives the current block back to the kernel, and makes the next one current. The number of
// frames is cleared, so that it says what is in a block that the kernel has: it writes 0 there only
// when it opens the block.
func (r *Ring) release() {
	*word(r.block, atNumber) = 0
	atomic.StoreUint32(word(r.block, atStatus), unix.TP_STATUS_KERNEL)
	r.held = false
	if r.current++; r.current*r.blockSize == len(r.memory) {
		r.current = 0
	}
}

// idle says whether the capture has ended, when no block is ready.
//
// When an interface goes down or away the kernel stops adding to the ring and leaves ENETDOWN at the
// socket, but the block that it had open stays with it until its timer, which runs on, hands it
// over. poll(2) finds that, as ever.
func (r *Ring) idle() error {
	if !r.ending {
		err := r.socketError()
		if err == nil {
			return nil
		}
		if !errors.Is(err, capture.ErrDown) {
			return fmt.Errorf("capture from %q: %w", r.name, err)
		}
		r.ending = true
		// An interface that is up again already would go on filling the ring: without this the
		// end would come when it is empty for once.
		_ = attach(r.fd, dropAll())
	}
	return r.finish()
}

// socketError returns the error that the kernel left at the socket, once: capture.ErrDown, if the
// interface went down.
func (r *Ring) socketError() error {
	errno, err := unix.GetsockoptInt(r.fd, unix.SOL_SOCKET, unix.SO_ERROR)
	switch {
	case err != nil:
		return fmt.Errorf("read SO_ERROR: %w", err)
	case unix.Errno(errno) == unix.ENETDOWN:
		return capture.ErrDown
	case errno != 0:
		return unix.Errno(errno)
	}
	return nil
}

// finish returns capture.ErrDown when nothing is left in the ring. It makes the counts final first:
// a frame that a processor was just about to add is thus in both, the ring and the counts, or in
// neither.
func (r *Ring) finish() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.count(); err != nil {
		return err
	}
	block := r.memory[r.current*r.blockSize:]
	if atomic.LoadUint32(word(block, atStatus))&unix.TP_STATUS_USER != 0 || atomic.LoadUint32(word(block, atNumber)) > 0 {
		return nil
	}
	r.counted = true
	return capture.ErrDown
}

// count adds what the kernel counted since the last time: reading sets its counts back. The caller
// holds mu.
func (r *Ring) count() error {
	if r.counted {
		return nil
	}
	s, err := unix.GetsockoptTpacketStatsV3(r.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return fmt.Errorf("capture from %q: read PACKET_STATISTICS: %w", r.name, err)
	}
	r.counts.Received += uint64(s.Packets) // with the dropped ones
	r.counts.Dropped += uint64(s.Drops)
	return nil
}

// Statistics returns the kernel's counts since Open. After capture.ErrDown or Close they are those
// of the end. It may be called by any goroutine.
func (r *Ring) Statistics() (capture.Statistics, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.count()
	return r.counts, err
}

// Close gives the memory back and closes the socket. A second call does nothing.
func (r *Ring) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fd < 0 {
		return nil
	}
	err := r.count()
	r.counted = true
	r.end, r.cursor, r.block = os.ErrClosed, cursor{}, nil
	if r.memory != nil {
		err = errors.Join(err, unix.Munmap(r.memory))
		r.memory = nil
	}
	err = errors.Join(err, unix.Close(r.fd))
	r.fd = -1
	return err
}

// Descriptor returns the socket for poll(2), -1 after Close. It is readable too while Next has
// handed out all of a block and wasn't called again.
func (r *Ring) Descriptor() int { return r.fd }

// Interface returns the ifIndex.
func (r *Ring) Interface() uint32 { return r.device }

// Size returns the ring's memory in octets.
func (r *Ring) Size() int { return len(r.memory) }

// Lag returns the block timeout and what the kernel's timer may be late.
func (r *Ring) Lag() time.Duration { return r.lag }
