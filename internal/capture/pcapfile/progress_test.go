package pcapfile

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/capture"
)

func TestProgress(t *testing.T) {
	whole, packed := somePcap(50), gz(t, somePcapng(50))
	a, b := writeFile(t, "a.pcap", whole), writeFile(t, "b.pcapng.gz", packed)
	// A file that is damaged early: most of it is never read.
	long := append(somePcap(1), make([]byte, 5<<20)...)
	for i := range long[24+16:] {
		long[24+16+i] = 0xff
	}
	c := writeFile(t, "c.pcap", long)
	total := int64(len(whole) + len(packed) + len(long))
	s := New(Options{Files: []string{a, "missing", b, c}})
	frames := make([]capture.Frame, 1)

	checkProgress(t, s, Progress{Index: 0})
	next(t, s, frames)
	checkProgress(t, s, Progress{File: a, Index: 0, Read: int64(len(whole)), Total: total})
	for range 50 {
		next(t, s, frames)
	}
	checkProgress(t, s, Progress{File: b, Index: 2, Read: int64(len(whole) + len(packed)), Total: total})
	_, _ = drain(t, s, 16)
	last := s.Progress()
	if last.File != "" || last.Index != 4 || last.Read != last.Total || last.Read > total-(3<<20) {
		t.Errorf("at the end %+v, total at first %d", last, total)
	}
}

func next(t *testing.T, s *Source, frames []capture.Frame) {
	t.Helper()
	if n, err := s.Next(frames); n != 1 || err != nil {
		t.Fatal(n, err)
	}
}

func checkProgress(t *testing.T, s *Source, want Progress) {
	t.Helper()
	if diff := cmp.Diff(want, s.Progress()); diff != "" {
		t.Error(diff)
	}
}

// TestProgressOfPipe has no total.
func TestProgressOfPipe(t *testing.T) {
	_, s, err := readBytes(t, somePcap(50))
	if err != nil {
		t.Fatal(err)
	}
	checkProgress(t, s, Progress{Index: 1, Read: int64(len(somePcap(50))), Total: -1})
}

// TestProgressOfRedirectedFile has the total of what is left of the file.
func TestProgressOfRedirectedFile(t *testing.T) {
	file := somePcap(50)
	f, err := os.Open(writeFile(t, "a", append([]byte("#!"), file...)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.Seek(2, 0); err != nil {
		t.Fatal(err)
	}
	s := New(Options{Files: []string{"-"}, Stdin: f})
	next(t, s, make([]capture.Frame, 1))
	checkProgress(t, s, Progress{File: "-", Read: int64(len(file)), Total: int64(len(file))})
}

// TestProgressFromAnotherGoroutine is for the race detector.
func TestProgressFromAnotherGoroutine(t *testing.T) {
	path := writeFile(t, "a.pcap", somePcap(20_000))
	s := New(Options{Files: strings.Split(strings.Repeat(path+" ", 9)+path, " ")})
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		for last := (Progress{}); ; {
			p := s.Progress()
			if p.Read < last.Read || p.Index < last.Index || p.Read > p.Total && p.Total > 0 {
				t.Errorf("%+v after %+v", p, last)
			}
			last = p
			select {
			case <-done:
				return
			default:
			}
		}
	})
	if frames, err := drain(t, s, 64); err != nil || len(frames) != 200_000 {
		t.Errorf("%d frames, error %v", len(frames), err)
	}
	close(done)
	wait.Wait()
}
