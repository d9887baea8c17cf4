package peertest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	names := shown
	if os.Getenv("SAGFLOW_ALL_CAPTURES") != "" {
		names = nil
		for _, path := range sharedCaptures(t) {
			names = append(names, filepath.Base(path))
		}
	}
	for _, name := range names {
		for _, version := range versions {
			if hidden[name][version] != "" {
				continue
			}
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
	truth, dir := filepath.Join(t.TempDir(), "truth.tsv"), t.TempDir()
	text := testutil.MustRun(t, limit, "python3", append(append([]string{testutil.Shared(t, "tools", "oracle")}, m.oracle...), path)...)
	writeFile(t, truth, text)
	code := 0
	if bytes.Contains(text, []byte("\n#fileerror\t")) {
		code = 1 // and what was read before the damage is sent
	}
	if version == "V5" {
		compareFlags = append(compareFlags, "--family", "4")
	}
	collect(t, dir, code, append(append([]string{
		"sagflow", "replay", "-q", "--export-rate", "10000", "--netflow", "@NFCAPD@", "--netflow", "@GOFLOW2@", "--netflow-version", version,
	}, m.flags...), path)...)
	for _, reader := range readers {
		touch(t, filepath.Join(dir, reader+".tsv")) // goflow2 leaves none where nothing came
		args := append([]string{testutil.Shared(t, "tools", "compare"), "--tol", "1"}, compareFlags...)
		r := testutil.Run(t, limit, "python3", append(args, truth, filepath.Join(dir, reader+".tsv"))...)
		if r.Code != 0 {
			t.Errorf("%s: exit code %d\n%s%s", reader, r.Code, cut(string(r.Stdout)), r.Stderr)
		}
	}
}

// ready starts a command when nfcapd, goflow2 and dumpcap listen, and ends when nfcapd and goflow2
// have read all that it sent. Its arguments: the two ports as /proc/net/udp shows them, the log of
// dumpcap, the command.
const ready = `
waiting() { awk -v a="0100007F:$1" '$2 == a { split($5, q, ":"); print q[2] }' /proc/net/udp; }
one=$1 two=$2 log=$3; shift 3
for i in $(seq 200); do
	[ -n "$(waiting "$one")" ] && [ -n "$(waiting "$two")" ] && grep -qs Capturing "$log" && break
	sleep 0.05
done
"$@"; code=$?
for i in $(seq 200); do
	[ "$(waiting "$one")$(waiting "$two")" = 0000000000000000 ] && break
	sleep 0.05
done
exit $code`

// collect runs an exporter against nfcapd, goflow2 and dumpcap, and leaves each reader's TSV in dir,
// instead of all TSV files that were there. The exporter must exit with the given code.
func collect(t *testing.T, dir string, code int, command ...string) {
	t.Helper()
	port := ports(t, 2)
	args := append([]string{
		"COLLECT_PORT=" + strconv.Itoa(port), "SETTLE=1", testutil.Shared(t, "tools", "collect"), dir,
		"bash", "-c", ready, "ready", fmt.Sprintf("%04X", port), fmt.Sprintf("%04X", port+1), filepath.Join(dir, "dumpcap.log"),
	}, command...)
	r := testutil.Run(t, limit, "env", args...)
	if r.Code != code {
		log, _ := os.ReadFile(filepath.Join(dir, "command.log"))
		t.Fatalf("%q: exit code %d, want %d\n%s%s", command, r.Code, code, r.Stderr, log)
	}
	if complaint := bytes.TrimSpace(r.Stderr); len(complaint) > 0 {
		t.Logf("readers: %s", complaint)
	}
}

// The tables name captures that there are; at least 20 are sent in all versions.
func TestCollectorFiles(t *testing.T) {
	known := map[string]bool{}
	for _, path := range sharedCaptures(t) {
		known[filepath.Base(path)] = true
	}
	all := 0
	for _, name := range slices.Concat(shown, agedShown, slices.Collect(maps.Keys(hidden))) {
		if !known[name] {
			t.Errorf("%s is not among the shared captures", name)
		}
	}
	for _, name := range shown {
		if len(hidden[name]) == 0 {
			all++
		}
	}
	if all < 20 {
		t.Errorf("%d captures are sent in all versions, want 20 or more", all)
	}
}

// touch makes a file if there is none.
func touch(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
