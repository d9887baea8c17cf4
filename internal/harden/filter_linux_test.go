package harden

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/testutil"
)

const thisPID = 4711

// verdict runs the filter in another machine than the kernel's. That one has all integers in the network's byte order.
func verdict(tb rapid.TB, arch, number uint32, arguments ...uint32) string {
	tb.Helper()
	vm, err := bpf.NewVM(program(thisPID))
	if err != nil {
		tb.Fatal(err)
	}
	data := make([]byte, offsetArguments+6*sizeArgument)
	binary.BigEndian.PutUint32(data[offsetNumber:], number)
	binary.BigEndian.PutUint32(data[offsetArch:], arch)
	for i, a := range arguments {
		binary.BigEndian.PutUint32(data[argument(uint32(i)).(bpf.LoadAbsolute).Off:], a)
	}
	out, err := vm.Run(data)
	if err != nil {
		tb.Fatal(err)
	}
	switch out := uint32(out); out & unix.SECCOMP_RET_ACTION_FULL {
	case unix.SECCOMP_RET_ALLOW:
		return "allowed"
	case unix.SECCOMP_RET_ERRNO:
		return unix.ErrnoName(unix.Errno(out & unix.SECCOMP_RET_DATA))
	default:
		return fmt.Sprintf("%#x", out)
	}
}

func TestFilterLists(t *testing.T) {
	fates := map[uint32]string{}
	put := func(fate string, numbers ...uint32) {
		for _, n := range numbers {
			if fates[n] != "" {
				t.Errorf("system call %d is %s and %s", n, fates[n], fate)
			}
			fates[n] = fate
		}
	}
	put("allowed", allowed()...)
	put("EPERM", refused()...)
	for _, c := range conditional(thisPID) {
		put("conditional", c.number)
	}
	for n, fate := range fates {
		if got := verdict(t, auditArch, n); fate != "conditional" && got != fate {
			t.Errorf("system call %d: %s, want %s", n, got, fate)
		}
	}
	code, err := bpf.Assemble(program(thisPID))
	if err != nil || len(code) > 4096 {
		t.Errorf("%d instructions, and the kernel takes 4096: %v", len(code), err)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint32().Draw(t, "number")
		if small := rapid.Bool().Draw(t, "small"); small {
			n %= 8192
		}
		if got := verdict(t, auditArch, n); fates[n] == "" && got != "ENOSYS" {
			t.Errorf("system call %d: %s, want ENOSYS", n, got)
		}
		other := rapid.Uint32().Filter(func(a uint32) bool { return a != auditArch }).Draw(t, "architecture")
		if got := verdict(t, other, unix.SYS_READ); got != "ENOSYS" {
			t.Errorf("read of architecture %#x: %s, want ENOSYS", other, got)
		}
	})
}

func TestFilterArguments(t *testing.T) {
	const thread = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_SYSVSEM | unix.CLONE_THREAD
	for _, c := range []struct {
		name      string
		number    uint32
		arguments []uint32
		want      string
	}{
		{"UDP", unix.SYS_SOCKET, []uint32{unix.AF_INET, unix.SOCK_DGRAM, 0}, "allowed"},
		{"TCP over IPv6", unix.SYS_SOCKET, []uint32{unix.AF_INET6, unix.SOCK_STREAM, unix.IPPROTO_TCP}, "allowed"},
		{"packets", unix.SYS_SOCKET, []uint32{unix.AF_PACKET, unix.SOCK_RAW, 0x300}, "allowed"},
		{"netlink", unix.SYS_SOCKET, []uint32{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE}, "allowed"},
		{"unix", unix.SYS_SOCKET, []uint32{unix.AF_UNIX, unix.SOCK_DGRAM, 0}, "allowed"},
		{"MPTCP", unix.SYS_SOCKET, []uint32{unix.AF_INET, unix.SOCK_STREAM, 262}, "EPROTONOSUPPORT"},
		{"SMC", unix.SYS_SOCKET, []uint32{unix.AF_INET6, unix.SOCK_STREAM, 256}, "EPROTONOSUPPORT"},
		{"SCTP", unix.SYS_SOCKET, []uint32{unix.AF_INET, unix.SOCK_STREAM, 132}, "EPROTONOSUPPORT"},
		{"Bluetooth", unix.SYS_SOCKET, []uint32{31, unix.SOCK_RAW, 0}, "EAFNOSUPPORT"},
		{"kernel crypto", unix.SYS_SOCKET, []uint32{38, unix.SOCK_SEQPACKET, 0}, "EAFNOSUPPORT"},

		{"a thread", unix.SYS_CLONE, []uint32{thread}, "allowed"},
		{"a process", unix.SYS_CLONE, []uint32{unix.CLONE_VM | unix.CLONE_VFORK | uint32(unix.SIGCHLD)}, "EPERM"},
		{"a user namespace", unix.SYS_CLONE, []uint32{thread | unix.CLONE_NEWUSER}, "EPERM"},
		{"a network namespace", unix.SYS_CLONE, []uint32{thread | unix.CLONE_NEWNET}, "EPERM"},

		{"memory", unix.SYS_MPROTECT, []uint32{0, 4096, unix.PROT_READ | unix.PROT_WRITE}, "allowed"},
		{"code", unix.SYS_MPROTECT, []uint32{0, 4096, unix.PROT_READ | unix.PROT_EXEC}, "EPERM"},
		{"is it a terminal", unix.SYS_IOCTL, []uint32{1, unix.TCGETS}, "allowed"},
		{"type", unix.SYS_IOCTL, []uint32{0, unix.TIOCSTI}, "EPERM"},
		{"paste", unix.SYS_IOCTL, []uint32{0, 0x541c}, "EPERM"},
		{"name memory", unix.SYS_PRCTL, []uint32{unix.PR_SET_VMA}, "allowed"},
		{"dump", unix.SYS_PRCTL, []uint32{unix.PR_SET_DUMPABLE, 1}, "EPERM"},
		{"the probe", unix.SYS_PRCTL, []uint32{probeOption}, "EPERM"},
		{"own limits", unix.SYS_PRLIMIT64, []uint32{0}, "allowed"},
		{"own limits by number", unix.SYS_PRLIMIT64, []uint32{thisPID}, "allowed"},
		{"init's limits", unix.SYS_PRLIMIT64, []uint32{1}, "EPERM"},
		{"signal itself", unix.SYS_KILL, []uint32{thisPID, 15}, "allowed"},
		{"signal all", unix.SYS_KILL, []uint32{0xffffffff, 15}, "EPERM"},
		{"signal its group", unix.SYS_KILL, []uint32{0, 15}, "EPERM"},
		{"preempt", unix.SYS_TGKILL, []uint32{thisPID, thisPID + 1, uint32(unix.SIGURG)}, "allowed"},
		{"preempt others", unix.SYS_TGKILL, []uint32{thisPID + 1, thisPID + 1, uint32(unix.SIGURG)}, "EPERM"},
	} {
		if got := verdict(t, auditArch, c.number, c.arguments...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if got := verdict(t, auditArch, x32Bit|unix.SYS_READ); got != "ENOSYS" {
		t.Errorf("x32: %s, want ENOSYS", got)
	}
}

// runtimeSources are the files in which Go's runtime has the numbers of its system calls, with an expression for them.
func runtimeSources(t *testing.T) map[string]*regexp.Regexp {
	t.Helper()
	testutil.Programs(t, "go")
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root, arch := strings.TrimSpace(string(out)), strings.TrimSuffix(runtime.GOARCH, "le")
	if arch == "mips" {
		arch = "mipsx"
	}
	return map[string]*regexp.Regexp{
		filepath.Join(root, "src/runtime/sys_linux_"+arch+".s"):                          regexp.MustCompile(`(?m)^#define\s+SYS_(\w+)\s+(?:\(SYS_BASE \+ )?(\d+)`),
		filepath.Join(root, "src/internal/runtime/syscall/linux/defs_linux_"+arch+".go"): regexp.MustCompile(`(?m)^\s+SYS_(\w+)\s+= (\d+)`),
	}
}

// TestFilterAllowsRuntime: whatever the runtime of this Go calls is allowed.
func TestFilterAllowsRuntime(t *testing.T) {
	arguments := map[string][]uint32{
		"clone":  {unix.CLONE_VM | unix.CLONE_THREAD},
		"kill":   {thisPID},
		"tgkill": {thisPID},
		"prctl":  {unix.PR_SET_VMA},
		"socket": {unix.AF_UNIX},
	}
	// Only in programs with cgo, or at their start.
	elsewhere := []string{"arch_prctl", "tkill"}
	for path, expression := range runtimeSources(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := expression.FindAllStringSubmatch(string(text), -1)
		if len(found) < 10 {
			t.Errorf("%s: %d system calls", path, len(found))
		}
		for _, f := range found {
			name := strings.ToLower(f[1])
			number, err := strconv.ParseUint(f[2], 10, 32)
			if err != nil || slices.Contains(elsewhere, name) {
				continue
			}
			if got := verdict(t, auditArch, uint32(number), arguments[name]...); got != "allowed" {
				t.Errorf("%s: %s (%d): %s", path, name, number, got)
			}
		}
	}
}

// numbers are the system calls of this architecture by name, as golang.org/x/sys has them from the kernel's headers.
func numbers(t *testing.T) map[string]uint32 {
	t.Helper()
	testutil.Programs(t, "go")
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "unix", "zsysnum_linux_"+runtime.GOARCH+".go"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]uint32{}
	for _, f := range regexp.MustCompile(`(?m)^\s+SYS_(\w+)\s+= (\d+)`).FindAllStringSubmatch(string(text), -1) {
		n, err := strconv.ParseUint(f[2], 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.ToLower(f[1])] = uint32(n)
	}
	return all
}

// TestFilterAgainstSystemd: what systemd counts among dangerous system calls is not allowed.
func TestFilterAgainstSystemd(t *testing.T) {
	testutil.Programs(t, "systemd-analyze")
	known := numbers(t)
	groups := []string{
		"@chown", "@clock", "@cpu-emulation", "@debug", "@keyring", "@module", "@mount", "@obsolete", "@pkey", "@privileged", "@raw-io",
		"@reboot", "@swap",
	}
	tried := 0
	for _, name := range systemdCalls(t, groups...) {
		n, ok := known[name]
		if !ok {
			continue
		}
		tried++
		if slices.Contains(allowed(), n) {
			t.Errorf("%s is allowed", name)
		}
	}
	if tried < 60 {
		t.Errorf("%d calls were compared", tried)
	}
}

// systemdCalls are the system calls in systemd's groups, those of groups in them too.
func systemdCalls(t *testing.T, groups ...string) []string {
	t.Helper()
	var calls []string
	for _, g := range groups {
		out, err := exec.Command("systemd-analyze", "--no-pager", "syscall-filter", g).Output()
		if err != nil {
			t.Fatalf("systemd-analyze syscall-filter %s: %v", g, err)
		}
		for line := range strings.Lines(string(out)) {
			line = strings.TrimSpace(line)
			switch {
			case line == g || line == "" || strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "@"):
				calls = append(calls, systemdCalls(t, line)...)
			default:
				calls = append(calls, line)
			}
		}
	}
	return calls
}

// TestFilterFitsUnit: what this package's filter allows, and what Apply itself calls, systemd's filter of the unit allows as
// well, but for a few calls that nobody misses there.
func TestFilterFitsUnit(t *testing.T) {
	testutil.Programs(t, "systemd-analyze")
	missed := []string{
		"mlock", "munlock", // rings and the flow table are not locked
		"sched_setaffinity", "getpriority", // no thread is bound to a core
		"mincore", // only where the size of a page isn't told otherwise
	}
	unit, known := unitCalls(t), numbers(t)
	for name, number := range known {
		needed := slices.Contains(allowed(), number) || slices.Contains([]string{"capset", "seccomp", "prctl", "socket", "clone", "tgkill"}, name)
		if needed && !unit[name] && !slices.Contains(missed, name) {
			t.Errorf("the unit's filter refuses %s", name)
		}
	}
	for _, name := range []string{"setuid", "mount", "ptrace", "bpf", "keyctl", "chown", "reboot"} {
		if unit[name] {
			t.Errorf("the unit's filter allows %s", name)
		}
	}
}

// unitCalls are the system calls that the unit allows, line by line as systemd.exec(5) says.
func unitCalls(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testutil.Root(t), "deploy/systemd/sagflow.service"))
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]bool{}
	for _, f := range regexp.MustCompile(`(?m)^SystemCallFilter=(~?)(.*)$`).FindAllStringSubmatch(string(text), -1) {
		for _, word := range strings.Fields(f[2]) {
			names := []string{word}
			if strings.HasPrefix(word, "@") {
				names = systemdCalls(t, word)
			}
			for _, n := range names {
				calls[n] = f[1] == ""
			}
		}
	}
	if len(calls) < 200 {
		t.Fatalf("%d system calls are in the unit's filter", len(calls))
	}
	return calls
}
