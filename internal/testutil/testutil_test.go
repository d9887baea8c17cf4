package testutil

import (
	stdcmp "cmp"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const sample = "src\tdst\tproto\tsport\tdport\tpackets\tbytes\tfirst\tlast\tflags\ttos\tend\n" +
	"2001:db8::1\t2001:db8::2\t17\t53\t1024\t2\t300\t-5\t1700000000123\t0x00\t184\tidle\n" +
	"192.0.2.1\t192.0.2.2\t6\t40000\t443\t3\t4294967296\t7\t9\t0x1b\t0\teof\n" +
	"#total\tframes\t8\tip\t5\tipbytes\t4294967596\tnonip\t2\tmalformed\t1\tflows\t2\n" +
	"#nonip\t0x0806\t2\n#malformed\tipv4 version 5\t1\n#note\tipv4 fragments\t4\n#fileerror\tx.pcap: cut\tshort\n"

func TestParseTruth(t *testing.T) {
	got, err := ParseTruth([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	addr := netip.MustParseAddr
	want := Truth{
		Flows: []Flow{
			{addr("192.0.2.1"), addr("192.0.2.2"), 6, 40000, 443, 3, 1 << 32, 7, 9, 0x1b, 0},
			{addr("2001:db8::1"), addr("2001:db8::2"), 17, 53, 1024, 2, 300, -5, 1700000000123, 0, 184},
		},
		Totals:     Totals{8, 5, 4294967596, 2, 1, 2},
		NonIP:      map[string]uint64{"0x0806": 2},
		Malformed:  map[string]uint64{"ipv4 version 5": 1},
		Notes:      map[string]uint64{"ipv4 fragments": 4},
		FileErrors: []string{"x.pcap: cut\tshort"},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Error(diff)
	}
}

func TestParseTruthErrors(t *testing.T) {
	for name, line := range map[string]string{
		"columns":  "192.0.2.1\t192.0.2.2\t6",
		"source":   "192.0.2.300\t192.0.2.2\t6\t1\t2\t1\t40\t0\t0\t0x00\t0",
		"target":   "192.0.2.1\tx\t6\t1\t2\t1\t40\t0\t0\t0x00\t0",
		"protocol": "192.0.2.1\t192.0.2.2\t256\t1\t2\t1\t40\t0\t0\t0x00\t0",
		"port":     "192.0.2.1\t192.0.2.2\t6\t65536\t2\t1\t40\t0\t0\t0x00\t0",
		"time":     "192.0.2.1\t192.0.2.2\t6\t1\t2\t1\t40\tx\t0\t0x00\t0",
		"summary":  "#other\t1",
		"count":    "#nonip\tx\t-1",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ParseTruth([]byte("header\n" + line + "\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
				t.Errorf("error %v, want one that names line 2", err)
			}
		})
	}
}

func TestRun(t *testing.T) {
	r := Run(t, time.Minute, "sh", "-c", "echo out; echo err >&2; exit 3")
	want := Result{3, []byte("out\n"), []byte("err\n")}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
	if got := MustRun(t, time.Minute, "echo", "a", "b"); string(got) != "a b\n" {
		t.Errorf("output %q, want %q", got, "a b\n")
	}
}

func TestShared(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("SAGFLOW_SHARED", dir)
	if err := os.Mkdir(filepath.Join(dir, "tools"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, want := Shared(t, "tools"), filepath.Join(dir, "tools"); got != want {
		t.Errorf("Shared is %q, want %q", got, want)
	}
}

// recorder is a test that notes how it was ended.
type recorder struct {
	testing.TB
	ended string
}

func (r *recorder) Helper()               {}
func (r *recorder) Fatalf(string, ...any) { r.ended = stdcmp.Or(r.ended, "failed") }
func (r *recorder) Skipf(string, ...any)  { r.ended = stdcmp.Or(r.ended, "skipped") }

func TestMissing(t *testing.T) {
	for _, c := range []struct{ ci, want string }{{"true", "failed"}, {"", "skipped"}, {"false", "skipped"}} {
		t.Setenv("CI", c.ci)
		r := &recorder{TB: t}
		if Missing(r, "x", "y"); r.ended != c.want {
			t.Errorf("CI=%q: test %s, want %s", c.ci, r.ended, c.want)
		}
	}
}

func TestCaptures(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"b.pcap.gz", "a.pcapng", "c.pcap.zst", "c.pcap.truth.tsv", "README.md"} {
		if err := os.WriteFile(filepath.Join(dir, n), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, p := range Captures(t, dir) {
		got = append(got, filepath.Base(p))
	}
	if diff := cmp.Diff([]string{"a.pcapng", "b.pcap.gz", "c.pcap.zst"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCount(t *testing.T) {
	const variable = "SAGFLOW_TEST_COUNT"
	for _, c := range []struct {
		text  string
		want  int
		ended string
	}{{"", 7, ""}, {"1", 1, ""}, {"2000", 2000, ""}, {"0", 0, "failed"}, {"-1", -1, "failed"}, {"x", 0, "failed"}} {
		t.Setenv(variable, c.text)
		r := &recorder{TB: t}
		if got := Count(r, variable, 7); got != c.want || r.ended != c.ended {
			t.Errorf("%q: %d, %q; want %d, %q", c.text, got, r.ended, c.want, c.ended)
		}
	}
}
