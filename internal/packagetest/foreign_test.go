package packagetest

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

// TestOtherProcessors: the programs for other processors make the same records as the one for this, big-endian ones and
// those of 32 bits included.
func TestOtherProcessors(t *testing.T) {
	want := map[string][]string{}
	captures := []string{"demo.pcap", "encapsulations.pcap", "extensions.pcap", "fragments.pcap", "nano-big-endian.pcap", "sections.pcapng.zst"}
	for _, capture := range captures {
		want[capture] = records(t, nil, filepath.Join(unpack(t, "amd64"), "usr", "bin", "sagflow"), capture)
	}
	if n := len(want["demo.pcap"]); n != 108 {
		t.Fatalf("%d records of demo.pcap", n)
	}
	for arch, qemu := range map[string]string{"arm64": "aarch64", "arm": "arm", "mipsle": "mipsel", "mips": "mips"} {
		t.Run(arch, func(t *testing.T) {
			t.Parallel()
			program := filepath.Join(unpack(t, arch), "usr", "bin", "sagflow")
			emulator := emulator(t, qemu)
			version := string(testutil.MustRun(t, time.Minute, emulator, program, "version"))
			if !strings.HasPrefix(version, "sagflow "+firstVersion+" ") || !strings.HasSuffix(version, " linux/"+arch+"\n") {
				t.Errorf("version %q", version)
			}
			for _, capture := range captures {
				if d := cmp.Diff(want[capture], records(t, []string{emulator}, program, capture)); d != "" {
					t.Errorf("%s:\n%s", capture, d)
				}
			}
		})
	}
}

// emulator is qemu for a processor; Debian's static one has a name of its own.
func emulator(t *testing.T, processor string) string {
	t.Helper()
	if path, err := exec.LookPath("qemu-" + processor); err == nil {
		return path
	}
	testutil.Programs(t, "qemu-"+processor+"-static")
	return "qemu-" + processor + "-static"
}

// records are those of a capture, sorted.
func records(t *testing.T, emulator []string, program, capture string) []string {
	t.Helper()
	command := slices.Concat(emulator, []string{program, "replay", "-q", "--records", "-", "--key", "vlan", testutil.Testdata(t, capture)})
	lines := strings.Split(strings.TrimSpace(string(testutil.MustRun(t, 2*time.Minute, command[0], command[1:]...))), "\n")
	slices.Sort(lines)
	return lines
}
