package links

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture/rtnetlink"
	"github.com/sagflow/sagflow/internal/testutil/netns"
)

// shown is a link as `ip -json link` shows it.
type shown struct {
	Index int      `json:"ifindex"`
	Name  string   `json:"ifname"`
	Flags []string `json:"flags"`
	MTU   int      `json:"mtu"`
	Type  string   `json:"link_type"`
	State string   `json:"operstate"`
}

func TestListAgainstIP(t *testing.T) {
	netns.New(t, "ip link add v0 type veth peer name v1", "ip link set v0 up", "ip link set v1 up mtu 9000",
		"ip link add br0 type bridge", "ip link set br0 up", "ip tuntap add tun0 mode tun", "ip link set lo up",
		"ip link add name index9 index 9 type bridge", "ip link add name index7 index 7 type bridge")
	// The operational state follows the carrier in the kernel's own time.
	eventually(t, func() string {
		got, err := List()
		if err != nil {
			t.Fatal(err)
		}
		return cmp.Diff(shownByIP(t), got)
	})
	if got := Nearest("vv0"); got != "v0" {
		t.Errorf("Nearest: %q", got)
	}
}

// eventually waits until wrong finds nothing wrong any more, and looks again at notifications.
func eventually(t *testing.T, wrong func() string) {
	t.Helper()
	events, err := rtnetlink.Listen(unix.RTMGRP_LINK)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = events.Close() }()
	for end := time.Now().Add(limit); ; {
		what := wrong()
		if what == "" {
			return
		}
		if time.Now().After(end) {
			t.Fatal(what)
		}
		if _, err := events.Wait(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
	}
}

// shownByIP is what ip shows as what List should.
func shownByIP(t *testing.T) []Link {
	t.Helper()
	var want []Link
	var list []shown
	if err := json.Unmarshal([]byte(netns.Run(t, "ip -json link")), &list); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		types := map[string]uint16{"ether": unix.ARPHRD_ETHER, "loopback": unix.ARPHRD_LOOPBACK, "none": unix.ARPHRD_NONE}
		up := slices.Contains(s.Flags, "UP")
		want = append(want, Link{
			Index: s.Index, Name: s.Name, MTU: s.MTU, Type: types[s.Type],
			Up: up, Running: up && (s.State == "UP" || s.State == "UNKNOWN"),
		})
	}
	slices.SortFunc(want, func(a, b Link) int { return a.Index - b.Index })
	if len(want) != 7 {
		t.Fatalf("ip shows %+v", want)
	}
	return want
}

func TestCheck(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge")
	for _, test := range []struct {
		list []string
		want string
	}{
		{[]string{"eth0", "wan*", "!docker0"}, ""},
		{[]string{"wan*"}, ""},
		{[]string{"eth0", "eth1"}, `interface "eth1" does not exist, "eth0" does; there are: lo, eth0`},
	} {
		p, err := ParsePatterns(test.list)
		if err != nil {
			t.Fatal(err)
		}
		err = Check(p)
		var missing *MissingError
		if (err != nil) != (test.want != "") || err != nil && (err.Error() != test.want || !errors.As(err, &missing)) {
			t.Errorf("%q: %v, want %s", test.list, err, test.want)
		}
	}
}

// TestSpeed mounts the namespace's own /sys: veth says 10 Gbit/s while it has a carrier.
func TestSpeed(t *testing.T) {
	netns.New(t, "ip link add v0 type veth peer name v1", "ip link set v0 up", "ip link add br0 type bridge")
	mount(t)
	speedOf := func() int {
		t.Helper()
		list, err := List()
		i := slices.IndexFunc(list, func(l Link) bool { return l.Name == "v0" })
		if err != nil || i < 0 {
			t.Fatalf("%v, %v", list, err)
		}
		return list[i].Speed
	}
	if got := speedOf(); got != 0 {
		t.Errorf("without carrier: %d", got)
	}
	netns.Run(t, "ip link set v1 up")
	eventually(t, func() string {
		if got := speedOf(); got != 10_000 {
			return fmt.Sprintf("with carrier: %d", got)
		}
		return ""
	})
}

// mount gives the test's thread a /sys of its network namespace.
func mount(t *testing.T) {
	t.Helper()
	err := unix.Unshare(unix.CLONE_NEWNS)
	if err == nil {
		err = unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	}
	if err == nil {
		err = unix.Mount("sysfs", "/sys", "sysfs", 0, "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestSpeedFiles has files as /sys/class/net has them.
func TestSpeedFiles(t *testing.T) {
	for _, test := range []struct {
		name         string
		index, speed string
		running      bool
		want         int
	}{
		{"known", "3\n", "2500\n", true, 2500},
		{"unknown", "3\n", "-1\n", true, 0},
		{"no carrier", "3\n", "2500\n", false, 0},
		{"another namespace's", "4\n", "2500\n", true, 0},
		{"no speed", "3\n", "", true, 0},
		{"no number", "3\n", "fast\n", true, 0},
		{"nothing", "", "", true, 0},
	} {
		folder := t.TempDir()
		write(t, folder, "ifindex", test.index)
		write(t, folder, "speed", test.speed)
		if got := speedIn(folder, Link{Index: 3, Name: "eth0", Running: test.running}); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func write(t *testing.T, folder, file, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Join(folder, "eth0"), 0o700)
	if err == nil && text != "" {
		err = os.WriteFile(filepath.Join(folder, "eth0", file), []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestSpeedsRemembered: a speed is read again where the link or its carrier changed, and dropped
// with the link.
func TestSpeedsRemembered(t *testing.T) {
	netns.New(t, "ip link set lo up")
	l := seen{Link{Index: 1, Name: "lo", Up: true, Running: true}, 5}
	all := func(string) bool { return true }
	s := speeds{1: {l, 100}}
	if got := s.complete([]seen{l}, all); len(got) != 1 || got[0].Speed != 100 {
		t.Errorf("as it was: %+v", got)
	}
	changed := l
	changed.carrierChanges++
	if got := s.complete([]seen{changed}, all); len(got) != 1 || got[0].Speed != 0 {
		t.Errorf("another carrier: %+v", got)
	}
	if got := s.complete([]seen{l}, func(string) bool { return false }); got != nil || len(s) != 0 {
		t.Errorf("not wanted: %+v, %v", got, s)
	}
}

func TestUndisturbed(t *testing.T) {
	other := errors.New("other")
	for _, test := range []struct {
		interrupted, tries int
		last, want         error
	}{
		{0, 1, nil, nil},
		{3, 4, nil, nil},
		{3, 4, other, other},
		{1000, mostTries, nil, rtnetlink.ErrInterrupted},
	} {
		tries := 0
		err := undisturbed(func() error {
			if tries++; tries <= test.interrupted {
				return rtnetlink.ErrInterrupted
			}
			return test.last
		})
		if tries != test.tries || !errors.Is(err, test.want) {
			t.Errorf("interrupted %d times: %d tries, %v", test.interrupted, tries, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	header := func(index uint32) []byte {
		b := make([]byte, unix.SizeofIfInfomsg)
		binary.NativeEndian.PutUint32(b[offsetIndex:], index)
		return b
	}
	name := func(b []byte) []byte { return rtnetlink.AppendAttribute(b, unix.IFLA_IFNAME, []byte("eth0\x00")) }
	for _, test := range []struct {
		m  rtnetlink.Message
		ok bool
	}{
		{rtnetlink.Message{Type: unix.RTM_NEWLINK, Data: name(header(3))}, true},
		{rtnetlink.Message{Type: unix.RTM_NEWROUTE, Data: name(header(3))}, false},
		{rtnetlink.Message{Type: unix.RTM_NEWLINK, Data: header(3)[:15]}, false},
		{rtnetlink.Message{Type: unix.RTM_NEWLINK, Data: header(3)}, false},
		{rtnetlink.Message{Type: unix.RTM_NEWLINK, Data: name(header(0))}, false},
		{rtnetlink.Message{Type: unix.RTM_NEWLINK, Data: append(name(header(3)), 9)}, false},
	} {
		if l, err := parse(test.m); (err == nil) != test.ok || test.ok && (l.Name != "eth0" || l.Index != 3) {
			t.Errorf("%v: %+v, %v", test.m, l, err)
		}
	}
}

// FuzzParse looks for messages that break it. What is read is within the octets and in range.
func FuzzParse(f *testing.F) {
	conn, err := rtnetlink.Dial()
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	err = conn.Dump(unix.RTM_GETLINK, dumpRequest(), func(m rtnetlink.Message) error {
		f.Add(m.Type, slices.Clone(m.Data))
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind uint16, data []byte) {
		l, err := parse(rtnetlink.Message{Type: kind, Data: data})
		if err == nil && (l.Index < 1 || l.Name == "" || l.MTU < 0 && strconv.IntSize == 64) {
			t.Errorf("%+v", l)
		}
	})
}
