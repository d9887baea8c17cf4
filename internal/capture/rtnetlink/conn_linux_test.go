package rtnetlink

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil/netns"
)

func dial(t *testing.T) *Conn {
	t.Helper()
	c, err := Dial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// names dumps the links' names.
func names(t *testing.T, c *Conn) map[string]bool {
	t.Helper()
	list := map[string]bool{}
	err := c.Dump(unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg), func(m Message) error {
		found, err := attributes(m.Data[unix.SizeofIfInfomsg:])
		for _, a := range found {
			if a.Type == unix.IFLA_IFNAME {
				list[a.Text()] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestDump has more links than one part of the answer holds.
func TestDump(t *testing.T) {
	netns.New(t)
	const n = 100
	for i := range n {
		netns.Run(t, fmt.Sprintf("ip link add d%d type bridge", i))
	}
	c := dial(t)
	for range 3 {
		if list := names(t, c); len(list) != n+1 || !list["lo"] || !list["d0"] || !list["d99"] {
			t.Fatalf("%d links: %v", len(list), list)
		}
	}
}

// A dump that the caller breaks off is read to its end: the next one finds nothing of it.
func TestDumpRefusedByTheCaller(t *testing.T) {
	netns.New(t, "ip link add d0 type bridge")
	c := dial(t)
	want := errors.New("enough")
	calls := 0
	err := c.Dump(unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg), func(Message) error {
		calls++
		return fmt.Errorf("%d: %w", calls, want)
	})
	if !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "1:") {
		t.Errorf("Dump: %v, want the first error", err)
	}
	if list := names(t, c); len(list) != 2 {
		t.Errorf("next: %v", list)
	}
}

func TestRefused(t *testing.T) {
	netns.New(t)
	c := dial(t)
	var refused *RefusedError
	if _, err := c.Ask(unix.RTM_GETROUTE, routeTo("192.0.2.1")); !errors.Is(err, unix.ENETUNREACH) || !errors.As(err, &refused) {
		t.Errorf("Ask without a route: %v", err)
	}
	if _, err := c.Ask(9999, nil); !errors.Is(err, unix.EOPNOTSUPP) {
		t.Errorf("Ask for what isn't known: %v", err)
	}
	err := c.Dump(9999, nil, func(Message) error { return nil })
	if !errors.Is(err, unix.EOPNOTSUPP) {
		t.Errorf("Dump of what isn't known: %v", err)
	}
	if _, err := (&Conn{}).Ask(unix.RTM_GETROUTE, nil); err == nil || errors.As(err, &refused) {
		t.Errorf("Ask what is no netlink socket: %v", err)
	}
	netns.Run(t, "ip link set lo up")
	if m, err := c.Ask(unix.RTM_GETROUTE, routeTo("127.0.0.1")); err != nil || m.Type != unix.RTM_NEWROUTE {
		t.Errorf("Ask after refusals: %+v, %v", m, err)
	}
}

// TestOthersMessages: what another process sends to the socket, and what answers a request that was given
// up, is no answer.
func TestOthersMessages(t *testing.T) {
	netns.New(t, "ip link set lo up")
	c := dial(t)
	if err := c.send(unix.RTM_GETROUTE, 0, routeTo("192.0.2.1")); err != nil {
		t.Fatal(err)
	}
	self, err := unix.Getsockname(c.fd)
	if err != nil {
		t.Fatal(err)
	}
	forged := appendMessage(nil, unix.RTM_NEWLINK, 0, c.sequence+1, nil)
	if err := unix.Sendto(dial(t).fd, forged, 0, self); err != nil {
		t.Fatal(err)
	}
	if m, err := c.Ask(unix.RTM_GETROUTE, routeTo("127.0.0.1")); err != nil || m.Type != unix.RTM_NEWROUTE {
		t.Errorf("%+v, %v", m, err)
	}
}

func routeTo(address string) []byte {
	a := netip.MustParseAddr(address)
	body := make([]byte, unix.SizeofRtMsg)
	body[0], body[1] = unix.AF_INET, uint8(a.BitLen())
	return AppendAttribute(body, unix.RTA_DST, a.AsSlice())
}

// The socket stays where it was opened, and goes on from another thread, in another namespace.
func TestNamespaceOfTheSocket(t *testing.T) {
	netns.New(t, "ip link add here type bridge")
	c := dial(t)
	list := make(chan map[string]bool)
	go func() { list <- names(t, c) }()
	if got := <-list; len(got) != 2 || !got["here"] {
		t.Errorf("from another thread: %v", got)
	}
}

// A buffer that is too short grows to what the kernel says: nothing that is cut is handed out.
func TestShortBuffer(t *testing.T) {
	netns.New(t, "ip link add d0 type bridge", "ip link add d1 type bridge", "ip link set lo up")
	c := dial(t)
	c.in = make([]byte, 32)
	tries, given := 0, 0
	for again := true; again; tries++ {
		err := c.Dump(unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg), func(Message) error { given++; return nil })
		if again = errors.Is(err, ErrInterrupted); err != nil && (!again || tries > 10) {
			t.Fatal(err)
		}
	}
	if tries < 2 || given < 3 {
		t.Errorf("%d messages after %d tries", given, tries)
	}
	if list := names(t, c); len(list) != 3 {
		t.Errorf("%v", list)
	}
	c.in = make([]byte, 32)
	if m, err := c.Ask(unix.RTM_GETROUTE, routeTo("127.0.0.1")); err != nil || m.Type != unix.RTM_NEWROUTE {
		t.Errorf("Ask: %+v, %v", m, err)
	}
}

func TestPart(t *testing.T) {
	code := func(n int32) []byte { return binary.NativeEndian.AppendUint32(nil, uint32(n)) }
	part := func(kind, flags uint16, sequence uint32, data []byte) []byte {
		return appendMessage(nil, kind, flags, sequence, data)
	}
	const mine = 5
	for _, test := range []struct {
		name  string
		in    [][]byte
		given int
		ended bool
		want  string
	}{
		{"to be continued", [][]byte{part(16, 2, mine, nil), part(16, 2, mine, nil)}, 2, false, ""},
		{"done", [][]byte{part(16, 2, mine, nil), part(unix.NLMSG_DONE, 2, mine, code(0))}, 1, true, ""},
		{"of an earlier request", [][]byte{part(unix.NLMSG_DONE, 2, mine-1, code(0)), part(16, 2, mine, nil)}, 1, false, ""},
		{"interrupted", [][]byte{part(16, 2|unix.NLM_F_DUMP_INTR, mine, nil), part(unix.NLMSG_DONE, 2, mine, code(0))}, 1, true, ErrInterrupted.Error()},
		{"interrupted, at the end", [][]byte{part(unix.NLMSG_DONE, 2|unix.NLM_F_DUMP_INTR, mine, code(0))}, 0, true, ErrInterrupted.Error()},
		{"done with an error", [][]byte{part(unix.NLMSG_DONE, 2, mine, code(-int32(unix.EPERM)))}, 0, true, unix.EPERM.Error()},
		{"refused", [][]byte{part(unix.NLMSG_ERROR, 0, mine, code(-int32(unix.EPERM)))}, 0, true, unix.EPERM.Error()},
		{"acknowledged", [][]byte{part(unix.NLMSG_ERROR, 0, mine, code(0))}, 0, true, "acknowledgement"},
		{"done without a code", [][]byte{part(unix.NLMSG_DONE, 2, mine, nil)}, 0, true, "type 3 with 0 octets"},
		{"cut", [][]byte{{1, 2, 3}}, 0, false, "no header"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b []byte
			for _, m := range test.in {
				b = append(b, m...)
			}
			given := 0
			var kept error
			c := &Conn{sequence: mine}
			ended, err := c.part(b, func(Message) error { given++; return nil }, func(err error) { kept = errors.Join(kept, err) })
			if err = errors.Join(kept, err); err == nil {
				err = errors.New("")
			}
			if given != test.given || ended != test.ended || !strings.Contains(err.Error(), test.want) || (test.want == "") != (err.Error() == "") {
				t.Errorf("%d messages, ended %v, %v; want %d, %v, %q", given, ended, err, test.given, test.ended, test.want)
			}
		})
	}
}
