package udp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
)

// listen opens a collector on loopback.
func listen(t *testing.T, address string) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		t.Fatalf("listen on %s: %v", address, err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn.(*net.UDPConn)
}

func dial(t *testing.T, options Options) *Transport {
	t.Helper()
	tr, err := Dial(context.Background(), options)
	if err != nil {
		t.Fatalf("Dial(%+v): %v", options, err)
	}
	t.Cleanup(func() { _ = tr.Close() })
	return tr
}

// receive returns the next datagram.
func receive(t *testing.T, conn *net.UDPConn) ([]byte, netip.AddrPort) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 65536)
	n, from, err := conn.ReadFromUDPAddrPort(b)
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	return b[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
}

func TestSend(t *testing.T) {
	for _, test := range []struct {
		name, listen string
		options      Options
		limit        int
	}{
		{"IPv4", "127.0.0.1:0", Options{}, 1472},
		{"IPv6", "[::1]:0", Options{}, 1452},
		{"jumbo", "127.0.0.1:0", Options{MTU: 9000}, 8972},
		{"largest IPv4", "127.0.0.1:0", Options{MTU: 65535}, 65507},
		{"smallest", "127.0.0.1:0", Options{MTU: 68}, 40},
		{"source address", "127.0.0.1:0", Options{SourceAddress: netip.MustParseAddr("127.0.0.9")}, 1472},
		{"source address IPv4 in IPv6", "127.0.0.1:0", Options{SourceAddress: netip.MustParseAddr("::ffff:127.0.0.9")}, 1472},
		{"source address IPv6", "[::1]:0", Options{SourceAddress: netip.MustParseAddr("::1")}, 1452},
	} {
		t.Run(test.name, func(t *testing.T) {
			collector := listen(t, test.listen)
			test.options.Address = collector.LocalAddr().String()
			tr := dial(t, test.options)
			if got := tr.Limit(); got != test.limit {
				t.Errorf("Limit() = %d, want %d", got, test.limit)
			}
			if got := tr.String(); got != test.options.Address {
				t.Errorf("String() = %q, want %q", got, test.options.Address)
			}
			for _, size := range []int{1, test.limit} {
				sent := []byte(strings.Repeat("x", size))
				if err := tr.Send(sent); err != nil {
					t.Fatalf("Send of %d octets: %v", size, err)
				}
				got, from := receive(t, collector)
				if diff := cmp.Diff(string(sent), string(got)); diff != "" {
					t.Errorf("received (-want +got):\n%s", diff)
				}
				if from != tr.LocalAddr() {
					t.Errorf("came from %v, want %v", from, tr.LocalAddr())
				}
				if want := test.options.SourceAddress.Unmap(); want.IsValid() && from.Addr() != want {
					t.Errorf("came from %v, want source address %v", from, want)
				}
			}
		})
	}
}

func TestLongerThanTheMTUIsNotSent(t *testing.T) {
	collector := listen(t, "127.0.0.1:0")
	tr := dial(t, Options{Address: collector.LocalAddr().String(), MTU: 1500})
	var tooLong *exporter.TooLongError
	if err := tr.Send(make([]byte, 1473)); !errors.As(err, &tooLong) || tooLong.Limit != 1472 {
		t.Fatalf("Send of 1473 octets: %v, want a TooLongError with limit 1472", err)
	}
	if err := tr.Send([]byte("fits")); err != nil {
		t.Fatal(err)
	}
	if got, _ := receive(t, collector); string(got) != "fits" {
		t.Errorf("received %d octets, want only the datagram that fits", len(got))
	}
}

func TestDialErrors(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		want    []string // parts of the error
	}{
		{"no port", Options{Address: "192.0.2.1"}, []string{`"192.0.2.1"`, "HOST:PORT"}},
		{"empty", Options{}, []string{`""`, "HOST:PORT"}},
		{"no host", Options{Address: ":2055"}, []string{`":2055"`, "HOST:PORT"}},
		{"IPv6 without brackets", Options{Address: "2001:db8::1:2055"}, []string{"2001:db8::1:2055", "[2001:db8::1]:4739"}},
		{"port 0", Options{Address: "127.0.0.1:0"}, []string{"127.0.0.1:0", `port "0"`, "1 to 65535"}},
		{"port too large", Options{Address: "127.0.0.1:65536"}, []string{`port "65536"`}},
		{"port name", Options{Address: "127.0.0.1:netflow"}, []string{`port "netflow"`}},
		{"unknown name", Options{Address: "collector.invalid:2055"}, []string{"collector.invalid:2055", "resolve collector"}},
		{"families", Options{Address: "127.0.0.1:2055", SourceAddress: netip.MustParseAddr("::1")}, []string{"127.0.0.1:2055", `"::1"`}},
		{"source of another host", Options{Address: "127.0.0.1:2055", SourceAddress: netip.MustParseAddr("192.0.2.77")}, []string{"192.0.2.77", "127.0.0.1:2055"}},
		{"mtu too small", Options{Address: "127.0.0.1:2055", MTU: 67}, []string{"mtu 67", "68 to 65535"}},
		{"mtu too large", Options{Address: "127.0.0.1:2055", MTU: 65536}, []string{"mtu 65536"}},
		{"mtu negative", Options{Address: "127.0.0.1:2055", MTU: -1}, []string{"mtu -1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tr, err := Dial(context.Background(), test.options)
			if err == nil {
				_ = tr.Close()
				t.Fatal("no error")
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q doesn't say %q", err, part)
				}
			}
		})
	}
}

func TestChoose(t *testing.T) {
	v4, v4b, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8::1")
	mapped := netip.MustParseAddr("::ffff:192.0.2.1")
	none := netip.Addr{}
	for _, test := range []struct {
		name   string
		found  []netip.Addr
		source netip.Addr
		want   netip.Addr
		ok     bool
	}{
		{"IPv4 first", []netip.Addr{v6, v4, v4b}, none, v4, true},
		{"IPv6 if there is no other", []netip.Addr{v6}, none, v6, true},
		{"mapped is IPv4", []netip.Addr{mapped}, none, v4, true},
		{"of the source's family", []netip.Addr{v4, v6}, netip.IPv6Loopback(), v6, true},
		{"of the source's family, IPv4", []netip.Addr{v6, v4}, v4b, v4, true},
		{"none of the family", []netip.Addr{v4}, netip.IPv6Loopback(), none, false},
		{"none at all", nil, none, none, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := choose(test.found, test.source)
			if ok != test.ok || ok && got != test.want {
				t.Errorf("choose = %v, %v, want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestLocalhostIsIPv4(t *testing.T) {
	got, err := resolve(context.Background(), "localhost:2055", netip.Addr{})
	if err != nil {
		t.Fatal(err)
	}
	if want := netip.MustParseAddrPort("127.0.0.1:2055"); got != want {
		t.Errorf("localhost is %v, want %v", got, want)
	}
}

// TestRefusedAndBack closes the collector and opens it again on the same port.
func TestRefusedAndBack(t *testing.T) {
	collector := listen(t, "127.0.0.1:0")
	address := collector.LocalAddr().String()
	tr := dial(t, Options{Address: address})
	local := tr.LocalAddr()
	if err := tr.Send([]byte("first")); err != nil {
		t.Fatal(err)
	}
	receive(t, collector)
	_ = collector.Close()

	if err := tr.Send([]byte("lost")); err != nil {
		t.Fatalf("the system can't know yet: %v", err)
	}
	err := tr.Send([]byte("second"))
	var sendErr *exporter.SendError
	if !errors.As(err, &sendErr) || sendErr.Reason != exporter.DropRefused {
		t.Fatalf("Send after a lost one: %v, want refused", err)
	}
	again := listen(t, address)
	if err := tr.Send([]byte("second")); err != nil {
		t.Fatalf("Send once more: %v", err)
	}
	got, from := receive(t, again)
	if string(got) != "second" || from != local {
		t.Errorf("received %q from %v, want the second from %v: the same session", got, from, local)
	}
}

func TestCloseAndSend(t *testing.T) {
	collector := listen(t, "127.0.0.1:0")
	tr := dial(t, Options{Address: collector.LocalAddr().String()})
	if err := tr.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := tr.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
	if tr.LocalAddr().IsValid() {
		t.Error("a closed transport has an address")
	}
}

func TestSendDoesNotAllocate(t *testing.T) {
	collector := listen(t, "127.0.0.1:0")
	address := collector.LocalAddr().String()
	tr := dial(t, Options{Address: address})
	datagram := make([]byte, 1400)
	send := func() { _ = tr.Send(datagram) }
	if n := testing.AllocsPerRun(200, send); n != 0 {
		t.Errorf("%v allocations a datagram, want 0", n)
	}
	_ = collector.Close()
	send()
	send()
	if n := testing.AllocsPerRun(200, send); n != 0 {
		t.Errorf("%v allocations a refused datagram, want 0", n)
	}
}

func BenchmarkSend(b *testing.B) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	tr, err := Dial(context.Background(), Options{Address: conn.LocalAddr().String()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = tr.Close() }()
	datagram := make([]byte, 1464)
	b.SetBytes(int64(len(datagram)))
	b.ReportAllocs()
	for b.Loop() {
		if err := tr.Send(datagram); err != nil {
			b.Fatal(err)
		}
	}
}
