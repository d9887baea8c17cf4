package livetest

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// witness sees all datagrams to a collector on loopback, whether somebody receives them or not, and decodes them.
type witness struct {
	t    *testing.T
	fd   int
	port uint16
	done chan struct{}

	mu    sync.Mutex
	end   bool
	all   *collector.Collector
	drops uint64
}

const (
	witnessBuffer = 64 << 20
	witnessTurn   = 100 * time.Millisecond
)

func watch(t *testing.T, ns *testutil.Namespace, port uint16) *witness {
	t.Helper()
	w := &witness{t: t, port: port, done: make(chan struct{}), all: collector.New(collector.Options{})}
	ns.Do(func() {
		t.Helper()
		w.open()
	})
	go w.run()
	t.Cleanup(w.stop)
	return w
}

// open binds a packet socket to loopback.
func (w *witness) open() {
	w.t.Helper()
	protocol := binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, unix.ETH_P_IP))
	lo, err := net.InterfaceByName("lo")
	if err == nil {
		w.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	turn := unix.NsecToTimeval(int64(witnessTurn))
	err = errors.Join(
		unix.SetsockoptInt(w.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, witnessBuffer),
		unix.SetsockoptTimeval(w.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &turn),
		unix.Bind(w.fd, &unix.SockaddrLinklayer{Protocol: protocol, Ifindex: lo.Index}),
	)
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *witness) run() {
	defer close(w.done)
	frame := make([]byte, 1<<16)
	var flows []collector.Flow
	for !w.ended() {
		n, from, err := unix.Recvfrom(w.fd, frame, 0)
		if err != nil {
			if !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
				w.t.Errorf("watch the datagrams: %v", err)
				return
			}
			continue
		}
		if link, ok := from.(*unix.SockaddrLinklayer); ok && link.Pkttype == unix.PACKET_OUTGOING {
			continue // it is seen again when it arrives
		}
		if exporter, datagram, ok := datagramTo(w.port, frame[:n]); ok {
			w.mu.Lock()
			flows, _ = w.all.Decode(exporter, datagram, flows[:0])
			w.mu.Unlock()
		}
	}
}

// datagramTo is the payload of a frame of loopback with an IPv4 UDP datagram to a port.
func datagramTo(port uint16, frame []byte) (from netip.AddrPort, payload []byte, ok bool) {
	const ethernet, udp = 14, 8
	if len(frame) < ethernet+20 {
		return from, nil, false
	}
	ip := frame[ethernet:]
	header := int(ip[0]&15) * 4
	if ip[9] != unix.IPPROTO_UDP || len(ip) < header+udp || binary.BigEndian.Uint16(ip[header+2:]) != port {
		return from, nil, false
	}
	from = netip.AddrPortFrom(netip.AddrFrom4([4]byte(ip[12:])), binary.BigEndian.Uint16(ip[header:]))
	return from, ip[header+udp : header+int(binary.BigEndian.Uint16(ip[header+4:]))], true
}

func (w *witness) ended() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.end
}

// totals are those of all datagrams so far. That none was missed is checked.
func (w *witness) totals() collector.Totals {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, err := unix.GetsockoptTpacketStats(w.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
		w.drops += uint64(s.Drops)
	}
	if w.drops > 0 {
		w.t.Errorf("the witness missed %d frames", w.drops)
	}
	return w.all.Summary().Totals
}

func (w *witness) stop() {
	w.mu.Lock()
	ended := w.end
	w.end = true
	w.mu.Unlock()
	if !ended {
		<-w.done
		_ = unix.Close(w.fd)
	}
}
