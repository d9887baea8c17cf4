package peertest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// readers are the programs that read what was received; all three do at once.
var readers = []string{"nfdump", "tshark", "goflow2"}

// versions are those of --netflow-version.
var versions = []string{"V5", "V9", "V10"}

// The flows that nfcapd, tshark and goflow2 received are those of the capture: counters, times to
// the millisecond, flags, ToS, ICMP types.
func TestCollectors(t *testing.T) {
	for _, name := range shown {
		for _, version := range versions {
			t.Run(name+"/"+version, func(t *testing.T) {
				t.Parallel()
				received(t, testutil.Shared(t, "pcaps", name), version, whole)
			})
		}
	}
}

// The same for every record under aging, one by one.
func TestCollectorsRecords(t *testing.T) {
	for _, name := range agedShown {
		for _, version := range []string{"V9", "V10"} {
			t.Run(name+"/"+version, func(t *testing.T) {
				t.Parallel()
				received(t, testutil.Shared(t, "pcaps", name), version, aged, "--records")
			})
		}
	}
}

// received replays a capture to the collectors and compares what each reader shows with the truth.
func received(t *testing.T, path, version string, m mode, compareFlags ...string) {
	testutil.Programs(t, "bash", "python3", "nfcapd", "nfdump", "dumpcap", "tshark", "goflow2")
	dir := t.TempDir()
	truth := filepath.Join(dir, "truth.tsv")
	text := testutil.MustRun(t, limit, "python3", append(append([]string{testutil.Shared(t, "tools", "oracle")}, m.oracle...), path)...)
	if err := os.WriteFile(truth, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if version == "V5" {
		compareFlags = append(compareFlags, "--family", "4")
	}
	collect(t, dir, append(append([]string{
		"sagflow", "replay", "-q", "--netflow", "@NFCAPD@", "--netflow", "@GOFLOW2@", "--netflow-version", version,
	}, m.flags...), path)...)
	for _, reader := range readers {
		args := append([]string{testutil.Shared(t, "tools", "compare"), "--tol", "1"}, compareFlags...)
		r := testutil.Run(t, limit, "python3", append(args, truth, filepath.Join(dir, reader+".tsv"))...)
		if r.Code != 0 {
			t.Errorf("%s: exit code %d\n%s%s", reader, r.Code, cut(string(r.Stdout)), r.Stderr)
		}
	}
}

// collect runs an exporter against nfcapd, goflow2 and dumpcap, and leaves each reader's TSV in dir.
func collect(t *testing.T, dir string, command ...string) {
	t.Helper()
	args := append([]string{
		"COLLECT_PORT=" + strconv.Itoa(ports(t, 2)), "SETTLE=0.5", testutil.Shared(t, "tools", "collect"), dir,
	}, command...)
	r := testutil.Run(t, limit, "env", args...)
	if r.Code != 0 {
		log, _ := os.ReadFile(filepath.Join(dir, "command.log"))
		t.Fatalf("%q: exit code %d\n%s%s", command, r.Code, r.Stderr, log)
	}
	if complaint := bytes.TrimSpace(r.Stderr); len(complaint) > 0 {
		t.Logf("readers: %s", complaint)
	}
}

// Every shared capture is either shown by all readers or left out for a reason that is written down.
func TestCollectorFiles(t *testing.T) {
	known := map[string]int{}
	for _, name := range shown {
		known[name]++
	}
	for name := range hidden {
		known[name]++
	}
	for _, path := range sharedCaptures(t) {
		name := filepath.Base(path)
		if known[name] != 1 {
			t.Error(fmt.Errorf("%s stands %d times among the files that are shown or hidden, want once", name, known[name]))
		}
		delete(known, name)
	}
	if len(known) > 0 {
		t.Errorf("not among the shared captures: %v", known)
	}
}
