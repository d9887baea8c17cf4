package udp

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/exporter"
)

// inNamespace runs f in a network namespace of its own, whose loopback is as the ip and tc commands
// make it. They need root: where they can't run, the test fails under CI and is skipped elsewhere.
func inNamespace(t *testing.T, f func(t *testing.T), commands ...string) {
	t.Helper()
	ended := make(chan struct{})
	var missing error
	go func() {
		defer close(ended)
		// Never unlocked: the thread ends with the goroutine, and the namespace with the thread.
		runtime.LockOSThread()
		if missing = unix.Unshare(unix.CLONE_NEWNET); missing != nil {
			return
		}
		for _, c := range commands {
			if missing = run(c); missing != nil {
				return
			}
		}
		f(t)
	}()
	<-ended
	if missing == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("network namespace: %v", missing)
	}
	t.Skipf("NOT TESTED: a network namespace needs root and the ip and tc commands (apt-get install iproute2): %v", missing)
}

// run runs a command in the calling thread's namespace.
func run(command string) error {
	words := strings.Fields(command)
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil {
		return errors.New(command + ": " + err.Error() + ": " + string(out))
	}
	return nil
}

func must(t *testing.T, commands ...string) {
	t.Helper()
	for _, c := range commands {
		if err := run(c); err != nil {
			t.Error(err)
			runtime.Goexit()
		}
	}
}

func TestPathMTU(t *testing.T) {
	for _, test := range []struct {
		name, listen string
		mtu, want    int
	}{
		{"IPv4", "127.0.0.1:0", 1500, 1300 - 28},
		{"IPv6", "[::1]:0", 1500, 1300 - 48},
		{"lower than the path's", "127.0.0.1:0", 1200, 1200 - 28},
	} {
		t.Run(test.name, func(t *testing.T) {
			inNamespace(t, func(t *testing.T) {
				collector := listen(t, test.listen)
				tr := dial(t, Options{Address: collector.LocalAddr().String(), MTU: test.mtu})
				datagram := make([]byte, tr.Limit())
				err := tr.Send(datagram)
				var tooLong *exporter.TooLongError
				if errors.As(err, &tooLong) {
					if tooLong.Limit != test.want {
						t.Errorf("limit %d, want %d", tooLong.Limit, test.want)
					}
					err = tr.Send(datagram[:test.want])
				}
				if err != nil {
					t.Errorf("Send: %v", err)
					return
				}
				if got, _ := receive(t, collector); len(got) != test.want || tr.Limit() != test.want {
					t.Errorf("received %d octets, Limit() = %d, want %d", len(got), tr.Limit(), test.want)
				}
			}, "ip link set lo mtu 1300 up")
		})
	}
}

// TestSessionOnAShorterPath: nothing is lost where the path carries less than was configured, and
// once that is known datagrams are shorter. Those of a train were numbered before: they go in
// fragments.
func TestSessionOnAShorterPath(t *testing.T) {
	for _, listenAt := range []string{"127.0.0.1:0", "[::1]:0"} {
		for _, trains := range []bool{false, true} {
			inNamespace(t, func(t *testing.T) {
				collector := listen(t, listenAt)
				s := session(t, Options{Address: collector.LocalAddr().String(), Trains: trains})
				send(t, s, 0, 2000)
				send(t, s, 2000, 4000)
				for i, id := range received(t, collector, 4000) {
					if int64(i) != id {
						t.Errorf("record %d came where %d was due", id, i)
						return
					}
				}
				if err := s.Finish(context.Background()); err != nil {
					t.Error(err)
				}
				want := 1300 - headers(netip.MustParseAddrPort(collector.LocalAddr().String()).Addr())
				if c := s.Counters(); c.Acknowledged.Records != 4000 || c.Shortened != 1 || c.PayloadLimit != want {
					t.Errorf("trains %v: counters %+v, want limit %d", trains, c, want)
				}
			}, "ip link set lo mtu 1300 up")
		}
	}
}

// TestLoopbackDoesNotRaiseTheLimit: the path carries 65,536 octets, the configured MTU holds.
func TestLoopbackDoesNotRaiseTheLimit(t *testing.T) {
	collector := listen(t, "127.0.0.1:0")
	tr := dial(t, Options{Address: collector.LocalAddr().String()})
	if err := tr.tooLong(make([]byte, 1472)); err != nil {
		t.Errorf("an earlier datagram's EMSGSIZE: %v, want the datagram sent", err)
	}
	if tr.Limit() != 1472 {
		t.Errorf("Limit() = %d, want 1472", tr.Limit())
	}
	receive(t, collector)
}

func TestNoRouteAtStart(t *testing.T) {
	inNamespace(t, func(t *testing.T) {
		tr, err := Dial(context.Background(), Options{Address: "127.0.0.1:2055"})
		if err != nil {
			t.Errorf("Dial without a route: %v, want it to wait", err)
			return
		}
		defer func() { _ = tr.Close() }()
		expect(t, tr, exporter.DropUnreachable)
		must(t, "ip link set lo up")
		collector := listen(t, "127.0.0.1:2055")
		if err := tr.Send([]byte("up")); err != nil {
			t.Errorf("Send with the route there: %v", err)
			return
		}
		receive(t, collector)
	})
}

// TestSourceAddressMoves takes the address away from which the socket sends, as a redial of the
// uplink does.
func TestSourceAddressMoves(t *testing.T) {
	inNamespace(t, func(t *testing.T) {
		collector := listen(t, "127.5.0.1:0")
		tr := dial(t, Options{Address: collector.LocalAddr().String()})
		before := tr.LocalAddr()
		if before.Addr().String() != "127.6.0.1" {
			t.Errorf("sends from %v, want 127.6.0.1", before)
		}
		must(t, "ip addr add 127.7.0.1/32 dev lo",
			"ip route replace table local local 127.5.0.1 dev lo src 127.7.0.1",
			"ip addr del 127.6.0.1/32 dev lo", "ip addr del 127.0.0.1/8 dev lo")
		if err := tr.Send([]byte("first")); err != nil {
			t.Logf("first Send: %v", err)
			if err = tr.Send([]byte("again")); err != nil {
				t.Errorf("Send after the address moved: %v", err)
				return
			}
		}
		if _, from := receive(t, collector); from.Addr().String() != "127.7.0.1" || from.Port() != before.Port() {
			t.Errorf("came from %v, want 127.7.0.1 and port %d as before", from, before.Port())
		}
	}, "ip link set lo up", "ip addr add 127.6.0.1/32 dev lo",
		"ip route add table local local 127.5.0.1 dev lo src 127.6.0.1")
}

func TestForbidden(t *testing.T) {
	inNamespace(t, func(t *testing.T) {
		tr := dial(t, Options{Address: "127.5.0.1:2055"})
		must(t, "ip route replace table local prohibit 127.5.0.1")
		expect(t, tr, exporter.DropForbidden)
		must(t, "ip route del table local prohibit 127.5.0.1")
		if err := tr.Send([]byte("x")); err != nil {
			t.Errorf("Send when allowed again: %v", err)
		}
	}, "ip link set lo up")
}

func expect(t *testing.T, tr *Transport, want exporter.DropReason) {
	t.Helper()
	err := tr.Send([]byte("x"))
	var sendErr *exporter.SendError
	if !errors.As(err, &sendErr) || sendErr.Reason != want {
		t.Errorf("Send: %v, want %v", err, want)
	}
}

// TestFullDeviceQueue sends through a device that carries 8 Mbit/s and queues 3 datagrams: all of
// them arrive, delayed.
func TestFullDeviceQueue(t *testing.T) {
	const datagrams = 100
	inNamespace(t, func(t *testing.T) {
		collector := listen(t, "127.0.0.1:0")
		if err := collector.SetReadBuffer(1 << 20); err != nil {
			t.Error(err)
		}
		tr := dial(t, Options{Address: collector.LocalAddr().String()})
		for i := range datagrams {
			if err := tr.Send(append(make([]byte, 1000), byte(i))); err != nil {
				t.Errorf("Send of datagram %d: %v", i, err)
				return
			}
		}
		for i := range datagrams {
			if got, _ := receive(t, collector); got[1000] != byte(i) {
				t.Errorf("datagram %d came where %d was due", got[1000], i)
				return
			}
		}
	}, "ip link set lo mtu 1500 up", "tc qdisc add dev lo root tbf rate 8mbit burst 3000 limit 4000")
}

// TestStuckDevice: a device that carries nothing costs the whole patience only once.
func TestStuckDevice(t *testing.T) {
	inNamespace(t, func(t *testing.T) {
		collector := listen(t, "127.0.0.1:0")
		tr := dial(t, Options{Address: collector.LocalAddr().String(), Patience: 200 * time.Millisecond})
		begin := time.Now()
		full := 0
		for range 400 {
			var sendErr *exporter.SendError
			if errors.As(tr.Send(make([]byte, 1400)), &sendErr) && sendErr.Reason == exporter.DropBufferFull {
				full++
			}
			if full == 20 {
				break
			}
		}
		if took := time.Since(begin); full != 20 || took > 2*time.Second {
			t.Errorf("%d datagrams found the buffer full in %v", full, took)
		}
		must(t, "tc qdisc del dev lo root")
		if err := tr.Send([]byte("free")); err != nil || tr.stuck {
			t.Errorf("Send when the device works again: %v, stuck %v", err, tr.stuck)
		}
	}, "ip link set lo mtu 1500 up", "tc qdisc add dev lo root tbf rate 8bit burst 1540 limit 4000000")
}

func TestSocketBufferFull(t *testing.T) {
	inNamespace(t, func(t *testing.T) {
		collector := listen(t, "127.0.0.1:0")
		if err := collector.SetReadBuffer(1 << 20); err != nil {
			t.Error(err)
		}
		tr := dial(t, Options{Address: collector.LocalAddr().String()})
		if err := tr.socket.conn.SetWriteBuffer(8192); err != nil {
			t.Error(err)
		}
		for i := range 60 {
			if err := tr.Send(append(make([]byte, 1000), byte(i))); err != nil {
				t.Errorf("Send of datagram %d: %v", i, err)
				return
			}
		}
		for range 60 {
			receive(t, collector)
		}
	}, "ip link set lo mtu 1500 up", "tc qdisc add dev lo root tbf rate 8mbit burst 3000 limit 400000")
}
