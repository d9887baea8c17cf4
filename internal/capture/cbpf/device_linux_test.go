package cbpf

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/testutil"
)

// namespace is a network namespace for this test alone. The thread that has it ends with the test.
func namespace(t *testing.T) {
	t.Helper()
	testutil.Programs(t, "tcpdump", "ip")
	if os.Geteuid() != 0 {
		testutil.Missing(t, "root", "Network namespaces are made by root alone.")
	}
	runtime.LockOSThread() // never unlocked: the thread is thrown away
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Fatal(os.NewSyscallError("unshare", err))
	}
	ip(t, "link add v0 type veth peer name v1")
}

func ip(t *testing.T, command string) {
	t.Helper()
	testutil.MustRun(t, time.Minute, "ip", strings.Fields(command)...)
}

// The program for a link type is that of an interface which is up, also of one that asks for VLAN tags. Programs
// for an interface that is down, or where nothing is up, are refused, or made without one.
func TestCompileForInterfaces(t *testing.T) {
	namespace(t)
	down := (*DeviceError)(nil)
	if _, err := Compile(t.Context(), "tcp", "v0"); !errors.As(err, &down) || !strings.Contains(err.Error(), `interface "v0": That device is not up`) {
		t.Errorf("an interface that is down: %v", err)
	}
	refused := (*FilterError)(nil)
	if _, err := CompileLink(t.Context(), "port 80 or vlan 5", LinkEthernet); !errors.As(err, &refused) || !strings.Contains(err.Error(), "loopback interface is up") {
		t.Errorf("vlan where nothing is up: %v", err)
	}
	if program, err := CompileLink(t.Context(), "tcp port 80", LinkEthernet); err != nil || len(program) < 5 {
		t.Errorf("where nothing is up: %v, %v", program, err)
	}
	ip(t, "link set v0 up")
	ip(t, "link set lo up")
	for _, text := range []string{"vlan 5", "vlan and tcp port 80", "inbound", "outbound and udp", "tcp port 80", "not vlan"} {
		live, err := Compile(t.Context(), text, "v0")
		if err != nil {
			t.Fatal(err)
		}
		link, err := CompileLink(t.Context(), text, LinkEthernet)
		if d := cmp.Diff(live, link); err != nil || d != "" {
			t.Errorf("%q: %v\n%s", text, err, d)
		}
		if tag := strings.Contains(printed(link), " 4294963248\n"); tag != strings.Contains(text, "vlan") {
			t.Errorf("%q: asks the kernel for a tag: %v", text, tag)
		}
		if err := attach(udpSocket(t), link); err != nil {
			t.Errorf("%q: the kernel: %v", text, err)
		}
	}
	if _, err := Compile(t.Context(), "tcp prot 80", "v0"); !errors.As(err, &refused) {
		t.Errorf("no filter, on an interface: %v", err)
	}
}

// Without the right to capture it is the interface that is to blame, and not the filter.
func TestCompileWithoutTheRight(t *testing.T) {
	namespace(t)
	testutil.Programs(t, "setpriv")
	ip(t, "link set v0 up")
	r := testutil.Run(t, time.Minute, "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all",
		"tcpdump", "-ddd", "-i", "v0", "-s", "0", "--", "tcp")
	device := (*DeviceError)(nil)
	if err := blame(string(r.Stderr), "tcp", "v0"); r.Code == 0 || !errors.As(err, &device) || !strings.Contains(err.Error(), "permission") {
		t.Errorf("exit code %d: %v", r.Code, err)
	}
}
