package agent

import (
	"sync"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/packet"
)

// ignored counts IP packets that were seen and not metered, for IPFIX's statistics (RFC 7011 §4.2).
// The reader counts; what it published is read by the sessions.
type ignored struct {
	own     exporter.Statistics
	changed bool
	mu      sync.Mutex
	shared  exporter.Statistics
}

// count counts a frame that ended with a verdict other than Counted.
func (g *ignored) count(v packet.Verdict, f *capture.Frame) {
	if v.Class() != packet.ClassMalformed {
		return
	}
	if g.own.IgnoredPackets == 0 {
		g.own.FirstIgnored = f.Time
	}
	g.own.LastIgnored = f.Time
	g.own.IgnoredPackets++
	g.own.IgnoredOctets += uint64(f.Length)
	g.changed = true
}

// publish makes the counts visible to other goroutines.
func (g *ignored) publish() {
	if !g.changed {
		return
	}
	g.changed = false
	g.mu.Lock()
	g.shared = g.own
	g.mu.Unlock()
}

// statistics returns what was published.
func (g *ignored) statistics() exporter.Statistics {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shared
}
