package testutil

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// InCI says whether the tests run where nothing may be missing.
func InCI() bool { return os.Getenv("CI") == "true" }

// Missing ends a test that needs something this machine lacks: as failed in CI, else as skipped.
func Missing(tb testing.TB, what, remedy string) {
	tb.Helper()
	if InCI() {
		tb.Fatalf("%s is missing: %s", what, remedy)
	}
	tb.Skipf("\n*** NOT TESTED: %s is missing. %s ***", what, remedy)
}

// Shared returns the absolute path of a file or folder in the shared material: below $SAGFLOW_SHARED
// or else below the folder shared beside the repository.
func Shared(tb testing.TB, elements ...string) string {
	tb.Helper()
	dir := os.Getenv("SAGFLOW_SHARED")
	if dir == "" {
		dir = filepath.Join(filepath.Dir(Root(tb)), "shared")
	}
	path := filepath.Join(append([]string{dir}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		Missing(tb, path, "Set SAGFLOW_SHARED to the folder of the shared material, or put it beside the repository.")
	}
	return path
}

// remedies says how to get the programs that tests run.
var remedies = map[string]string{
	"nfcapd":           "apt-get install nfdump",
	"nfdump":           "apt-get install nfdump",
	"tshark":           "apt-get install tshark",
	"dumpcap":          "apt-get install tshark",
	"softflowd":        "apt-get install softflowd",
	"python3":          "apt-get install python3",
	"bash":             "apt-get install bash",
	"zstd":             "apt-get install zstd",
	"ip":               "apt-get install iproute2",
	"ethtool":          "apt-get install ethtool",
	"dpkg":             "apt-get install dpkg",
	"goflow2":          "make peers",
	"node":             "apt-get install nodejs",
	"npm":              "apt-get install npm",
	"tcpdump":          "apt-get install tcpdump",
	"setpriv":          "apt-get install util-linux",
	"zsh":              "apt-get install zsh",
	"fish":             "apt-get install fish",
	"mandoc":           "apt-get install mandoc",
	"debootstrap":      "apt-get install debootstrap",
	"systemd-nspawn":   "apt-get install systemd-container",
	"rpm":              "apt-get install rpm",
	"qemu-mips-static": "apt-get install qemu-user-static",
	"systemd-analyze":  "apt-get install systemd",
	"systemd-notify":   "apt-get install systemd",
	"systemd-sysusers": "apt-get install systemd",
	"promtool":         "apt-get install --no-install-recommends prometheus",
}

// Programs makes sure that the programs are in PATH.
func Programs(tb testing.TB, names ...string) {
	tb.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			Missing(tb, "the program "+name, "Run `make peers`, or "+remedies[name]+".")
		}
	}
}
