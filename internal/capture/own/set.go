package own

import (
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// Linger is how long a closed connection stays known: twice the 60 s of TIME-WAIT in Linux.
const Linger = 2 * time.Minute

// Protocols of connections (IANA protocol numbers).
const (
	TCP = 6
	UDP = 17
)

// Connection is one of the program's own.
type Connection struct {
	// Protocol is TCP or UDP.
	Protocol uint8
	// Local and Remote are its two ends. The local address may be invalid: it is any then.
	Local, Remote netip.AddrPort
}

// Set is the program's connections. The zero value is an empty one; any number of goroutines may use it.
type Set struct {
	mu    sync.Mutex
	all   []*entry
	known atomic.Pointer[table]
	now   func() time.Time // nil: time.Now
}

type entry struct {
	Connection
	closed time.Time // zero while it is open
}

// table is never changed once it is published. The bits are 8 KiB, which stay in a CPU's first cache.
type table struct {
	ports [1 << 16 / 64]uint64 // local ports
	all   []Connection
}

// Add makes a connection known until the returned function is called, and Linger longer.
func (s *Set) Add(c Connection) (remove func()) {
	c.Local = netip.AddrPortFrom(c.Local.Addr().Unmap(), c.Local.Port())
	c.Remote = netip.AddrPortFrom(c.Remote.Addr().Unmap(), c.Remote.Port())
	e := &entry{Connection: c}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, e)
	s.publish()
	return sync.OnceFunc(func() { s.remove(e) })
}

func (s *Set) remove(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.closed = s.time()
	s.publish()
}

// publish forgets what was closed long ago, and makes the rest known. It is called with the lock held.
func (s *Set) publish() {
	now := s.time()
	s.all = slices.DeleteFunc(s.all, func(e *entry) bool { return !e.closed.IsZero() && now.Sub(e.closed) > Linger })
	t := new(table)
	for _, e := range s.all {
		port := e.Local.Port()
		t.ports[port/64] |= 1 << (port % 64)
		t.all = append(t.all, e.Connection)
	}
	s.known.Store(t)
}

func (s *Set) time() time.Time {
	if s.now != nil {
		return s.now()
	}
	return time.Now()
}

// Has says that a packet is of one of the connections. A later fragment, which has no ports, never is. It is small
// enough to be inlined: what isn't the program's own, nearly every packet, costs no call.
func (s *Set) Has(p *flowtable.Packet) bool {
	t := s.known.Load()
	return t != nil && (t.port(p.SrcPort) || t.port(p.DstPort)) && t.has(p)
}

func (t *table) has(p *flowtable.Packet) bool {
	src, dst := end(&p.Src, p.SrcPort, p.IPVersion), end(&p.Dst, p.DstPort, p.IPVersion)
	for i := range t.all {
		c := &t.all[i]
		if c.Protocol == p.Protocol && (c.is(src, dst) || c.is(dst, src)) {
			return true
		}
	}
	return false
}

func (t *table) port(n uint16) bool { return t.ports[n/64]&(1<<(n%64)) != 0 }

func (c *Connection) is(local, remote netip.AddrPort) bool {
	return c.Remote == remote && c.Local.Port() == local.Port() && (!c.Local.Addr().IsValid() || c.Local.Addr() == local.Addr())
}

func end(a *[16]byte, port uint16, version uint8) netip.AddrPort {
	if version == 4 {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(a[:4])), port)
	}
	return netip.AddrPortFrom(netip.AddrFrom16(*a).Unmap(), port)
}
