package livetest

import (
	"github.com/sagflow/sagflow/internal/agent"
)

// ends heals all, waits until all is delivered, ends the device, and compares every sum.
func (s *soak) ends() {
	s.t.Helper()
	s.cloud.heal(apiAdmin)
	s.cloud.heal(slsAdmin)
	s.checkpoint()
	s.cloud.modify("--output-type", "all")
	s.cloud.unless("Status", "flowlog", "activate", "--flow-log-id", s.cloud.flowLog)
	s.until("the delivery of all", func(now *agent.Status) bool {
		l := now.LogService
		return now.State == agent.StateRunning && now.Sums != nil && outputs(now.Outputs, "sls").Queued.Records == 0 && (l == nil || l.Spool.Queued.Records == 0)
	})
	want := s.sentTo()
	summary, _ := s.finish()
	for i := range summary.Interfaces {
		s.drops += summary.Interfaces[i].Dropped
	}
	if s.lives[0] == s.life() && summary.Frames+s.drops != want.frames() {
		s.t.Errorf("%d frames, %d dropped, %d sent", summary.Frames, s.drops, want.frames())
	}
	o, wire := outputs(summary.Device.Outputs, "netflow"), s.wire()
	if o.FlowRecords != wire.Records || o.Acknowledged.Packets != wire.Packets || o.Datagrams != wire.Datagrams {
		s.t.Errorf("NetFlow: %+v\non the way: %+v", o, wire)
	}
	s.checkCame()
	s.owed(s.life(), outputs(summary.Device.Outputs, "sls"))
	s.checkStored()
}

// checkStored compares what Log Service has with what the lives put. Of a killed one, what it had delivered or on disk is
// there, and more may be that its status did not tell any more.
func (s *soak) checkStored() {
	s.t.Helper()
	var least, killed uint64
	for _, l := range s.lives {
		if l.killed {
			least += l.kept.Records
			killed++
			continue
		}
		least += l.put.Records
	}
	stored := s.cloud.stored()
	if stored.Unique < least || killed == 0 && stored.Unique != least {
		s.t.Errorf("Log Service has %+v, %d records are due, %d lives ended by kill -9", stored, least, killed)
	}
}
