package packagetest

import (
	"debug/elf"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/testutil"
)

// all are the files of every format but the tarball.
func all() []string {
	return []string{
		"-rw-r--r-- /etc/sagflow/agent.yaml",
		"-rwxr-xr-x /usr/bin/sagflow",
		"-rw-r--r-- /usr/share/bash-completion/completions/sagflow",
		"-rw-r--r-- /usr/share/doc/sagflow/NOTICE",
		"-rw-r--r-- /usr/share/fish/vendor_completions.d/sagflow.fish",
		"-rw-r--r-- /usr/share/man/man1/sagflow.1.gz",
		"-rw-r--r-- /usr/share/man/man5/agent.yaml.5.gz",
		"-rw-r--r-- /usr/share/sagflow/alerts.yml",
		"-rw-r--r-- /usr/share/sagflow/grafana.json",
	}
}

// withSystemd are the files of formats for systems with systemd.
func withSystemd() []string {
	return append(all(),
		"-rw-r--r-- /usr/lib/systemd/system/sagflow.service",
		"-rw-r--r-- /usr/lib/sysusers.d/sagflow.conf",
		"-rw-r--r-- /usr/share/doc/sagflow/examples/promiscuous.conf")
}

// TestContents: every format has its files, with the modes that they should have, owned by root.
func TestContents(t *testing.T) {
	testutil.Programs(t, "dpkg-deb", "rpm", "tar")
	for _, arch := range []struct{ name, deb, rpm, apk string }{
		{"amd64", "amd64", "x86_64", "x86_64"},
		{"arm64", "arm64", "aarch64", "aarch64"},
		{"arm", "armhf", "armv7hl", "armv7"},
		{"mipsle", "mipsel", "mipsel", "mipsle"},
		{"mips", "mips", "mips", "mips"},
	} {
		deb := append(withSystemd(), "-rw-r--r-- /usr/share/doc/sagflow/copyright", "-rw-r--r-- /usr/share/zsh/vendor-completions/_sagflow")
		rpm := append(withSystemd(), "-rw-r--r-- /usr/share/licenses/sagflow/LICENSE", "-rw-r--r-- /usr/share/zsh/site-functions/_sagflow")
		apk := append(all(), "-rwxr-xr-x /etc/init.d/sagflow", "-rw-r--r-- /usr/share/licenses/sagflow/LICENSE", "-rw-r--r-- /usr/share/zsh/site-functions/_sagflow",
			"-rw------- .PKGINFO", "-rwxr-xr-x .post-upgrade", "-rwxr-xr-x .pre-deinstall", "-rwxr-xr-x .pre-install")
		tarball := []string{
			"-rwxr-xr-x /etc/init.d/sagflow", "-rw-r--r-- /lib/upgrade/keep.d/sagflow", "-rwxr-xr-x /usr/bin/sagflow",
			"-rw-r--r-- /usr/share/sagflow/LICENSE", "-rw-r--r-- /usr/share/sagflow/NOTICE", "-rw-r--r-- /usr/share/sagflow/agent.yaml",
		}
		contains(t, deb, "dpkg-deb", "-c", file(t, first(), "sagflow_*_"+arch.deb+".deb"))
		contains(t, rpm, "rpm", "-qlvp", file(t, first(), "sagflow-1*."+arch.rpm+".rpm"))
		contains(t, apk, "tar", "-tzvf", file(t, first(), "sagflow_*_"+arch.apk+".apk"))
		contains(t, tarball, "tar", "-tzvf", file(t, first(), "sagflow_*_openwrt_"+arch.name+".tar.gz"))
	}
}

// contains compares a listing, in which a line has a mode, an owner, perhaps a group, and ends with a path.
func contains(t *testing.T, want []string, command ...string) {
	t.Helper()
	var got []string
	for line := range strings.Lines(string(testutil.MustRun(t, time.Minute, command[0], command[1:]...))) {
		words := strings.Fields(line)
		if strings.HasPrefix(words[0], "d") {
			continue
		}
		path := strings.TrimPrefix(words[len(words)-1], ".")
		if strings.HasPrefix(words[len(words)-1], ".") && !strings.HasPrefix(path, "/") {
			path = "." + path
		} else if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		if !strings.Contains(line, "root/root") && !strings.Contains(line, "0/0") && !regexp.MustCompile(`root +root`).MatchString(line) {
			t.Errorf("%s: not root's: %s", command, line)
		}
		got = append(got, words[0]+" "+path)
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s:\n%s", command, d)
	}
}

// Limits of the program's size. Flash is what routers are short of.
const (
	maxSizeAMD64 = 24 << 20
	maxSizeMIPS  = 26 << 20
)

// TestSizes: the program is stripped, static, and not too large.
func TestSizes(t *testing.T) {
	limits := map[string]int64{"amd64": maxSizeAMD64, "mips": maxSizeMIPS, "mipsle": maxSizeMIPS}
	for _, arch := range architectures() {
		path := filepath.Join(unpack(t, arch), "usr", "bin", "sagflow")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		limit := limits[arch]
		t.Logf("%-7s %d octets, limit %d", arch, info.Size(), limit)
		if limit > 0 && info.Size() > limit {
			t.Errorf("%s: the program has %d octets, more than %d", arch, info.Size(), limit)
		}
		program, err := elf.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if program.Section(".symtab") != nil || program.Section(".interp") != nil || program.Section(".debug_info") != nil {
			t.Errorf("%s: not stripped, or not static", arch)
		}
		_ = program.Close()
	}
}

// TestBills: a bill names the program, the version, Go's library and modules that are linked, and none of tools, tests and the lab.
func TestBills(t *testing.T) {
	for _, arch := range architectures() {
		var bill struct {
			BOMFormat string
			Metadata  struct {
				Component struct{ Name, Version string }
			}
			Components []struct{ Name string }
		}
		if err := json.Unmarshal([]byte(testutil.Read(t, file(t, first(), "sagflow_*_"+arch+".cdx.json"))), &bill); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range bill.Components {
			names = append(names, c.Name)
		}
		if bill.BOMFormat != "CycloneDX" || bill.Metadata.Component.Version != firstVersion {
			t.Errorf("%s: %+v", arch, bill.Metadata)
		}
		for _, name := range []string{"std", "github.com/alecthomas/kong", "github.com/google/gopacket", "github.com/landlock-lsm/go-landlock"} {
			if !slices.Contains(names, name) {
				t.Errorf("%s: no %s in %q", arch, name, names)
			}
		}
		for _, name := range []string{"github.com/golangci/golangci-lint/v2", "github.com/google/go-cmp", "go.etcd.io/bbolt"} {
			if slices.Contains(names, name) {
				t.Errorf("%s: %s is listed", arch, name)
			}
		}
	}
}
