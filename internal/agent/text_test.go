package agent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

func TestTopTable(t *testing.T) {
	var out strings.Builder
	table := newTopTable(&out)
	var records []flowtable.Record
	for i := range 25 {
		records = append(records, flowtable.Record{
			IPVersion: 4, Protocol: 17, Src: [16]byte{192, 0, 2, byte(i)}, Dst: [16]byte{198, 51, 100, 1}, SrcPort: 5353, DstPort: 53,
			Packets: 1, Octets: uint64(1000 * i), First: 1e18, Last: 1e18 + 1_234_000_000, Reason: flowtable.IdleTimeout,
		})
	}
	records = append(records,
		flowtable.Record{IPVersion: 6, Protocol: 58, Src: [16]byte{0xfe, 0x80}, Dst: [16]byte{0xff, 2}, DstPort: 135 << 8, Packets: 7, Octets: 1e6, TCPFlags: 0},
		flowtable.Record{IPVersion: 4, Protocol: 6, TCPFlags: 0x1b, SrcPort: 0, DstPort: 443, Packets: 9, Octets: 2e6, Reason: flowtable.EndOfInput})
	b := &exporter.Batch{Records: records}
	if err := table.Put(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := table.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	want := []string{
		"   octets  packets  proto              start (UTC)  duration  flags     end      source          destination",
		"2,000,000        9    tcp  1970-01-01 00:00:00.000    0.000s  ...AP.SF  eof      0.0.0.0         0.0.0.0:443",
		"1,000,000        7  icmp6  1970-01-01 00:00:00.000    0.000s  -         unknown  fe80::          ff02:: type 135 code 0",
		"   24,000        1    udp  2001-09-09 01:46:40.000    1.234s  -         idle     192.0.2.24:5353  198.51.100.1:53",
	}
	want[0] = strings.Replace(want[0], "source          dest", "source           dest", 1)
	want[1] = strings.Replace(want[1], "0.0.0.0         0.0", "0.0.0.0          0.0", 1)
	want[2] = strings.Replace(want[2], "fe80::          ff", "fe80::           ff", 1)
	if d := cmp.Diff(want, lines[:4]); d != "" {
		t.Error(d)
	}
	if len(lines) != 23 || lines[21] != "20 flow records of 27, by octets" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-2])
	}
}

func TestSummaryText(t *testing.T) {
	s := &Summary{
		Frames: 1234, Counted: 1200, NonIP: 30, Malformed: 4, Verdicts: map[string]uint64{"0x0806": 30, "cut": 4},
		Octets: 5000, Table: TableSummary{Records: 7, RecordPackets: 1200, RecordOctets: 5000, EndReasons: map[string]uint64{"eof": 5, "idle": 2}},
		Outputs: []exporter.Counters{{
			Output: "V5 192.0.2.9:2055", Put: exporter.Sum{Records: 7}, Acknowledged: exporter.Sum{Records: 6},
			Unexportable: exporter.Unexportable{IPv6: exporter.Sum{Records: 1}}, Datagrams: 1, DatagramOctets: 312,
		}},
		Sums: []Sum{sum("a", 1, 1)}, Exact: true, ElapsedSeconds: 2,
	}
	var out strings.Builder
	if err := s.Print(&out); err != nil {
		t.Fatal(err)
	}
	want := `read               1,234 frames in 2.00 s: 617 a second
frames             1,234 = 1,200 counted + 30 non-IP + 4 malformed + 0 filtered
  not counted      0x0806: 30
  not counted      cut: 4
packets            1,200 counted = 1,200 in records
octets             5,000 counted = 5,000 in records
records            7 = 5 eof + 2 idle
V5 192.0.2.9:2055  7 records = 6 acknowledged + 1 unexportable + 0 dropped; 1 datagram, 312 B
sums               all 1 hold
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Error(d)
	}
}

// A sum that fails is shown, and makes the summary inexact.
func TestSumThatFails(t *testing.T) {
	s := &Summary{Sums: []Sum{sum("frames read = all verdicts", 2, 1)}}
	var out strings.Builder
	if err := s.Print(&out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "SUM FAILS  frames read = all verdicts: 2 is not 1") {
		t.Errorf("summary does not show the failed sum:\n%s", out.String())
	}
}

func TestMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "meminfo")
	if err := os.WriteFile(path, []byte("MemTotal: 9 kB\nMemAvailable:   2048 kB\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := meminfo(path); got != 2<<20 {
		t.Errorf("available %d, want %d", got, 2<<20)
	}
	if n := flowsForMemory(); n < 1 || n > flowtable.MaxShardFlows {
		t.Errorf("as memory allows: %d flows", n)
	}
}

func TestProgressLine(t *testing.T) {
	o := defaults(writeCapture(t, "a.pcap", at{1, 1}))
	o.Now = func() time.Time { return time.Unix(2, 0) }
	r, err := NewReplay(o)
	if err != nil {
		t.Fatal(err)
	}
	o.Stdout = &strings.Builder{}
	r.o.Stdout = o.Stdout
	if r.outputs, err = openOutputs(&r.o.Options, r.sources()); err != nil {
		t.Fatal(err)
	}
	r.started, r.input = time.Unix(0, 0), newInput(&r.o, time.Unix(0, 0))
	r.framesRead.Store(5000)
	if got := r.progressLine(); !strings.Contains(got, "5,000 packets, 2,500/s  0 records") {
		t.Errorf("progress %q", got)
	}
}
