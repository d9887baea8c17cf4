package spoolcli

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/flowtable"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	made   = time.Date(2026, 11, 23, 9, 12, 27, 0, time.UTC)
	device = sls.Identity{InstanceID: "sag-whfn5hzlbdbxgbvuv8", SerialNumber: "sag62x043a", Account: "1210123456789012"}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// record is a record by its number.
func record(n int) flowtable.Record {
	return flowtable.Record{
		Src: [16]byte{192, 0, 2, byte(n)}, Dst: [16]byte{198, 51, 100, 200},
		Packets: uint64(n), Octets: uint64(1000 * n), First: 1700000000_123456789, Last: 1700000001_999999999,
		SrcPort: 443, DstPort: 51234, IPVersion: 4, Protocol: 6, TCPFlags: 0x1b,
	}
}

// batch is a batch of so many records.
func batch(number uint64, count int) spool.Batch {
	var all []flowtable.Record
	for n := range count {
		all = append(all, record(n+1))
	}
	name := sls.BatchName{Boot: "0b6a7f3c55d24bd1", Number: number, Count: uint32(count)}
	return spool.Batch{
		Destination: spool.Destination{Region: "cn-shanghai", Endpoint: "cn-shanghai.log.aliyuncs.com", Project: "flows", Logstore: "office"},
		Boot:        name.Boot, Number: number, Count: name.Count, Sum: exporter.SumOf(all), Created: made.Add(-time.Hour),
		Payload: sls.AppendLogGroup(nil, &device, &name, all),
	}
}

// fill makes a spool of six batches: 3 and 5 are set aside, 4 holds no log group, 5 a compression that
// nobody knows, 6 is delivered.
func fill(t testing.TB) (state string) {
	t.Helper()
	state = t.TempDir()
	s, err := spool.Open(spool.Options{
		Dir: spoolctl.Directory(state), MinFree: -1, SyncInterval: time.Hour, Now: func() time.Time { return made },
	})
	must(t, err)
	for n := range uint64(6) {
		b := batch(n+30, int(n)+1)
		switch n {
		case 3:
			b.Payload = []byte("<html>")
		case 4:
			b.Destination.Logstore, b.Compression = "office\x1b[2J", "brotli"
		}
		_, err := s.Append(b)
		must(t, err)
	}
	must(t, s.SetAside(3, "PostBodyInvalid: status 400: the log group holds a key that is longer than a key may be, by far"))
	must(t, s.SetAside(5, "InvalidKey\x1b[2J"))
	must(t, s.Done(6))
	must(t, s.Close())
	return state
}

// screen is what a command writes.
type screen struct {
	out, err bytes.Buffer
	Printer
}

func newScreen() *screen {
	s := &screen{}
	s.Printer = Printer{Out: &s.out, Err: &s.err, Now: func() time.Time { return made.Add(3*time.Minute + 20*time.Second) }}
	return s
}

func open(t testing.TB, state string) spoolctl.Control {
	t.Helper()
	c, err := spoolctl.Open(t.Context(), spoolctl.OpenOptions{StateDirectory: state, Change: true})
	must(t, err)
	t.Cleanup(func() { must(t, c.Close()) })
	return c
}

// golden compares text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		must(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// told is what a command ended with, as it is printed.
func told(err error) string {
	if err == nil {
		return ""
	}
	return "error: " + strings.ReplaceAll(err.Error(), "\n", "\nerror: ") + "\n"
}
