package agent

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
)

func exampleStatus() *Status {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := flowLogTo("V9", 2055, 300, 15).FlowLog
	return &Status{
		Program: "1.0", PID: os.Getpid(), Started: start, Updated: start.Add(time.Hour), SmartAccessGateway: "sag-1", SerialNumber: "sn-1",
		State: StateRunning, Why: "FlowLog fl-00000000000000001 is Active", Since: start, Generation: 2, GenerationSince: start.Add(time.Minute),
		Changed: "aging 300/60 → 300/15", FlowLogId: f.FlowLogId, FlowLog: &f, Origin: config.FromAPI,
		Outputs: []OutputStatus{{
			Kind: "netflow", State: InForce, From: 1,
			Counters: exporter.Counters{Output: "V9 192.0.2.9:2055", Put: exporter.Sum{Records: 1234}, Acknowledged: exporter.Sum{Records: 1234}, Datagrams: 50},
		}},
		Source:  config.SourceStatus{Origin: config.FromAPI, Endpoint: "http://127.0.0.1:8180", LastGood: start.Add(time.Hour), Polls: 61, Failed: 1},
		Healthy: true, Troubles: []string{},
		Sums: &Account{Frames: 5000, Counted: 4000, NonIP: 500, Inactive: 500, Flows: 3, InTable: 10, Records: exporter.Sum{Packets: 3990}, Exact: true},
	}
}

func TestStatusText(t *testing.T) {
	s := exampleStatus()
	var out strings.Builder
	if err := s.Print(&out, s.Updated.Add(700*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	s.PID = 0
	want := `device      sag-1, serial number sn-1
process     PID, sagflow 1.0, started 2026-03-01 12:00:00 UTC, updated 700ms ago
state       running since 2026-03-01 12:00:00 UTC: FlowLog fl-00000000000000001 is Active
generation  2 since 2026-03-01 12:01:00 UTC: aging 300/60 → 300/15
FlowLog     fl-00000000000000001 Active, netflow, ActiveAging 300, InactiveAging 15, V9 to 192.0.2.9 port 2055
source      api, http://127.0.0.1:8180: 61 polls, 1 failed, last good 700ms ago
output      V9 192.0.2.9:2055 (from generation 1), in force: 1,234 records put, 1,234 acknowledged, 0 queued, 0 unexportable, 0 dropped; 50 datagrams
frames      5,000 = 4,000 counted + 500 non-IP + 0 malformed + 0 filtered + 500 inactive
packets     4,000 counted = 3,990 in records + 10 in the table (3 flows)
health      good
`
	got := strings.Replace(out.String(), "process     "+pidText(), "process     PID", 1)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func pidText() string {
	text, _ := json.Marshal(os.Getpid())
	return string(text)
}

// Trouble, an old status, a process that is gone: each is said. An end in order is none.
func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Status)
		age    time.Duration
		want   string
	}{
		{"none", func(*Status) {}, time.Second, ""},
		{"old", func(*Status) {}, 90 * time.Second, "the status is 1m30s old"},
		{"gone", func(s *Status) { s.PID = 1<<22 + 1 }, time.Second, "process 4194305 is gone; it last wrote 1s ago"},
		{"ended in order", func(s *Status) { s.PID, s.Ended = 1<<22+1, s.Updated }, time.Hour, ""},
		{"trouble", func(s *Status) { s.Troubles = []string{"source of the FlowLog: refused"} }, time.Second, "source of the FlowLog: refused"},
	} {
		s := exampleStatus()
		c.change(s)
		got := strings.Join(s.Complaints(s.Updated.Add(c.age)), "; ")
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		var out strings.Builder
		if err := s.Print(&out, s.Updated.Add(c.age)); err != nil || strings.Contains(out.String(), "TROUBLE") != (c.want != "") {
			t.Errorf("%s: error %v in\n%s", c.name, err, out.String())
		}
	}
}

// What is written is read back, only its owner may read it, and what isn't a status is refused.
func TestStatusOnDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "deep")
	var b board
	if err := b.open(dir); err != nil {
		t.Fatal(err)
	}
	defer b.close()
	path := filepath.Join(dir, StatusFile)
	for range 2 {
		if err := writeStatus(path, exampleStatus(), true); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadStatus(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(exampleStatus(), got); d != "" {
		t.Error(d)
	}
	for name, mode := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: error %v, mode %v; want %v", name, err, info.Mode().Perm(), mode)
		}
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 2 {
		t.Errorf("%d files are left, error %v; want the lock and the status", len(names), err)
	}
	for _, text := range []string{"", "{}", "[]", "null", `{"pid":1}`, `{"pid":"x"}`, `{"pid":-1,"updated":"2026-03-01T12:00:00Z"}`} {
		if _, err := parseStatus([]byte(text)); err == nil || !strings.Contains(err.Error(), "not a status of sagflow") {
			t.Errorf("%q: error %v", text, err)
		}
	}
	if _, err := ReadStatus(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no status: error %v", err)
	}
	pipe := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(pipe, StatusFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadStatus(pipe); err == nil || !strings.Contains(err.Error(), "not a status of sagflow") {
		t.Errorf("a pipe that nobody writes to: error %v", err)
	}
}

func FuzzParseStatus(f *testing.F) {
	text, err := json.Marshal(exampleStatus())
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(text), "{}", `{"pid":1,"updated":"2026-03-01T12:00:00Z","outputs":[{"counters":{"dropped":{"x":{}}}}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseStatus(text)
		if err != nil {
			return
		}
		if err := s.Print(&strings.Builder{}, time.Unix(1e9, 0)); err != nil {
			t.Error(err)
		}
	})
}

// The status follows within a second, without being asked, and its sums hold at any moment.
func TestStatusIsKeptUpToDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, func(o *ReplayOptions) { o.Workers = 2 }).start(t.Context())
		synctest.Wait()
		if s := g.status(); s.Generation != 0 || s.State != StateInactive || s.Why != "there was no answer yet" || s.SmartAccessGateway != "sag-1" {
			t.Errorf("at the beginning: %+v", s)
		}
		g.set(flowLogTo("V9", 2055, 300, 15))
		g.feed(burst(5, 100)...)
		g.feed(at{1, 120})
		time.Sleep(boardTick + time.Millisecond)
		synctest.Wait()
		s := g.status()
		if s.Generation != 1 || !s.Healthy || s.Sums == nil || !s.Sums.Exact || s.Sums.Counted != 6 || s.Sums.Records.Records != 5 || s.Sums.Flows != 1 {
			t.Errorf("generation %d, troubles %q, sums %+v", s.Generation, s.Troubles, s.Sums)
		}
		if age := time.Since(s.Updated); age > boardTick {
			t.Errorf("the status is %v old", age)
		}
		g.source.fail("no route to host")
		time.Sleep(boardTick)
		synctest.Wait()
		if s := g.status(); s.Healthy || s.Troubles[0] != "source of the FlowLog: no route to host" {
			t.Errorf("troubles %q", s.Troubles)
		}
		if _, err := g.finish(); err != nil {
			t.Error(err)
		}
	})
}

// An output that loses records is in trouble until a minute after the last loss.
func TestLosses(t *testing.T) {
	b := board{losses: map[string]loss{}}
	s := exampleStatus()
	lost := func(records uint64, after time.Duration) int {
		s.Outputs[0].Counters.Dropped[exporter.DropRefused].Records = records
		s.Updated = s.Started.Add(after)
		return len(b.lossesOf(s))
	}
	got := []int{lost(0, 0), lost(3, time.Second), lost(3, 50*time.Second), lost(3, 62*time.Second), lost(4, 63*time.Second)}
	if d := cmp.Diff([]int{0, 1, 1, 0, 1}, got); d != "" {
		t.Error(d)
	}
}

// A FlowLog of the device's own file is tried again until it can be put in force.
func TestLiteral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newRig(t, nil)
		g.r.device.o.Source = config.NewLiteral(config.LiteralOptions{FlowLog: flowLogTo("V9", 2055, 300, 15).FlowLog, Retry: time.Second})
		g.fail(plan.NetflowPart, errors.New("injected"))
		g.start(t.Context())
		g.feed(at{1, 1})
		time.Sleep(500 * time.Millisecond)
		if got := g.status().Refused; got != "build netflow output: injected" {
			t.Errorf("refused: %q", got)
		}
		g.fail(plan.NetflowPart, nil)
		time.Sleep(time.Second)
		g.feed(at{1, 2}, at{1, 3})
		s, err := g.finish()
		if err != nil || s.Inactive != 1 || s.Counted != 2 {
			t.Errorf("%d inactive, %d counted, error %v; want 1, 2 and none", s.Inactive, s.Counted, err)
		}
		if st := g.status(); st.Source.Error != "" || st.Source.Origin != config.FromFile || st.LastError != "build netflow output: injected" || st.Refused != "" {
			t.Errorf("source %+v, last error %q, refused %q", st.Source, st.LastError, st.Refused)
		}
	})
}
