package pcapfile

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/capture"
)

// pieces brings a file in reads of the given sizes, in turn.
type pieces struct {
	file  []byte
	sizes []int
	turn  int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.file) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.sizes[p.turn%len(p.sizes)])], p.file)
	p.turn++
	p.file = p.file[n:]
	return n, nil
}

// TestAnySplit reads the same frames, notes and errors whatever the sizes of reads and batches.
func TestAnySplit(t *testing.T) {
	files := [][]byte{
		somePcap(300), somePcapng(80), everyPcapng(), gz(t, somePcap(300)), zst(t, somePcapng(80)),
		somePcap(50)[:2000], somePcapng(30)[:3001],
	}
	rapid.Check(t, func(t *rapid.T) {
		file := rapid.SampledFrom(files).Draw(t, "file")
		sizes := rapid.SliceOfN(rapid.IntRange(1, 3000), 1, 20).Draw(t, "sizes")
		batch := rapid.IntRange(1, 400).Draw(t, "batch")
		whole := readPieces(&pieces{file: file, sizes: []int{len(file)}}, 64)
		split := readPieces(&pieces{file: file, sizes: sizes}, batch)
		if diff := cmp.Diff(whole, split); diff != "" {
			t.Fatal(diff)
		}
	})
}

// outcome is all that a Source tells.
type outcome struct {
	Frames []frame
	Notes  []Note
	Error  string
}

func readPieces(r io.Reader, batch int) outcome {
	s := New(Options{Files: []string{"-"}, Stdin: r})
	frames := make([]capture.Frame, batch)
	var o outcome
	for {
		n, err := s.Next(frames)
		for i := range frames[:n] {
			o.Frames = append(o.Frames, keep(&frames[i]))
		}
		if err != nil {
			o.Notes, o.Error = s.Notes(), err.Error()
			return o
		}
	}
}

// TestSplitOverFiles reads the same frames of one file and of two that share its records.
func TestSplitOverFiles(t *testing.T) {
	whole, _, err := readBytes(t, somePcap(200))
	if err != nil {
		t.Fatal(err)
	}
	file := somePcap(200)
	at := len(somePcap(77))
	first := writeFile(t, "1.pcap", file[:at])
	second := writeFile(t, "2.pcap.gz", gz(t, append(somePcap(0), file[at:]...)))
	got, err := drain(t, New(Options{Files: []string{first, second}}), 50)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, got); diff != "" {
		t.Error(diff)
	}
}
