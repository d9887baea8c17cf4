package packets

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/gopacket/pcapgo"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/testutil/netns"
)

func TestRefused(t *testing.T) {
	cable(t, "ip link set v1 down", "ip link set lo up")
	for _, test := range []struct {
		o    Options
		want string
	}{
		{Options{}, "no interface is named"},
		{Options{Interface: "lo", Direction: 3}, "direction 3 is none"},
		{Options{Interface: "lo", SnapLength: -1}, "snap length -1 is not from 1 to 262144"},
		{Options{Interface: "lo", SnapLength: MaxSnapLength + 1}, "snap length 262145"},
		{Options{Interface: "lo", Buffer: -1}, "receive buffer of -1 octets"},
		{Options{Interface: "lo", Filter: make([]bpf.RawInstruction, 4093)}, "filter of 4093 instructions, the most are 4092"},
		{Options{Interface: "lo", Filter: []bpf.RawInstruction{{Op: 0xffff}}}, `capture on "lo" with gopacket: attach the filter: invalid argument`},
		{Options{Interface: "eth7"}, `capture on "eth7" with gopacket: couldn't query interface eth7: route ip+net: no such network interface`},
		{Options{Interface: "v1"}, `capture on "v1" with gopacket: the interface is down`},
	} {
		s, err := Open(test.o)
		if err == nil {
			t.Errorf("%+v: no error", test.o)
			_ = s.Close()
			continue
		}
		if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v\nwant %s", test.o, err, test.want)
		}
		if errors.Is(err, capture.ErrDown) != (test.o.Interface == "v1") {
			t.Errorf("%v: ErrDown is said of a wrong one", err)
		}
	}
}

// TestNoDescriptorIsLeft where Open fails.
func TestNoDescriptorIsLeft(t *testing.T) {
	cable(t, "ip link set v1 down")
	before := descriptors(t)
	for range 10 {
		if _, err := Open(Options{Interface: "v1"}); !errors.Is(err, capture.ErrDown) {
			t.Fatal(err)
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors, were %d", after, before)
	}
}

// TestLongestFilter: with a direction before it, it is as long as the kernel takes.
func TestLongestFilter(t *testing.T) {
	cable(t)
	long := make([]bpf.RawInstruction, maxFilter)
	long[maxFilter-1] = bpf.RawInstruction{Op: returnValue, K: wholeFrame}
	s := capturing(t, Options{Filter: long})
	sending(t, "v0").send(frame(60, 1))
	must(t, s, 1)
}

// TestNoPrivilege gives up all that the test's thread may do.
func TestNoPrivilege(t *testing.T) {
	netns.New(t, "ip link set lo up")
	const nobody = 65534
	// The call of this thread alone: the library's is of all.
	if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, nobody, nobody, nobody); errno != 0 {
		t.Fatal(errno)
	}
	_, err := Open(Options{Interface: "lo"})
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "CAP_NET_RAW") {
		t.Errorf("%v", err)
	}
}

func TestPromiscuous(t *testing.T) {
	cable(t)
	shown := func() string { return netns.Run(t, "ip -details link show v1") }
	s := capturing(t, Options{Promiscuous: true})
	if text := shown(); !strings.Contains(text, "promiscuity 1 ") {
		t.Errorf("while it is open:\n%s", text)
	}
	_ = s.Close()
	if text := shown(); !strings.Contains(text, "promiscuity 0 ") {
		t.Errorf("when it is closed:\n%s", text)
	}
	capturing(t, Options{})
	if text := shown(); !strings.Contains(text, "promiscuity 0 ") {
		t.Errorf("where it was not asked for:\n%s", text)
	}
}

func TestInterface(t *testing.T) {
	netns.New(t, "ip link add name v9 index 9 type bridge", "ip link set v9 up")
	s := capturing(t, Options{Interface: "v9"})
	if s.Interface() != 9 || s.Lag() <= 0 {
		t.Errorf("interface %d, lag %v", s.Interface(), s.Lag())
	}
}

// TestBuffer: root gets what it asks for; the kernel doubles it.
func TestBuffer(t *testing.T) {
	cable(t)
	for asked, want := range map[int]int{0: 2 * DefaultBuffer, 16 << 20: 32 << 20} {
		s := capturing(t, Options{Buffer: asked})
		if got, err := unix.GetsockoptInt(s.Descriptor(), unix.SOL_SOCKET, unix.SO_RCVBUF); got != want || err != nil {
			t.Errorf("buffer %d: %d, %v, want %d", asked, got, err, want)
		}
	}
}

// TestDescriptorOfTheHandle: it is the one that the handle uses.
func TestDescriptorOfTheHandle(t *testing.T) {
	cable(t)
	handle, err := pcapgo.NewEthernetHandle("v1")
	if err != nil {
		t.Fatal(err)
	}
	fd, err := descriptor(handle)
	if err != nil {
		t.Fatal(err)
	}
	handle.Close()
	if _, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE); !errors.Is(err, unix.EBADF) {
		t.Errorf("descriptor %d after the handle was closed: %v", fd, err)
	}
	if fd, err := descriptor(handle); fd != -1 || err != nil {
		t.Errorf("of a closed handle: %d, %v", fd, err)
	}
}

func TestErrnoIn(t *testing.T) {
	for _, errno := range []unix.Errno{unix.EAGAIN, unix.EINTR, unix.ENETDOWN, unix.EPERM, unix.EACCES} {
		plain := errors.New("couldn't read packet: " + errno.Error())
		if err := errnoIn(plain); !errors.Is(err, errno) || err.Error() != plain.Error() {
			t.Errorf("%v: %v", errno, err)
		}
	}
	if err := errnoIn(os.ErrClosed); !errors.Is(err, os.ErrClosed) {
		t.Errorf("another error became %v", err)
	}
	if err := errnoIn(nil); err != nil {
		t.Errorf("none became %v", err)
	}
}
