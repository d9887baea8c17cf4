package livetest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// lane is two namespaces with a veth between them, v0 in one and v1 in the other, both with addresses.
func lane(t *testing.T) (near, far *testutil.Namespace) {
	t.Helper()
	near, far = testutil.NewNamespace(t), testutil.NewNamespace(t)
	near.Run("ip link add v0 type veth peer name v1")
	near.Move("v1", far)
	for i, n := range []*testutil.Namespace{near, far} {
		device, mac, peer := fmt.Sprintf("v%d", i), fmt.Sprintf("02:00:00:00:00:0%d", i+1), fmt.Sprintf("02:00:00:00:00:0%d", 2-i)
		n.Run(
			"ip link set "+device+" address "+mac+" arp off up",
			fmt.Sprintf("ip addr add 192.0.2.%d/24 dev %s", i+1, device),
			fmt.Sprintf("ip addr add 2001:db8::%d/64 dev %s nodad", i+1, device),
			fmt.Sprintf("ip neigh add 192.0.2.%d lladdr %s dev %s", 2-i, peer, device),
			fmt.Sprintf("ip neigh add 2001:db8::%d lladdr %s dev %s", 2-i, peer, device),
		)
	}
	near.AwaitUp("v0")
	far.AwaitUp("v1")
	return near, far
}

// attributes of a link that let TCP over IPv4 make frames above 64 KiB (linux/if_link.h); iproute2 knows them since 6.3.
const (
	gsoIPv4MaxSize = 63
	groIPv4MaxSize = 64
)

// bigIPv4 sets these limits of a device.
func bigIPv4(n *testutil.Namespace, device string, octets uint32) (err error) {
	n.Do(func() {
		var i *net.Interface
		if i, err = net.InterfaceByName(device); err != nil {
			return
		}
		m := make([]byte, 16+16, 64)
		binary.NativeEndian.PutUint16(m[4:], unix.RTM_SETLINK)
		binary.NativeEndian.PutUint16(m[6:], unix.NLM_F_REQUEST|unix.NLM_F_ACK)
		binary.NativeEndian.PutUint32(m[20:], uint32(i.Index))
		for _, attribute := range []uint16{gsoIPv4MaxSize, groIPv4MaxSize} {
			m = binary.NativeEndian.AppendUint16(m, 8)
			m = binary.NativeEndian.AppendUint16(m, attribute)
			m = binary.NativeEndian.AppendUint32(m, octets)
		}
		binary.NativeEndian.PutUint32(m, uint32(len(m)))
		err = request(m)
	})
	return err
}

// request sends a message of rtnetlink(7), and returns the kernel's error.
func request(m []byte) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.Sendto(fd, m, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil || n < 20 {
		return fmt.Errorf("answer of %d octets: %w", n, err)
	}
	if code := int32(binary.NativeEndian.Uint32(answer[16:])); code != 0 {
		return syscall.Errno(-code)
	}
	return nil
}

// tcpdump is one that runs on a device.
type tcpdump struct {
	t       *testing.T
	command *exec.Cmd
	said    output
	path    string
}

// tcpdumpOn has tcpdump write the headers of all packets of a device.
func tcpdumpOn(t *testing.T, n *testutil.Namespace, device string) *tcpdump {
	t.Helper()
	testutil.Programs(t, "tcpdump")
	w := &tcpdump{t: t, path: filepath.Join(t.TempDir(), "seen.pcap")}
	w.command = exec.Command("tcpdump", "-i", device, "-n", "-U", "-s", "256", "-B", "65536", "-Z", "root", "--immediate-mode", "-w", w.path)
	w.command.Stderr = &w.said
	n.Do(func() {
		t.Helper()
		if err := w.command.Start(); err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { _ = w.command.Process.Kill() })
	for began := time.Now(); !strings.Contains(w.said.String(), "listening on"); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("tcpdump does not listen: %s", w.said.String())
		}
	}
	return w
}

// truth ends tcpdump, and is what the oracle makes of what it saw.
func (w *tcpdump) truth() testutil.Truth {
	w.t.Helper()
	if err := w.command.Process.Signal(syscall.SIGINT); err != nil {
		w.t.Fatal(err)
	}
	if err := w.command.Wait(); err != nil {
		w.t.Fatalf("tcpdump: %v\n%s", err, w.said.String())
	}
	if !strings.Contains(w.said.String(), "\n0 packets dropped by kernel") {
		w.t.Fatalf("tcpdump lost some: %s", w.said.String())
	}
	return testutil.Oracle(w.t, "--frag", "zero", w.path)
}

// transfer sends octets by TCP from a namespace to an address of another, with an answer of as many.
func transfer(t *testing.T, from, to *testutil.Namespace, address string, octets int) {
	t.Helper()
	var l net.Listener
	var c net.Conn
	var err error
	to.Do(func() { l, err = net.Listen("tcp", address) })
	if err != nil {
		t.Fatal(err)
	}
	echoed := make(chan error, 1)
	go func() {
		server, err := l.Accept()
		if err == nil {
			_, err = io.Copy(server, server)
			_ = server.Close()
		}
		echoed <- err
	}()
	from.Do(func() { c, err = net.Dial("tcp", l.Addr().String()) })
	if err != nil {
		t.Fatal(err)
	}
	payload := bytes.Repeat([]byte("sagflow!"), 1<<17)
	go func() {
		for left := octets; left > 0; left -= len(payload) {
			_, _ = c.Write(payload[:min(left, len(payload))])
		}
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	n, err := io.Copy(io.Discard, c)
	if n != int64(octets) || err != nil {
		t.Fatalf("%d octets came back: %v", n, err)
	}
	if err := <-echoed; err != nil {
		t.Fatal(err)
	}
	_, _ = c.Close(), l.Close()
	for _, n := range []*testutil.Namespace{from, to} { // what ends the connection has been sent then
		for began := time.Now(); strings.Contains(n.Run("ss -tn"), "192.0.2.") || strings.Contains(n.Run("ss -tn"), "2001:db8"); {
			if time.Since(began) > patience {
				t.Fatalf("the connection does not end: %s", n.Run("ss -tn"))
			}
		}
	}
}

// A connection over an interface with offloads is counted with the octets that its packets have, however large the
// kernel makes them: as the oracle counts what tcpdump saw, and as the interface does.
func TestOffloadedConnections(t *testing.T) {
	for _, how := range []struct {
		settings string
		octets   int // that the ring, or the socket's buffer, has room for, whatever the machine does meanwhile
	}{{"workers: 1\nring-size: 256MiB", 32 << 20}, {"workers: 2\nring-size: 256MiB", 32 << 20}, {"capture: gopacket", 2 << 20}} {
		for _, c := range []struct {
			name    string
			mtu     int
			big     int // octets of the largest frames
			least   uint64
			address string
		}{
			{"TSO", 1500, 0, 9000, "192.0.2.2:0"},
			{"TSO over IPv6", 1500, 0, 9000, "[2001:db8::2]:0"},
			{"TSO, jumbo", 9000, 0, 20000, "192.0.2.2:0"},
			{"no offload", 1500, -1, 0, "192.0.2.2:0"},
			{"BIG TCP", 9000, 500_000, 65536, "192.0.2.2:0"},
			{"BIG TCP over IPv6", 9000, 500_000, 65536, "[2001:db8::2]:0"},
		} {
			t.Run(how.settings+", "+c.name, func(t *testing.T) {
				near, far := lane(t)
				offloads(t, near, "v0", c.mtu, c.big)
				offloads(t, far, "v1", c.mtu, c.big)
				listen(t, far)
				d := start(t, far, 1, "interfaces: [v1]\ndirection: both\n"+how.settings)
				w := tcpdumpOn(t, far, "v1")
				before := counterOf(t, far, "v1")
				transfer(t, near, far, c.address, how.octets)
				truth := w.truth()
				after := counterOf(t, far, "v1")
				d.untilRead(after.packets - before.packets)
				s, records := d.finish()
				checkTruth(t, truth, records)
				if n := after.packets - before.packets; s.Frames != n || s.Octets != after.octets-before.octets-14*n {
					t.Errorf("%d frames, %d octets; the interface has counted %d and, with 14 each for Ethernet, %d", s.Frames, s.Octets, n, after.octets-before.octets)
				}
				checkLargest(t, w, c.least)
				t.Logf("%d frames, %d octets", s.Frames, s.Octets)
			})
		}
	}
}

// offloads sets up a device for frames of up to so many octets; -1 is for none above the MTU.
func offloads(t *testing.T, n *testutil.Namespace, device string, mtu, big int) {
	t.Helper()
	n.Run(fmt.Sprintf("ip link set %s mtu %d", device, mtu))
	switch {
	case big < 0:
		testutil.Programs(t, "ethtool")
		n.Run("ethtool -K " + device + " tso off gso off gro off")
	case big > 0:
		n.Run(fmt.Sprintf("ip link set %s gso_max_size %d gro_max_size %d", device, big, big))
		if err := bigIPv4(n, device, uint32(big)); err != nil {
			testutil.Missing(t, fmt.Sprintf("a kernel with frames of IPv4 above 64 KiB (%v)", err), "Use Linux 6.3 or later.")
		}
	}
}

// checkLargest makes sure that there were frames of so many octets: else nothing was tested.
func checkLargest(t *testing.T, w *tcpdump, least uint64) {
	t.Helper()
	var largest uint64
	for line := range strings.Lines(string(testutil.MustRun(t, patience, "tcpdump", "-n", "-e", "-r", w.path))) {
		_, after, _ := strings.Cut(line, ", length ")
		var n uint64
		_, _ = fmt.Sscanf(after, "%d", &n)
		largest = max(largest, n)
	}
	if largest < least {
		t.Errorf("the largest frame has %d octets, want %d at least", largest, least)
	}
	t.Logf("the largest frame has %d octets", largest)
}
