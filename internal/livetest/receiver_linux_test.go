package livetest

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// collectorPort is where devices of these tests export to, at 127.0.0.1.
const collectorPort = 9995

// receiver is a collector that goes away and comes back, and knows then what it knew.
type receiver struct {
	t  *testing.T
	ns *testutil.Namespace

	mu   sync.Mutex
	all  *collector.Collector
	conn *net.UDPConn // nil while it is away
	done chan struct{}
}

func receive(t *testing.T, ns *testutil.Namespace) *receiver {
	t.Helper()
	r := &receiver{t: t, ns: ns, all: collector.New(collector.Options{})}
	r.back()
	t.Cleanup(func() {
		if r.conn != nil {
			_ = r.conn.Close()
			<-r.done
		}
	})
	return r
}

// back binds the socket.
func (r *receiver) back() {
	r.t.Helper()
	r.ns.Do(func() {
		r.t.Helper()
		conn, err := listenRoomy("udp4", local(collectorPort))
		if err != nil {
			r.t.Fatal(err)
		}
		r.conn, r.done = conn.(*net.UDPConn), make(chan struct{})
	})
	go r.read(r.conn, r.done)
}

// listenRoomy makes a socket that loses nothing while its reader is held up.
func listenRoomy(network, address string) (net.PacketConn, error) {
	roomy := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		failed := c.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, witnessBuffer)
		})
		return errors.Join(err, failed)
	}}
	return roomy.ListenPacket(context.Background(), network, address)
}

func (r *receiver) read(conn *net.UDPConn, done chan struct{}) {
	defer close(done)
	b := make([]byte, 1<<16)
	var flows []collector.Flow
	for {
		n, from, err := conn.ReadFromUDPAddrPort(b)
		if err != nil {
			if !errors.Is(err, net.ErrClosed) && !errors.Is(err, os.ErrDeadlineExceeded) {
				r.t.Errorf("receive: %v", err)
			}
			return
		}
		r.mu.Lock()
		flows, _ = r.all.Decode(netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), b[:n], flows[:0])
		r.mu.Unlock()
	}
}

// away closes the socket. What was sent to it before is read: from then on the kernel counts what finds no socket.
func (r *receiver) away() {
	r.t.Helper()
	raw, err := r.conn.SyscallConn()
	if err == nil {
		// A connected socket gets nothing but its peer's.
		nobody := unix.SockaddrInet4{Port: 1, Addr: [4]byte{127, 0, 0, 1}}
		failed := raw.Control(func(fd uintptr) { err = unix.Connect(int(fd), &nobody) })
		err = errors.Join(err, failed)
	}
	if err = errors.Join(err, r.conn.SetReadDeadline(time.Now().Add(witnessTurn))); err != nil {
		r.t.Fatal(err)
	}
	<-r.done
	_ = r.conn.Close()
	r.conn = nil
}

func (r *receiver) totals() collector.Totals {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.Summary().Totals
}

// udpCounters are what the kernel counts of UDP in a namespace (/proc/net/snmp).
func udpCounters(t *testing.T, ns *testutil.Namespace) map[string]uint64 {
	t.Helper()
	var text []byte
	ns.Do(func() {
		t.Helper()
		var err error
		if text, err = os.ReadFile("/proc/thread-self/net/snmp"); err != nil {
			t.Fatal(err)
		}
	})
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); fields[0] == "Udp:" {
			rows = append(rows, fields)
		}
	}
	counters := map[string]uint64{}
	for i := 1; len(rows) == 2 && i < len(rows[0]); i++ {
		counters[rows[0][i]], _ = strconv.ParseUint(rows[1][i], 10, 64)
	}
	return counters
}
