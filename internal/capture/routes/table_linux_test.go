package routes

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture/links"
	"github.com/sagflow/sagflow/internal/capture/rtnetlink"
	"github.com/sagflow/sagflow/internal/testutil/netns"
)

// limit is how long a test waits for what must come.
const limit = 20 * time.Second

// gateway is a namespace with two networks and more behind them.
func gateway(t testing.TB, commands ...string) {
	t.Helper()
	netns.New(t, append([]string{
		"ip link set lo up",
		"ip link add lan0 type veth peer name lan1", "ip link add wan0 type veth peer name wan1",
		"ip link set lan0 addrgenmode none", "ip link set lan1 addrgenmode none",
		"ip link set wan0 addrgenmode none", "ip link set wan1 addrgenmode none",
		"ip link set lan0 up", "ip link set lan1 up", "ip link set wan0 up", "ip link set wan1 up",
		// In this mode, the kernel's own, a next hop's change is no change of the routes by it.
		"sysctl -q -w net.ipv4.nexthop_compat_mode=0",
		"ip addr add 192.168.1.1/24 dev lan0", "ip addr add 203.0.113.2/30 dev wan0",
		"ip addr add 2001:db8:1::1/64 dev lan0 nodad", "ip addr add 2001:db8:ffff::2/64 dev wan0 nodad",
	}, commands...)...)
	// Notifications that come later would flush what the test's own should. (Those of link-local
	// addresses, which there are none of, would come later still.)
	netns.Settle(t)
}

// running is a Table of the namespace that runs in another thread until the end of the test.
func running(t testing.TB, o Options) *Table {
	t.Helper()
	table, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- table.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	for end := time.Now().Add(limit); table.late.Load(); {
		if time.Now().After(end) {
			t.Fatal("it does not run")
		}
	}
	return table
}

// patient are options for tests that must not fail because the machine is busy.
func patient() Options { return Options{Wait: limit, Expiry: time.Hour} }

// byIP is what `ip route get` says, as Resolve does.
func byIP(t *testing.T, dst string) uint32 {
	t.Helper()
	out, err := exec.Command("ip", "-json", "route", "get", dst).Output()
	if err != nil {
		return 0 // no route, or a forbidding one
	}
	var list []struct{ Type, Dev string }
	if err := json.Unmarshal(out, &list); err != nil || len(list) != 1 {
		t.Fatalf("ip route get %s: %v: %s", dst, err, out)
	}
	if kind := list[0].Type; kind != "" && kind != "unicast" {
		return 0
	}
	return index(t, list[0].Dev)
}

func index(t *testing.T, name string) uint32 {
	t.Helper()
	list, err := links.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.Name == name {
			return uint32(l.Index)
		}
	}
	t.Fatalf("no interface %s", name)
	return 0
}

func TestAgainstIP(t *testing.T) {
	gateway(t, "ip route add default via 203.0.113.1", "ip route add 10.0.0.0/8 via 192.168.1.254",
		"ip route add 10.1.0.0/16 dev wan0", "ip route add 10.1.2.3/32 dev lan0",
		"ip route add blackhole 10.66.0.0/16", "ip route add unreachable 10.67.0.0/16", "ip route add prohibit 10.68.0.0/16",
		"ip route add throw 10.69.0.0/16",
		"ip -6 route add default via 2001:db8:ffff::1", "ip -6 route add 2001:db8:2::/48 via 2001:db8:1::fe",
		"ip -6 route add 2001:db8:2:7::/64 dev wan0", "ip -6 route add blackhole 2001:db8:66::/48",
		"ip -6 route add unreachable 2001:db8:67::/48", "ip -6 route add prohibit 2001:db8:68::/48",
		"ip -6 route add throw 2001:db8:69::/48",
		"ip rule add to 198.51.100.0/24 table 7", "ip route add default via 192.168.1.253 table 7")
	table := running(t, patient())
	lan, wan := index(t, "lan0"), index(t, "wan0")
	for dst, want := range map[string]uint32{
		"192.168.1.77": lan, "203.0.113.1": wan, "8.8.8.8": wan, "169.254.1.1": wan,
		"10.9.9.9": lan, "10.1.9.9": wan, "10.1.2.3": lan, "10.1.2.4": wan,
		"10.66.0.1": 0, "10.67.0.1": 0, "10.68.0.1": 0, "10.69.0.1": 0,
		"198.51.100.9": lan,
		"192.168.1.1":  0, "203.0.113.2": 0, "192.168.1.255": 0, "255.255.255.255": 0,
		"2001:db8:1::77": lan, "2001:db8:ffff::1": wan, "2a00::1": wan, "2001:db8:2:1::1": lan, "2001:db8:2:7::1": wan,
		"2001:db8:66::1": 0, "2001:db8:67::1": 0, "2001:db8:68::1": 0, "2001:db8:69::1": 0, "2001:db8:1::1": 0,
		"127.0.0.1": 0, "::1": 0,
	} {
		got := resolved(table, netip.MustParseAddr(dst))[0]
		if ip := byIP(t, dst); got != want || got != ip {
			t.Errorf("%s: %d, want %d, ip says %d", dst, got, want, ip)
		}
		if known := kept(t, table, netip.MustParseAddr(dst)); known != want {
			t.Errorf("%s afterwards: %d", dst, known)
		}
	}
	if got := resolved(table, netip.MustParseAddr("fe80::1"), netip.MustParseAddr("ff02::1"), netip.MustParseAddr("224.0.0.5")); got[0]+got[1]+got[2] != 0 {
		t.Errorf("%v", got)
	}
	if c := table.Counters(); c.Unresolved != 0 {
		t.Errorf("%+v", c)
	}
}

// TestNoRoute has no default route.
func TestNoRoute(t *testing.T) {
	gateway(t)
	table := running(t, patient())
	for _, dst := range []string{"8.8.8.8", "2a00::1"} {
		got := resolved(table, netip.MustParseAddr(dst))[0]
		if known := kept(t, table, netip.MustParseAddr(dst)); got != 0 || known != 0 {
			t.Errorf("%s: %d, then %d", dst, got, known)
		}
	}
}

// kept is what the cache knows of a destination that was resolved. It is resolved again where a
// notification came between, of how the namespace was made.
func kept(t *testing.T, table *Table, dst netip.Addr) uint32 {
	t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); {
		if index, ok := table.Lookup(dst); ok {
			return index
		}
		_ = resolved(table, dst)
	}
	t.Fatalf("%v is not kept", dst)
	return 0
}

// TestChanges: what is known is asked for again when a notification comes, and only then.
func TestChanges(t *testing.T) {
	gateway(t, "ip route add default via 203.0.113.1", "ip -6 route add default via 2001:db8:ffff::1")
	table := running(t, patient())
	four, six := netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("2a00::1")
	lan, wan := index(t, "lan0"), index(t, "wan0")
	until := func(what string, want4, want6 uint32) {
		t.Helper()
		until(t, table, what, []netip.Addr{four, six}, []uint32{want4, want6})
	}
	until("at first", wan, wan)
	for _, step := range []struct {
		command      string
		want4, want6 uint32
	}{
		{"ip route add 8.0.0.0/8 via 192.168.1.254", lan, wan},
		{"ip -6 route add 2a00::/16 via 2001:db8:1::fe", lan, lan},
		{"ip route del 8.0.0.0/8", wan, lan},
		{"ip -6 route del 2a00::/16", wan, wan},
		{"ip route add default via 192.168.1.254 table 9", wan, wan},
		{"ip rule add to 8.0.0.0/8 table 9", lan, wan},
		{"ip rule del to 8.0.0.0/8 table 9", wan, wan},
		{"ip -6 route add default via 2001:db8:1::fe table 9", wan, wan},
		{"ip -6 rule add to 2a00::/16 table 9", wan, lan},
		{"ip -6 rule del to 2a00::/16 table 9", wan, wan},
		{"ip nexthop add id 5 via 192.168.1.254 dev lan0", wan, wan},
		{"ip route add 8.8.0.0/16 nhid 5", lan, wan},
		{"ip nexthop replace id 5 via 203.0.113.1 dev wan0", wan, wan},
		{"ip link set wan0 down", 0, 0},
	} {
		netns.Run(t, step.command)
		until(step.command, step.want4, step.want6)
	}
}

// until resolves until the answers are as wanted.
func until(t *testing.T, table *Table, what string, dst []netip.Addr, want []uint32) {
	t.Helper()
	for end := time.Now().Add(limit); ; {
		got := resolved(table, dst...)
		if slices.Equal(got, want) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %v, want %v", what, got, want)
		}
	}
}

// TestLinkDown: without IPv6, nothing but the interface's own notification tells that its routes are
// gone.
func TestLinkDown(t *testing.T) {
	netns.New(t, "sysctl -q -w net.ipv6.conf.all.disable_ipv6=1", "sysctl -q -w net.ipv6.conf.default.disable_ipv6=1",
		"ip link set lo up", "ip link add wan0 type veth peer name wan1", "ip link set wan0 up", "ip link set wan1 up",
		"ip addr add 203.0.113.2/30 dev wan0", "ip route add default via 203.0.113.1")
	netns.Settle(t)
	table := running(t, patient())
	dst := []netip.Addr{host(1)}
	until(t, table, "up", dst, []uint32{index(t, "wan0")})
	netns.Run(t, "ip link set wan0 down")
	until(t, table, "down", dst, []uint32{0})
}

// TestKept: while nothing changes, nothing is asked for twice.
func TestKept(t *testing.T) {
	gateway(t, "ip route add default via 203.0.113.1")
	table := running(t, patient())
	wan := index(t, "wan0")
	var flushes uint64
	for range 1000 {
		if out := resolved(table, host(1), host(2)); out[0] != wan || out[1] != wan {
			t.Fatalf("%v", out)
		}
		flushes = table.Counters().Flushes
	}
	// Notifications of what the namespace was made with may still come.
	if c := table.Counters(); c.Queries > 2*(flushes+1) {
		t.Errorf("%+v", c)
	}
}

func TestClose(t *testing.T) {
	netns.New(t)
	table, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := table.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := table.Run(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Run after Close: %v", err)
	}
}

// TestQueryErrors are of the socket, not of the route.
func TestQueryErrors(t *testing.T) {
	if index, err := query(&rtnetlink.Conn{}, host(1)); err == nil {
		t.Errorf("%d without an error", index)
	}
}

func TestParse(t *testing.T) {
	route := func(kind byte, attributes ...byte) []byte {
		b := make([]byte, unix.SizeofRtMsg)
		b[offsetType] = kind
		return append(b, attributes...)
	}
	oif := rtnetlink.AppendAttribute(nil, unix.RTA_OIF, binary.NativeEndian.AppendUint32(nil, 70_000))
	for _, test := range []struct {
		m    rtnetlink.Message
		want uint32
		bad  bool
	}{
		{rtnetlink.Message{Type: unix.RTM_NEWROUTE, Data: route(unix.RTN_UNICAST, oif...)}, 70_000, false},
		{rtnetlink.Message{Type: unix.RTM_NEWROUTE, Data: route(unix.RTN_UNICAST)}, 0, false},
		{rtnetlink.Message{Type: unix.RTM_NEWROUTE, Data: route(unix.RTN_LOCAL, oif...)}, 0, false},
		{rtnetlink.Message{Type: unix.RTM_NEWROUTE, Data: route(unix.RTN_MULTICAST, oif...)}, 0, false},
		{rtnetlink.Message{Type: unix.RTM_NEWLINK, Data: route(unix.RTN_UNICAST, oif...)}, 0, true},
		{rtnetlink.Message{Type: unix.RTM_NEWROUTE, Data: route(unix.RTN_UNICAST)[:11]}, 0, true},
		{rtnetlink.Message{Type: unix.RTM_NEWROUTE, Data: route(unix.RTN_UNICAST, oif[:7]...)}, 0, true},
	} {
		if got, err := parse(test.m); got != test.want || (err != nil) != test.bad {
			t.Errorf("%v: %d, %v", test.m, got, err)
		}
	}
}

// FuzzParse looks for messages that break it.
func FuzzParse(f *testing.F) {
	b := make([]byte, unix.SizeofRtMsg)
	b[offsetType] = unix.RTN_UNICAST
	f.Add(uint16(unix.RTM_NEWROUTE), rtnetlink.AppendAttribute(b, unix.RTA_OIF, []byte{1, 0, 0, 0}))
	f.Fuzz(func(t *testing.T, kind uint16, data []byte) {
		index, err := parse(rtnetlink.Message{Type: kind, Data: data})
		if err != nil && index != 0 {
			t.Errorf("%d and %v", index, err)
		}
	})
}

// BenchmarkQuery is what one question costs, with so many routes.
func BenchmarkQuery(b *testing.B) {
	for _, n := range []int{1, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			gateway(b, "ip route add default via 203.0.113.1")
			var batch strings.Builder
			for i := range n {
				batch.WriteString("route add " + host(1<<8*i).String() + "/24 via 192.168.1.254\n")
			}
			file := b.TempDir() + "/batch"
			if err := os.WriteFile(file, []byte(batch.String()), 0o600); err != nil {
				b.Fatal(err)
			}
			netns.Run(b, "ip -batch "+file)
			conn, err := rtnetlink.Dial()
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if index, err := query(conn, host(i%(n<<8))); err != nil || index == 0 {
					b.Fatal(index, err)
				}
			}
		})
	}
}

// BenchmarkResolve is a batch of 64 records, all of them known.
func BenchmarkResolve(b *testing.B) {
	gateway(b, "ip route add default via 203.0.113.1")
	table := running(b, Options{Queries: 64, Wait: limit, Expiry: time.Hour})
	dst, out := make([]netip.Addr, 64), make([]uint32, 64)
	for i := range dst {
		dst[i] = host(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		table.Resolve(dst, out)
	}
	if out[0] == 0 {
		b.Error("not resolved")
	}
}
