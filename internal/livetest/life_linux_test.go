package livetest

import (
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/collector"
)

// life is one process.
type life struct {
	began   time.Time
	sent    []sent           // by each load, before it
	wire    collector.Totals // before it
	dropped uint64           // by the kernel, up to the last checkpoint
	samples []resources
	killed  bool
	put     exporter.Sum // to Log Service
	kept    exporter.Sum // of them, what was delivered or is on disk
}

func (s *soak) life() *life { return s.lives[len(s.lives)-1] }

// sentTo is what was sent to the device that lives. It is called with quiet.
func (s *soak) sentTo() sent {
	var sum sent
	for i, l := range s.loads {
		for k, n := range l.sent.minus(s.life().sent[i]) {
			sum[k] += n
		}
	}
	return sum
}

// buried settles the account of a killed device.
func (s *soak) buried() {
	s.t.Helper()
	s.checkCame()
	l, want := s.life(), s.sentTo()
	l.killed = true
	now, err := agent.ReadStatus(s.path("state"))
	if err != nil {
		s.t.Fatal(err)
	}
	if now.Sums.Frames > want.frames() || s.wire().Packets > want[counted] {
		s.t.Errorf("of %d frames the killed device read %d, and sent records of %d", want, now.Sums.Frames, s.wire().Packets)
	}
	s.drops += dropped(now)
	s.owed(l, outputs(now.Outputs, "sls"))
}

// owed notes what Log Service should have of a life.
func (s *soak) owed(l *life, o exporter.Counters) {
	l.put, l.kept = o.Put, o.Acknowledged.Plus(o.Spooled)
}
