package agent

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/testutil"
)

// Workers, the limit "as memory allows" and the fragments' mode change nothing but the order.
func TestWorkersChangeNothing(t *testing.T) {
	for _, file := range testutil.Captures(t, filepath.Join(testutil.Root(t), "testdata")) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			for _, mode := range []flowtable.FragmentMode{flowtable.FragmentsZero, flowtable.FragmentsFirst} {
				o := defaults(file)
				o.Fragments = mode
				want := replay(t, t.Context(), o)
				for _, workers := range []int{2, 7} {
					o.Workers = workers
					got := replay(t, t.Context(), o)
					if d := cmp.Diff(want.sorted(), got.sorted()); d != "" {
						t.Errorf("%d workers (-1 +%d):\n%s", workers, workers, d)
					}
				}
			}
		})
	}
}

func TestNoLimitOfFlows(t *testing.T) {
	o := defaults(testutil.Testdata(t, "demo.pcap"))
	want := replay(t, t.Context(), o)
	o.MaxFlows = 0
	if d := cmp.Diff(want.lines, replay(t, t.Context(), o).lines); d != "" {
		t.Error(d)
	}
}

// A split of the input over files changes nothing.
func TestSplitOverFiles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		packets := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) at {
			return at{byte(rapid.IntRange(1, 4).Draw(rt, "host")), float64(rapid.IntRange(0, 80).Draw(rt, "time"))}
		}), 1, 40).Draw(rt, "packets")
		cut := rapid.IntRange(0, len(packets)).Draw(rt, "cut")
		whole := replay(t, t.Context(), defaults(writeCapture(t, "whole.pcap", packets...)))
		parts := replay(t, t.Context(), defaults(writeCapture(t, "a.pcap", packets[:cut]...), writeCapture(t, "b.pcap", packets[cut:]...)))
		if d := cmp.Diff(whole.lines, parts.lines); d != "" {
			rt.Fatal(d)
		}
	})
}

// line is what the tests read of a JSON line.
type line struct {
	Src     string `json:"srcaddr"`
	Packets int    `json:"packets"`
	Start   int64  `json:"start_ms"`
	End     int64  `json:"end_ms"`
	Reason  string `json:"end_reason"`
}

func parse(t testing.TB, lines []string) []line {
	t.Helper()
	var out []line
	for _, text := range lines {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("line %q: %v", text, err)
		}
		out = append(out, l)
	}
	return out
}

// Times go on rising from round to round: the second begins a microsecond after the first ended.
func TestLoop(t *testing.T) {
	o := defaults(writeCapture(t, "a.pcap", at{1, 100}, at{1, 101}, at{2, 120}))
	o.Loop = 2
	got := replay(t, t.Context(), o)
	want := []line{
		{"192.0.2.1", 2, 100000, 101000, "idle"},
		{"192.0.2.1", 2, 120000, 121000, "idle"},
		{"192.0.2.2", 1, 120000, 120000, "idle"},
		{"192.0.2.2", 1, 140000, 140000, "eof"},
	}
	if d := cmp.Diff(want, parse(t, got.sorted())); d != "" {
		t.Error(d)
	}
	if got.summary.Rounds != 2 || got.summary.Frames != 6 {
		t.Errorf("rounds %d, frames %d; want 2 and 6", got.summary.Rounds, got.summary.Frames)
	}
}

func TestTimesNow(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_123)
	o := defaults(writeCapture(t, "a.pcap", at{1, 100}, at{1, 101.5}))
	o.TimesNow, o.Now = true, func() time.Time { return now }
	got := parse(t, replay(t, t.Context(), o).lines)
	if d := cmp.Diff([]line{{"192.0.2.1", 2, 1_700_000_000_123, 1_700_000_001_623, "eof"}}, got); d != "" {
		t.Error(d)
	}
}

// At speed N a run takes the capture's time over N, and idle flows leave while the next packet is
// still far.
func TestSpeed(t *testing.T) {
	file := writeCapture(t, "a.pcap", at{1, 100}, at{2, 110}, at{2, 160}, at{1, 160})
	for _, c := range []struct {
		speed float64
		want  time.Duration
	}{{1, 60 * time.Second}, {10, 6 * time.Second}, {0, 0}} {
		synctest.Test(t, func(t *testing.T) {
			o := defaults(file)
			o.Speed, o.TimesNow = c.speed, true
			start := time.Now()
			first := make(chan time.Duration, 1)
			o.Records = filepath.Join(t.TempDir(), "records")
			o.Now = time.Now
			got := replay(t, t.Context(), o)
			close(first)
			if took := time.Since(start); took != c.want {
				t.Errorf("speed %v took %v, want %v", c.speed, took, c.want)
			}
			if got.summary.Table.EndReasons["idle"] != 2 || got.summary.Table.Records != 4 {
				t.Errorf("speed %v: end reasons %v, want 2 idle of 4", c.speed, got.summary.Table.EndReasons)
			}
		})
	}
}

// What --speed does to the clock while it waits changes no record.
func TestSpeedChangesNoRecord(t *testing.T) {
	o := defaults(testutil.Testdata(t, "backwards.pcap"))
	want := replay(t, t.Context(), o)
	synctest.Test(t, func(t *testing.T) {
		o := o
		o.Speed = 3
		if d := cmp.Diff(want.sorted(), replay(t, t.Context(), o).sorted()); d != "" {
			t.Error(d)
		}
	})
}

// An interrupt flushes the table: what was read is exported, as forced or by its aging.
func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := defaults(writeCapture(t, "a.pcap", at{1, 100}, at{2, 130}, at{3, 1000}))
		o.Speed = 1
		ctx, cancel := context.WithTimeout(t.Context(), 31*time.Second)
		defer cancel()
		got := replay(t, ctx, o)
		if !errors.Is(got.err, ErrInterrupted) {
			t.Errorf("error %v, want ErrInterrupted", got.err)
		}
		want := []line{{"192.0.2.1", 1, 100000, 100000, "idle"}, {"192.0.2.2", 1, 130000, 130000, "forced"}}
		if d := cmp.Diff(want, parse(t, got.lines)); d != "" {
			t.Error(d)
		}
	})
}

// A pipe on which nothing comes does not hold an interrupt up.
func TestInterruptOfAnIdlePipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		capture, err := os.ReadFile(writeCapture(t, "a.pcap", at{1, 100}, at{2, 101}))
		if err != nil {
			t.Fatal(err)
		}
		r, w := io.Pipe()
		defer func() { _ = w.Close() }()
		go func() { _, _ = w.Write(capture) }()
		o := defaults("-")
		o.Stdin = r
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		got := replay(t, ctx, o)
		if !errors.Is(got.err, ErrInterrupted) || len(got.lines) != 2 {
			t.Errorf("error %v, %d records; want ErrInterrupted, 2", got.err, len(got.lines))
		}
	})
}

func TestEndlessLoopEndsByInterrupt(t *testing.T) {
	o := defaults(testutil.Testdata(t, "demo.pcap"))
	o.Loop = 0
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	got := replay(t, ctx, o)
	if !errors.Is(got.err, ErrInterrupted) || got.summary.Frames == 0 {
		t.Errorf("error %v after %d frames, want ErrInterrupted after some", got.err, got.summary.Frames)
	}
}

// What was read before a damage is exported and summed, and so is the file behind it.
func TestDamagedFileAmongOthers(t *testing.T) {
	o := defaults(testutil.Testdata(t, "cut-record.pcap"), filepath.Join(t.TempDir(), "missing.pcap"), testutil.Testdata(t, "demo.pcap"))
	got := replay(t, t.Context(), o)
	alone := replay(t, t.Context(), defaults(testutil.Testdata(t, "demo.pcap")))
	if got.err == nil || len(got.summary.Errors) != 2 || got.summary.Frames <= alone.summary.Frames {
		t.Errorf("errors %q, %d frames; want 2 errors and more than %d frames", got.summary.Errors, got.summary.Frames, alone.summary.Frames)
	}
}

// A record file that takes no more ends the run with an error, and the sums say what was dropped.
func TestRecordsThatCannotBeWritten(t *testing.T) {
	o := defaults(testutil.Testdata(t, "demo.pcap"))
	o.Records, o.Stdout, o.Stderr = "-", &fullDisk{left: 0}, &strings.Builder{}
	r, err := NewReplay(o)
	if err != nil {
		t.Fatal(err)
	}
	if err = r.Run(t.Context(), t.Context()); !errors.Is(err, errDiskFull) {
		t.Errorf("error %v, want %v", err, errDiskFull)
	}
	s := r.Summary()
	if !s.Exact || s.Outputs[0].Dropped.Total().Records != s.Table.Records || s.Table.Records == 0 {
		t.Errorf("of %d records dropped are %d, exact %v; want all of some", s.Table.Records, s.Outputs[0].Dropped.Total().Records, s.Exact)
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*ReplayOptions)
		want   string
	}{
		{func(o *ReplayOptions) { o.Files = nil }, "FILE: name at least one capture"},
		{func(o *ReplayOptions) { o.Workers = 0 }, "--workers 0: want 1 to 256"},
		{func(o *ReplayOptions) { o.Loop = -1 }, "--loop -1"},
		{func(o *ReplayOptions) { o.Files, o.Loop = []string{"-"}, 2 }, "standard input can be read only once"},
		{func(o *ReplayOptions) { o.MaxFlows = -1 }, "--max-flows -1"},
		{func(o *ReplayOptions) { o.ExportRate = -1 }, "--export-rate -1"},
		{func(o *ReplayOptions) { o.MTU = 575 }, "--mtu 575: want the size of an IP packet, 576 to 65535"},
		{func(o *ReplayOptions) { o.TemplatePackets = -1 }, "--template-packets -1"},
		{func(o *ReplayOptions) { o.Records, o.Summary = "-", "-" }, "--summary -: standard output already takes --records"},
	} {
		o := defaults("x")
		c.change(&o)
		_, err := NewReplay(o)
		wrong := (*OptionError)(nil)
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want an OptionError with %q", err, c.want)
		}
	}
}

// A loop ends with an error before its times leave their range.
func TestLoopOfLongCaptures(t *testing.T) {
	o := defaults(writeCapture(t, "a.pcap", at{1, 0}, at{1, 4e9}))
	o.Loop = 0
	got := replay(t, t.Context(), o)
	if got.err == nil || !strings.Contains(got.err.Error(), "beyond the year 2116") || got.summary.Rounds != 1 {
		t.Errorf("error %v after %d rounds", got.err, got.summary.Rounds)
	}
}

func TestOutputsThatWouldOverwrite(t *testing.T) {
	capture := writeCapture(t, "a.pcap", at{1, 0})
	for _, change := range []func(*ReplayOptions){
		func(o *ReplayOptions) { o.Records = capture },
		func(o *ReplayOptions) { o.Summary = capture },
		func(o *ReplayOptions) { o.Records, o.Summary = "same", "same" },
	} {
		o := defaults(capture)
		change(&o)
		if _, err := NewReplay(o); err == nil {
			t.Errorf("records %q and summary %q of capture %q are accepted", o.Records, o.Summary, capture)
		}
	}
	o := defaults(capture)
	o.Records, o.Summary = "/dev/null", "/dev/null"
	if _, err := NewReplay(o); err != nil {
		t.Error(err)
	}
}

// An interrupt after the reading counts as one; a second one drops what is queued.
func TestInterruptWhileSending(t *testing.T) {
	for _, twice := range []bool{false, true} {
		to := newReceiver(t)
		o := defaults(testutil.Testdata(t, "demo.pcap"))
		o.Collectors, o.ExportRate, o.Loop = []string{to.address()}, 400, 5
		o.Stdout, o.Stderr = io.Discard, io.Discard
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		hurry, cancelHurry := context.WithCancel(t.Context())
		defer cancelHurry()
		if twice {
			context.AfterFunc(ctx, cancelHurry)
		}
		r, err := NewReplay(o)
		if err != nil {
			t.Fatal(err)
		}
		err = r.Run(ctx, hurry)
		dropped := r.Summary().Outputs[0].Dropped.Total().Records
		if !errors.Is(err, ErrInterrupted) || (dropped > 0) != twice || !r.Summary().Exact {
			t.Errorf("interrupted twice %v: error %v, %d records dropped, exact %v", twice, err, dropped, r.Summary().Exact)
		}
	}
}

func TestMoveStaysInRange(t *testing.T) {
	for _, c := range []struct{ shift, t, want int64 }{
		{0, 5, 5},
		{10, 5, 15},
		{-10, 5, -5},
		{1<<63 - 1, 5, flowtable.MaxTime},
		{-1 << 63, -5, -flowtable.MaxTime},
		{flowtable.MaxTime, flowtable.MaxTime, flowtable.MaxTime},
	} {
		in := &input{shift: c.shift}
		if got := in.move(c.t); got != c.want {
			t.Errorf("move(%d) by %d = %d, want %d", c.t, c.shift, got, c.want)
		}
	}
}

// A second interrupt frees a run that waits for the reader of a pipe.
func TestPipeThatNobodyReads(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	o := defaults(testutil.Testdata(t, "demo.pcap"))
	o.Loop, o.Records = 0, "/dev/fd/"+strconv.Itoa(int(w.Fd()))
	o.Stdout, o.Stderr = io.Discard, io.Discard
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	hurry, cancelHurry := context.WithCancel(t.Context())
	defer cancelHurry()
	context.AfterFunc(ctx, cancelHurry)
	replay, err := NewReplay(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := replay.Run(ctx, hurry); !errors.Is(err, ErrInterrupted) || !replay.Summary().Exact {
		t.Errorf("error %v, want ErrInterrupted", err)
	}
}
