package rtnetlink

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// ErrInterrupted says that what was dumped changed meanwhile (NLM_F_DUMP_INTR), or that a part of it
// was longer than any before: something may be missing, or there twice.
var ErrInterrupted = errors.New("netlink dump: interrupted by a change")

// bufferLength is what the kernel fills at most with one part of a dump, but for a message that is
// longer by itself.
const bufferLength = 32 << 10

// answerLimit is how long an answer may take, in seconds. It is there with the request's end, so
// that this is about a kernel that answers nothing.
const answerLimit = 5

// Conn asks the kernel. It is used by one goroutine.
type Conn struct {
	fd       int
	sequence uint32
	in, out  []byte
}

// Dial opens a Conn to the network namespace of the calling thread.
func Dial() (*Conn, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("open rtnetlink socket: %w", err)
	}
	err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: answerLimit})
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("limit rtnetlink's answers in time: %w", err)
	}
	return &Conn{fd: fd, in: make([]byte, bufferLength)}, nil
}

// Close closes the socket.
func (c *Conn) Close() error { return unix.Close(c.fd) }

// Dump asks for all there is of a kind (RTM_GET…) and calls each with every message of the answer,
// whose octets are valid until it returns. The first error of each is returned when the answer has
// been read. ErrInterrupted says to ask again.
func (c *Conn) Dump(kind uint16, body []byte, each func(Message) error) error {
	if err := c.send(kind, unix.NLM_F_DUMP, body); err != nil {
		return err
	}
	var first error
	keep := func(err error) {
		if first == nil {
			first = err
		}
	}
	for {
		b, err := c.receive()
		if errors.Is(err, errCut) {
			keep(ErrInterrupted)
			continue
		}
		if err != nil {
			return err
		}
		ended, err := c.part(b, each, keep)
		if ended || err != nil {
			keep(err)
			return first
		}
	}
}

// part reads one part of a dump. It says whether that was the last one.
func (c *Conn) part(b []byte, each func(Message) error, keep func(error)) (ended bool, err error) {
	for len(b) > 0 {
		var m Message
		if m, b, err = NextMessage(b); err != nil {
			return false, err
		}
		if m.Sequence != c.sequence {
			continue // of a request that was given up
		}
		if m.Flags&unix.NLM_F_DUMP_INTR != 0 {
			keep(ErrInterrupted)
		}
		switch m.Type {
		case unix.NLMSG_DONE:
			return true, refusal(m)
		case unix.NLMSG_ERROR:
			return true, failure(m)
		default:
			keep(each(m))
		}
	}
	return false, nil
}

// Ask sends a request that has one message as its answer, valid until the next call. A refusal is a
// *RefusedError.
func (c *Conn) Ask(kind uint16, body []byte) (Message, error) {
	if err := c.send(kind, 0, body); err != nil {
		return Message{}, err
	}
	for {
		b, err := c.receive()
		if errors.Is(err, errCut) {
			return c.Ask(kind, body)
		}
		if err != nil {
			return Message{}, err
		}
		m, _, err := NextMessage(b)
		switch {
		case err != nil:
			return Message{}, err
		case m.Sequence != c.sequence:
		case m.Type == unix.NLMSG_ERROR:
			return Message{}, failure(m)
		default:
			return m, nil
		}
	}
}

func (c *Conn) send(kind, flags uint16, body []byte) error {
	c.sequence++
	c.out = appendMessage(c.out[:0], kind, unix.NLM_F_REQUEST|flags, c.sequence, body)
	for {
		err := unix.Sendto(c.fd, c.out, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("ask rtnetlink: %w", err)
		}
	}
}

// receive reads one datagram of the kernel's, valid until the next call. One that is longer than
// the buffer is lost: errCut says to ask again, when the buffer is as long. To ask for the length
// before reading would cost as much again each time, for what does not happen.
func (c *Conn) receive() ([]byte, error) {
	for {
		n, from, err := unix.Recvfrom(c.fd, c.in, unix.MSG_TRUNC)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read rtnetlink's answer: %w", err)
		}
		if kernel, ok := from.(*unix.SockaddrNetlink); !ok || kernel.Pid != 0 {
			continue // another process may send to this socket, too
		}
		if n > len(c.in) {
			c.in = make([]byte, n)
			return nil, errCut
		}
		return c.in[:n], nil
	}
}

// errCut is an answer that did not fit.
var errCut = errors.New("netlink: the answer did not fit")
