package pcapfile

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

// benchFrames is the size of the benchmarks' captures: 14 MB and more, larger than the caches.
const benchFrames = 150_000

// benchmarkNext reads a file again and again and reports the time per frame.
func benchmarkNext(b *testing.B, name string, file []byte) {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	writeTo(b, path, file)
	frames := make([]capture.Frame, 1024)
	for _, c := range []struct {
		name string
		open func() *Source
	}{
		{"file", func() *Source { return New(Options{Files: []string{path}}) }},
		{"memory", func() *Source { return New(Options{Files: []string{"-"}, Stdin: bytes.NewReader(file)}) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			total := 0
			for b.Loop() {
				total += countFrames(b, c.open(), frames)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(total), "ns/frame")
			b.SetBytes(int64(len(file)))
		})
	}
}

func countFrames(b *testing.B, s *Source, frames []capture.Frame) int {
	total := 0
	for {
		n, err := s.Next(frames)
		total += n
		if err != nil {
			break
		}
	}
	if err := s.Close(); err != nil || len(s.Errors()) > 0 {
		b.Fatal(err, s.Errors())
	}
	return total
}

func BenchmarkNextPcap(b *testing.B) {
	p := pcapwrite.Pcap{LinkType: 1}
	file := p.AppendHeader(nil)
	for i := range benchFrames {
		file = p.AppendRecord(file, pcapwrite.Packet{Time: int64(i) * 1000, Data: make([]byte, 78)})
	}
	benchmarkNext(b, "bench.pcap", file)
}

func BenchmarkNextPcapng(b *testing.B) {
	w := pcapwrite.Pcapng{}
	file := w.AppendInterface(w.AppendSection(nil), pcapwrite.Interface{LinkType: 1})
	for i := range benchFrames {
		file = w.AppendEnhanced(file, 0, uint64(i), 78, make([]byte, 78))
	}
	benchmarkNext(b, "bench.pcapng", file)
}

func BenchmarkNextGzip(b *testing.B) {
	p := pcapwrite.Pcap{LinkType: 1}
	file := p.AppendHeader(nil)
	for i := range benchFrames {
		file = p.AppendRecord(file, pcapwrite.Packet{Time: int64(i) * 1000, Data: payload(i)})
	}
	benchmarkNext(b, "bench.pcap.gz", gz(b, file))
}
