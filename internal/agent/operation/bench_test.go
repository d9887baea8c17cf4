package operation

import (
	"net/http"
	"testing"

	"github.com/sagflow/sagflow/internal/agent"
)

// BenchmarkScrape is what a scrape of a device with something of everything costs, 390 series of it.
func BenchmarkScrape(b *testing.B) {
	s := fullStatus()
	h := New(Options{Status: func() *agent.Status { return s }}).handler()
	for b.Loop() {
		get(h, http.MethodGet, "/metrics")
	}
}

// BenchmarkServer is what a server takes before anybody asks it: many devices fit into a process.
func BenchmarkServer(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(Options{}).handler()
	}
}
