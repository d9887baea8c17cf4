package harden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// sampleStatus is a thread's of a device as root has started it, hardened; Linux 6.18.
const sampleStatus = `Name:	sagflow
Umask:	0077
State:	S (sleeping)
Tgid:	812
Ngid:	0
Pid:	815
PPid:	1
TracerPid:	0
Uid:	997	998	999	1000
Gid:	887	888	889	890
FDSize:	64
Groups:	887 1500 
VmPeak:	 1245316 kB
CapInh:	0000000000000001
CapPrm:	0000000000003000
CapEff:	0000000000002000
CapBnd:	000001ffffffffff
CapAmb:	0000000000000004
NoNewPrivs:	1
Seccomp:	2
Seccomp_filters:	3
Speculation_Store_Bypass:	thread vulnerable
`

func sampleThread() threadStatus {
	return threadStatus{
		uids: [4]int{997, 998, 999, 1000}, gids: [4]int{887, 888, 889, 890}, groups: []int{887, 1500},
		inheritable: 1, permitted: 0x3000, effective: 0x2000, bounding: 0x1ffffffffff, ambient: 4,
		noNewPrivs: 1, seccomp: 2, filters: 3,
	}
}

func TestParseStatus(t *testing.T) {
	without := func(names ...string) string {
		text := sampleStatus
		for _, n := range names {
			i := strings.Index(text, "\n"+n+":")
			text = text[:i+1] + text[i+1+strings.Index(text[i+1:], "\n")+1:]
		}
		return text
	}
	old := sampleThread()
	old.noNewPrivs, old.seccomp, old.filters, old.ambient = -1, -1, -1, 0
	for _, c := range []struct {
		name, text string
		want       threadStatus
		err        string
	}{
		{"whole", sampleStatus, sampleThread(), ""},
		{"of an old kernel", without("NoNewPrivs", "Seccomp", "Seccomp_filters", "CapAmb"), old, ""},
		{"without capabilities", without("CapEff"), threadStatus{}, "there is no field CapEff"},
		{"empty", "", threadStatus{}, "there is no field"},
		{"three ids", strings.Replace(sampleStatus, "	1000", "", 1), threadStatus{}, "field Uid, \"997\\t998\\t999\": 3 numbers, want 4"},
		{"a negative id", strings.Replace(sampleStatus, "1500", "-1", 1), threadStatus{}, "field Groups"},
		{"no hexadecimal", strings.Replace(sampleStatus, "0000000000003000", "x", 1), threadStatus{}, "field CapPrm"},
		{"two masks", strings.Replace(sampleStatus, "0000000000003000", "1 2", 1), threadStatus{}, "2 numbers, want 1"},
	} {
		got, err := parseStatus(c.text)
		switch {
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: error %v, want %q", c.name, err, c.err)
		case c.err == "":
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(threadStatus{})); diff != "" || err != nil {
				t.Errorf("%s: %v %s", c.name, err, diff)
			}
		}
	}
}

// TestReadThreads compares with what system calls say of this process.
func TestReadThreads(t *testing.T) {
	threads, err := readThreads("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	header, data := &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, [2]unix.CapUserData{}
	if err := unix.Capget(header, &data[0]); err != nil {
		t.Fatal(err)
	}
	groups, err := os.Getgroups()
	if err != nil {
		t.Fatal(err)
	}
	seccomp, err := unix.PrctlRetInt(unix.PR_GET_SECCOMP, 0, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range threads {
		want := s
		want.uids, want.gids = [4]int{os.Getuid(), os.Geteuid(), os.Geteuid(), os.Geteuid()}, [4]int{os.Getgid(), os.Getegid(), os.Getegid(), os.Getegid()}
		want.permitted = uint64(data[1].Permitted)<<32 | uint64(data[0].Permitted)
		want.effective = uint64(data[1].Effective)<<32 | uint64(data[0].Effective)
		want.inheritable = uint64(data[1].Inheritable)<<32 | uint64(data[0].Inheritable)
		want.seccomp = seccomp
		if diff := cmp.Diff(want, s, cmp.AllowUnexported(threadStatus{})); diff != "" || len(s.groups) != len(groups) {
			t.Error(s.groups, groups, diff)
		}
	}
}

func TestReadThreadsErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := readThreads(dir); err == nil || !strings.Contains(err.Error(), "there is no thread") {
		t.Errorf("no thread: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "7"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := readThreads(dir); err == nil || !strings.Contains(err.Error(), "there is no thread") {
		t.Errorf("a thread that has ended: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "7", "status"), []byte("Uid:\tx\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readThreads(dir); err == nil || !strings.Contains(err.Error(), "7/status: field Uid") {
		t.Errorf("a wrong one: %v", err)
	}
	if _, err := readThreads(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("no folder, and no error")
	}
}

// hardened is a thread as it should be.
func hardened() threadStatus {
	return threadStatus{
		uids: [4]int{997, 997, 997, 997}, gids: [4]int{997, 997, 997, 997}, groups: []int{997},
		permitted: 0x2000, effective: 0x2000, bounding: 0x2000, noNewPrivs: 1, seccomp: 2, filters: 1,
	}
}

// TestWeakest: one thread that is not hardened shows.
func TestWeakest(t *testing.T) {
	for name, c := range map[string]struct {
		change    func(*threadStatus)
		want      func(*threadStatus)
		different string
	}{
		"none": {func(*threadStatus) {}, func(*threadStatus) {}, ""},
		"a capability": {
			func(s *threadStatus) { s.permitted |= 1 << 21 }, func(s *threadStatus) { s.permitted = 0x202000 }, "",
		},
		"in the bounding set": {
			func(s *threadStatus) { s.bounding |= 1 }, func(s *threadStatus) { s.bounding = 0x2001 }, "",
		},
		"privileges by exec": {func(s *threadStatus) { s.noNewPrivs = 0 }, func(s *threadStatus) { s.noNewPrivs = 0 }, ""},
		"no filter": {
			func(s *threadStatus) { s.seccomp, s.filters = 0, 0 }, func(s *threadStatus) { s.seccomp, s.filters = 0, 0 }, "",
		},
		"the saved id is root's": {
			func(s *threadStatus) { s.uids[2] = 0 }, func(*threadStatus) {}, "uids [997 997 997 997] and [997 997 0 997]",
		},
		"another group": {
			func(s *threadStatus) { s.groups = []int{0} }, func(*threadStatus) {}, "groups [997] and [0]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				threads := []threadStatus{hardened(), hardened(), hardened(), hardened()}
				i := rapid.IntRange(1, 3).Draw(t, "thread")
				c.change(&threads[i])
				want := hardened()
				c.want(&want)
				got, different := weakest(threads)
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(threadStatus{})); diff != "" || !strings.Contains(different, c.different) ||
					(different == "") != (c.different == "") {
					t.Error(different, diff)
				}
			})
		})
	}
	mixed := hardened()
	mixed.uids[0] = 0
	if _, different := weakest([]threadStatus{mixed}); !strings.Contains(different, "real, effective and saved ids are [0 997 997 997]") {
		t.Errorf("a thread of two users: %q", different)
	}
}

// TestFindings are of what a kernel told, without this process's.
func TestFindings(t *testing.T) {
	for name, c := range map[string]struct {
		change                  func(*threadStatus)
		rights, newPrivs, calls State
	}{
		"hardened":              {func(*threadStatus) {}, InForce, InForce, Off}, // for this process isn't
		"a root's capability":   {func(s *threadStatus) { s.effective |= 1 << 21 }, Off, InForce, Off},
		"one to be taken":       {func(s *threadStatus) { s.permitted |= 1 << 21 }, Off, InForce, Off},
		"one to be inherited":   {func(s *threadStatus) { s.inheritable |= 1 << 21 }, Off, InForce, Off},
		"an ambient one":        {func(s *threadStatus) { s.ambient |= 1 << 21 }, Off, InForce, Off},
		"both of the network":   {func(s *threadStatus) { s.permitted = 0x3000 }, InForce, InForce, Off},
		"without no_new_privs":  {func(s *threadStatus) { s.noNewPrivs = 0 }, InForce, Off, Off},
		"of an old kernel":      {func(s *threadStatus) { s.noNewPrivs, s.seccomp = -1, -1 }, InForce, Off, Impossible},
		"with strict mode":      {func(s *threadStatus) { s.seccomp = 1 }, InForce, InForce, Off},
		"without any filter":    {func(s *threadStatus) { s.seccomp = 0 }, InForce, InForce, Off},
		"with a mode yet to be": {func(s *threadStatus) { s.seccomp = 9 }, InForce, InForce, Off},
	} {
		s := hardened()
		c.change(&s)
		r := Report{}
		got := []State{s.privileges(&r).State, s.newPrivs().State, s.filter().State}
		if diff := cmp.Diff([]State{c.rights, c.newPrivs, c.calls}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for mode, want := range map[int]string{0: "disabled", 1: "strict", 2: "filter", -1: "unknown"} {
		if got := modeName(mode); got != want {
			t.Errorf("mode %d is %q, want %q", mode, got, want)
		}
	}
}

func TestReach(t *testing.T) {
	for _, c := range []struct {
		abi     int
		signals bool
		want    string
	}{
		{2, true, "ABI 2: files; TCP ports need Linux 6.7"},
		{4, true, "ABI 4: files, TCP ports"},
		{5, true, "ABI 5: files, devices, TCP ports"},
		{6, false, "ABI 6: files, devices, TCP ports"},
		{6, true, "ABI 6: files, devices, TCP ports, signals, abstract sockets"},
	} {
		if got := reachOf(c.abi, c.signals); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestCurrent: of this process, which is not hardened.
func TestCurrent(t *testing.T) {
	r, err := Current()
	if err != nil {
		t.Fatal(err)
	}
	if r.UID != os.Geteuid() || r.GID != os.Getegid() || r.Threads == 0 || r.Seccomp.State == InForce || r.Landlock.State == InForce {
		t.Errorf("%+v", r)
	}
}

func FuzzParseStatus(f *testing.F) {
	f.Add(sampleStatus)
	f.Add("")
	f.Add("Uid: 0 0 0 0\nGid: 0 0 0 0\nCapInh: 0\nCapPrm: 0\nCapEff: 0\nCapBnd: ffffffffffffffff\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseStatus(text)
		if err != nil {
			return
		}
		for _, id := range append(s.groups, append(s.uids[:], s.gids[:]...)...) {
			if id < 0 {
				t.Errorf("id %d", id)
			}
		}
		_, _ = weakest([]threadStatus{s, s})
	})
}
