package packet

import (
	"errors"
	"io"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile"
)

// TestCapturesAgainstOracle compares every packet of real captures, and the totals.
func TestCapturesAgainstOracle(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t, "pcaps"), "*.pcap*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 70 {
		t.Fatalf("%d captures, want at least 70", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			checkCapture(t, file)
		})
	}
}

// checkCapture decodes a file as it streams by. A damaged one is compared up to its damage.
func checkCapture(t *testing.T, file string) {
	want := runOracle(t, file)
	source := pcapfile.New(pcapfile.Options{Files: []string{file}})
	defer func() {
		if err := source.Close(); err != nil {
			t.Errorf("close %q: %v", file, err)
		}
	}()
	d := New(Options{})
	frames := make([]capture.Frame, 64)
	done := 0
	for {
		n, err := source.Next(frames)
		if done+n > len(want.packets) {
			t.Fatalf("at least %d frames, the oracle has %d", done+n, len(want.packets))
		}
		checkFrames(t, d, frames[:n], want.packets[done:done+n])
		done += n
		if err != nil {
			if !errors.Is(err, io.EOF) && !want.damaged {
				t.Errorf("read %q: %v", file, err)
			}
			break
		}
	}
	if done != len(want.packets) {
		t.Errorf("%d frames, the oracle has %d", done, len(want.packets))
	}
	checkSummary(t, d.Counters(), want.summary)
}

// TestMutatedFramesAgainstOracle compares frames of all link types with random damage, packet by
// packet.
func TestMutatedFramesAgainstOracle(t *testing.T) {
	frames := mutated(seedFrames(), 50_000, 1)
	tests := []struct {
		name    string
		options Options
		flags   []string
	}{
		{name: "defaults"},
		{
			name: "all options", options: Options{Strict: true, RejectZeroLength: true, StopAtAH: true},
			flags: []string{"--strict", "--zero-len=malformed", "--ah=stop"},
		},
	}
	file := writeCapture(t, frames)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := runOracle(t, file, test.flags...)
			checkFrames(t, New(test.options), frames, want.packets)
		})
	}
}

// TestSeedsAgainstOracle checks the expectations of this package's own tables.
func TestSeedsAgainstOracle(t *testing.T) {
	frames := seedFrames()
	want := runOracle(t, writeCapture(t, frames))
	d := New(Options{})
	checkFrames(t, d, frames, want.packets)
	checkSummary(t, d.Counters(), want.summary)
}
