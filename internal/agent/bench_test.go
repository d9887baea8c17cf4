package agent

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/capture/pcapfile/pcapwrite"
)

const benchPackets = 1 << 20

// benchCapture writes packets of flows in random order, or each of its own flow for flows = 0.
func benchCapture(b *testing.B, flows int) string {
	b.Helper()
	w := pcapwrite.Pcap{Nano: true, LinkType: 1}
	out := w.AppendHeader(make([]byte, 0, benchPackets*80))
	chance := rand.New(rand.NewPCG(1, 2))
	for i := range benchPackets {
		flow := uint32(i)
		if flows > 0 {
			flow = uint32(chance.IntN(flows))
		}
		frame := udpFrame(1, uint16(flow))
		binary.BigEndian.PutUint16(frame[30:], uint16(flow>>16))
		out = w.AppendRecord(out, pcapwrite.Packet{Time: int64(i) * 1000, Data: frame})
	}
	path := filepath.Join(b.TempDir(), "bench.pcap")
	if err := os.WriteFile(path, out, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkReplay is the whole way from a file to a socket that nobody reads.
func BenchmarkReplay(b *testing.B) {
	for _, flows := range []int{10_000, 1_000_000, 0} {
		b.Run(fmt.Sprintf("flows=%d", flows), func(b *testing.B) {
			file := benchCapture(b, flows)
			to := newReceiver(b)
			for b.Loop() {
				o := defaults(file)
				o.MaxFlows, o.Collectors = 4_000_000, []string{to.address()}
				o.Stdout, o.Stderr = &strings.Builder{}, &strings.Builder{}
				r, err := NewReplay(o)
				if err != nil {
					b.Fatal(err)
				}
				if err := r.Run(b.Context(), b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchPackets), "ns/packet")
		})
	}
}
