package collector

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// ServerOptions are the settings of a Server.
type ServerOptions struct {
	// Listen is the HOST:PORT of the UDP socket; port 0 takes a free one.
	Listen string
	// Idle ends Run when no datagram came for so long, once one has come; 0 waits for ever.
	Idle time.Duration
	// ReceiveBuffer is the size of the socket's buffer that is asked for, in octets; the kernel may
	// grant less. Default 32 MiB.
	ReceiveBuffer int
	// Collector bounds what is kept.
	Collector Options
	// Sink takes the flows; nil only counts them.
	Sink Sink
}

// Server is a Collector behind a UDP socket.
type Server struct {
	options ServerOptions
	conn    *net.UDPConn
	buffer  int // what the kernel granted

	mu        sync.Mutex // held while a datagram is decoded, so that Summary may be called any time
	collector *Collector
	drops     Drops
	flows     []Flow
	pace      pace
	armed     time.Time // the socket's deadline
	received  int       // octets of datagrams
}

// Drops is what the kernel dropped at the Server's socket.
type Drops struct {
	// Known is false where the system doesn't tell.
	Known     bool   `json:"known"`
	Datagrams uint64 `json:"datagrams"`
}

// SocketSummary is the account of the Server's socket.
type SocketSummary struct {
	Listen string `json:"listen"`
	// ReceiveBuffer is what the kernel granted, in octets; 0 where it doesn't tell.
	ReceiveBuffer int   `json:"receive-buffer"`
	Dropped       Drops `json:"dropped"`
}

// ServerSummary is the account of a Server.
type ServerSummary struct {
	Socket SocketSummary `json:"socket"`
	Summary
}

const (
	defaultReceiveBuffer = 32 << 20
	// drainPatience is how long the end waits for one more datagram that is in the socket already.
	drainPatience = 20 * time.Millisecond
)

// NewServer returns a Server that does not listen yet.
func NewServer(o ServerOptions) *Server {
	setDefault(&o.ReceiveBuffer, defaultReceiveBuffer)
	return &Server{options: o, collector: New(o.Collector), pace: pace{idle: o.Idle}}
}

// Open binds the socket and returns its address. It must be called before Run, once.
func (s *Server) Open() (netip.AddrPort, error) {
	address, err := net.ResolveUDPAddr("udp", s.options.Listen)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("resolve %q: want HOST:PORT: %w", s.options.Listen, err)
	}
	conn, err := net.ListenUDP("udp", address)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("listen on %q: %w", s.options.Listen, err)
	}
	s.conn = conn
	s.buffer = setReceiveBuffer(conn, s.options.ReceiveBuffer)
	return s.address(), nil
}

func (s *Server) address() netip.AddrPort {
	a := s.conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// Run receives until ctx ends or the exporters have been silent for Idle, both of which are a normal
// end: it then reads what the socket still holds, flushes and closes. It returns an error if the
// socket or the Sink fails; what was decoded until then is in the Summary. It closes the Sink.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	err := s.receive(ctx)
	if err == nil {
		err = s.drain()
	}
	s.mu.Lock()
	s.drops = socketDrops(s.conn)
	s.mu.Unlock()
	if s.options.Sink != nil {
		if failed := s.options.Sink.Close(); err == nil {
			err = failed
		}
	}
	return errors.Join(err, s.conn.Close())
}

// receive returns nil at a normal end.
func (s *Server) receive(ctx context.Context) error {
	packet := make([]byte, 1<<16)
	for {
		err := s.receiveOne(packet)
		silent := errors.Is(err, os.ErrDeadlineExceeded)
		if err != nil && !silent {
			return err
		}
		now := time.Now()
		if s.pace.flush(now) {
			if err := s.flush(); err != nil {
				return err
			}
		}
		// The deadline is set before the context is looked at: the end of one that comes in
		// between is seen here, of one that comes later by the next read.
		s.arm(silent)
		if ctx.Err() != nil || s.pace.ended(now) {
			return nil
		}
	}
}

// arm sets the socket's deadline to when something falls due. One that comes too early does no harm,
// so that it need not be set anew for every datagram.
func (s *Server) arm(passed bool) {
	at := s.pace.deadline()
	if passed || (!at.IsZero() && (s.armed.IsZero() || at.Before(s.armed))) {
		s.armed = at
		_ = s.conn.SetReadDeadline(at) // fails only when the socket is closed, as the next read will
	}
}

// receiveOne reads a datagram and hands its flows on.
func (s *Server) receiveOne(packet []byte) error {
	n, from, err := s.conn.ReadFromUDPAddrPort(packet)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	s.mu.Lock()
	s.flows, _ = s.collector.Decode(from, packet[:n], s.flows[:0])
	s.mu.Unlock()
	hasRecords := len(s.flows) > 0 && s.options.Sink != nil
	if hasRecords {
		err = s.options.Sink.Write(s.flows)
	}
	// The time is that of waiting again: a Sink that takes long makes no exporter silent.
	s.pace.datagram(time.Now(), hasRecords)
	s.received += n
	return err
}

// drain reads what the socket holds: the exporter sent it before the end. It reads no more than the
// socket can hold, so that it ends where exporters don't.
func (s *Server) drain() error {
	packet := make([]byte, 1<<16)
	limit := s.received + max(s.buffer, s.options.ReceiveBuffer)
	for s.received < limit {
		if err := s.conn.SetReadDeadline(time.Now().Add(drainPatience)); err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		switch err := s.receiveOne(packet); {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// Close releases a socket that Run was not called for.
func (s *Server) Close() error {
	if err := s.conn.Close(); err != nil {
		return fmt.Errorf("close socket: %w", err)
	}
	return nil
}

func (s *Server) flush() error {
	if s.options.Sink == nil {
		return nil
	}
	return s.options.Sink.Flush()
}

// Summary returns the account so far. It may be called while Run is running.
func (s *Server) Summary() ServerSummary {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return ServerSummary{Socket: SocketSummary{Listen: s.options.Listen}, Summary: s.collector.Summary()}
	}
	drops := socketDrops(s.conn)
	if !drops.Known {
		drops = s.drops // the socket is closed
	}
	return ServerSummary{
		Socket:  SocketSummary{Listen: s.address().String(), ReceiveBuffer: s.buffer, Dropped: drops},
		Summary: s.collector.Summary(),
	}
}
