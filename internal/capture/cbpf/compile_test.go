package cbpf

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket/pcapgo"
	"golang.org/x/net/bpf"

	"github.com/sagflow/sagflow/internal/testutil"
)

// passed counts the frames of a capture that a program keeps, by a machine that is not the kernel's.
func passed(t *testing.T, program []bpf.RawInstruction, capture string) int {
	t.Helper()
	instructions, ok := bpf.Disassemble(program)
	if !ok {
		t.Fatalf("not all can be run: %v", instructions)
	}
	vm, err := bpf.NewVM(instructions)
	if err != nil {
		t.Fatal(err)
	}
	return frames(t, capture, func(frame []byte) bool {
		n, err := vm.Run(frame)
		return err == nil && n > 0
	})
}

// frames counts those of a capture that are right.
func frames(t *testing.T, capture string, right func([]byte) bool) int {
	t.Helper()
	text, err := os.ReadFile(capture)
	if err != nil {
		t.Fatal(err)
	}
	return framesOf(t, text, right)
}

func framesOf(t *testing.T, text []byte, right func([]byte) bool) int {
	t.Helper()
	r, err := pcapgo.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for {
		frame, _, err := r.ReadPacketData()
		if err != nil {
			return n
		}
		if right(frame) {
			n++
		}
	}
}

// A program passes as many packets of a capture as tcpdump itself does with its text.
func TestCompiledPassesWhatTcpdumpPasses(t *testing.T) {
	testutil.Programs(t, "tcpdump")
	some := 0
	for _, name := range []string{"demo.pcap", "protocols.pcap", "fragments.pcap"} {
		capture := testutil.Testdata(t, name)
		for _, text := range []string{
			"tcp", "udp or icmp", "not tcp", "ip6", "port 53", "portrange 1000-2000", "ip[6:2] & 0x1fff != 0", "tcp[tcpflags] & tcp-syn != 0",
			"net 10.0.0.0/8 and greater 100", "ether[0] & 1 = 0", "less 64", "ip proto 47 or ip6 proto 47", "!tcp && (udp || icmp6)", "tcp\n  and port 80",
		} {
			program, err := CompileLink(t.Context(), text, LinkEthernet)
			if err != nil {
				t.Errorf("%q: %v", text, err)
				continue
			}
			out := testutil.MustRun(t, time.Minute, "tcpdump", "-r", capture, "-w", "-", "--", text)
			want := framesOf(t, out, func([]byte) bool { return true })
			if got := passed(t, program, capture); got != want {
				t.Errorf("%s, %q: %d pass, tcpdump has %d", name, text, got, want)
			}
			if all := frames(t, capture, func([]byte) bool { return true }); want > 0 && want < all {
				some++
			}
		}
	}
	if some < 10 {
		t.Errorf("only %d of the filters tell packets apart", some)
	}
}

// What is no filter is refused with what tcpdump says, and can't be an option or a command.
func TestCompileRefuses(t *testing.T) {
	testutil.Programs(t, "tcpdump")
	target := filepath.Join(t.TempDir(), "written")
	for text, want := range map[string]string{
		"tcp prot 80":                    "can't parse filter expression: syntax error",
		"tcp and udp":                    "expression rejects all packets",
		"-w " + target:                   "syntax error",
		"--help":                         "syntax error",
		"-D":                             "syntax error",
		"tcp; touch " + target:           "syntax error",
		"$(touch " + target + ")":        "syntax error",
		"":                               "it is empty",
		" \n":                            "it is empty",
		"tcp\x00":                        "it has an octet of 0",
		strings.Repeat("a", 200_000):     "it has 200000 octets, want at most 100000",
		"port nosuchportatall":           "nosuchportatall",
		"ether host 300:0:0:0:0:0":       "",
		"inbound or " + "port 99999":     "",
		strings.Repeat("(", 20000) + "x": "",
	} {
		for _, link := range []uint16{LinkEthernet, LinkRaw} {
			_, err := CompileLink(t.Context(), text, link)
			wrong := (*FilterError)(nil)
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) || len(err.Error()) > 500 || strings.Contains(wrong.Message, "\n") {
				t.Errorf("%q: %v, want %q", shorten(text), err, want)
			}
		}
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("the text was executed")
	}
	if _, err := CompileLink(t.Context(), "tcp", 113); err == nil || !strings.Contains(err.Error(), "link type 113, want 1 (Ethernet) or 101 (raw IP)") {
		t.Error(err)
	}
}

func TestCompileForTheLinkType(t *testing.T) {
	testutil.Programs(t, "tcpdump")
	raw, err := CompileLink(t.Context(), "ip proto 1", LinkRaw)
	if err != nil {
		t.Fatal(err)
	}
	ethernet, err := CompileLink(t.Context(), "ip proto 1", LinkEthernet)
	if err != nil {
		t.Fatal(err)
	}
	packet := append([]byte{0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}, make([]byte, 8)...)
	frame := append([]byte{0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 8, 0}, packet...)
	for _, c := range []struct {
		program []bpf.RawInstruction
		data    []byte
		want    bool
	}{{raw, packet, true}, {raw, frame, false}, {ethernet, frame, true}, {ethernet, packet, false}} {
		instructions, _ := bpf.Disassemble(c.program)
		vm, err := bpf.NewVM(instructions)
		if err != nil {
			t.Fatal(err)
		}
		n, err := vm.Run(c.data)
		if err != nil || (n == 262144) != c.want {
			t.Errorf("%v: %d, %v, want %v", c.data, n, err, c.want)
		}
	}
}

func TestCompileForNoInterface(t *testing.T) {
	_, err := Compile(t.Context(), "tcp", "nosuch0")
	if !errors.Is(err, ErrNoInterface) || !strings.Contains(err.Error(), `"nosuch0"`) {
		t.Error(err)
	}
}

// fake puts a program in the place of tcpdump.
func fake(t *testing.T, script string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tcpdump"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	return filepath.Join(dir, "tcpdump")
}

// Whatever runs as tcpdump is told what it needs alone, and can't do harm by what it prints.
func TestCompileWithAnotherTcpdump(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"prints nothing", "", "read what "},
		{"prints no program", "echo hello", `-ddd prints: line 1: "hello": want the number of instructions`},
		{"prints a wrong program", "echo 1; echo 48 0 0 9", "-ddd prints: line 2: the last instruction is no return"},
		{"prints without end", "/usr/bin/head -c 50000000 /dev/zero | /usr/bin/tr '\\0' 6", `line 1: "666666`},
		{"fails and says nothing", "exit 3", "exit status 3"},
		{"is killed", "kill -9 $$", "killed"},
		{"says much", "i=0; while [ $i -lt 1000 ]; do echo 'tcpdump: a filter is wrong' >&2; i=$((i+1)); done; exit 1", "a filter is wrong a filter is wrong"},
		{"warns", "echo 'tcpdump: WARNING: x' >&2; echo 1; echo 6 0 0 1", ""},
		{"warns and fails", "echo 'tcpdump: WARNING: x' >&2; echo 'tcpdump: no' >&2; exit 1", `compile filter "tcp": no; see pcap-filter(7)`},
		{"its environment", `[ "$(/usr/bin/env | /usr/bin/grep -vE '^(PWD|_|SHLVL|OLDPWD)=')" = LC_ALL=C ] || exit 9; [ "$PWD" = / ] || exit 8; echo 1; echo 6 0 0 1`, ""},
		{"its arguments", `[ "$*" = "-ddd -y RAW -s 0 -- tcp" ] && [ $# = 7 ] || exit 9; echo 1; echo 6 0 0 1`, ""},
		{"its input", `read -r x && exit 9; echo 1; echo 6 0 0 1`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake(t, c.script)
			t.Setenv("SECRET", "CANARY")
			program, err := CompileLink(t.Context(), "tcp", LinkRaw)
			if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || len(err.Error()) > 500) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if err == nil && len(program) != 1 {
				t.Errorf("%v", program)
			}
		})
	}
}

func TestCapped(t *testing.T) {
	var c capped
	for range 30 {
		if n, err := c.Write(make([]byte, 100_000)); n != 100_000 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	if c.kept.Len() != 1<<20 {
		t.Errorf("%d octets kept", c.kept.Len())
	}
}

// A tcpdump that hangs, as where names are looked up, ends with the context.
func TestCompileEndsWithItsContext(t *testing.T) {
	fake(t, "exec /bin/sleep 1000")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := CompileLink(ctx, "host slow.example", LinkRaw)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > Timeout {
		t.Errorf("%v after %v", err, time.Since(begin))
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err = CompileLink(ctx, "tcp", LinkRaw); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFind(t *testing.T) {
	path := fake(t, "")
	folder := filepath.Dir(path)
	if got, err := find("relative::" + filepath.Join(folder, "none") + ":" + folder); err != nil || got != path {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := find(folder); got == path {
		t.Errorf("%s can't be executed", got)
	}
	t.Chdir(folder)
	if err := os.Chmod(path, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, relative := range []string{".", ""} {
		if got, _ := find(relative); got == path || got == "tcpdump" {
			t.Errorf("%q: found %q in the working folder", relative, got)
		}
	}
}
