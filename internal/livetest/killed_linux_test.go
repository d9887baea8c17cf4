package livetest

import (
	"testing"

	"github.com/sagflow/sagflow/internal/agent"
)

// After kill -9 the table is the only gap: what had left it is on the wire, and at Log Service, also what was still in
// the spool.
func TestKilledLosesTheTable(t *testing.T) {
	const table = 100 // as small is
	s := newStation(t, small)
	read := s.flows(0, 1000, 0)
	s.untilDelivered()
	s.cloud.toSLS.away()
	read = s.flows(2000, 1000, read)
	s.until("the spooling of all", func(now *agent.Status) bool {
		return now.LogService.Spool.Queued.Records == 1000 && outputs(now.Outputs, "sls").Queued.Records == 0 && outputs(now.Outputs, "netflow").Queued.Records == 0
	})
	s.await("the datagrams of all", func() bool { return s.witness.totals().Records == read-table })
	s.kill()
	s.run()
	s.ready(1)
	s.cloud.toSLS.back()
	again := s.flows(4000, 500, 0)
	s.untilDelivered()
	summary, _ := s.finish()
	want := read + again - table
	if summary.Frames != again || s.witness.totals().Records != want || s.receiver.totals().Records != want {
		t.Errorf("%d frames of %d, %d records on the way, %d came; want %d", summary.Frames, again, s.witness.totals().Records, s.receiver.totals().Records, want)
	}
	if stored := s.cloud.stored(); stored.Unique != want || summary.Device.LogService.Earlier.Recovered.Records != 1000 {
		t.Errorf("Log Service has %+v, want %d; %+v", stored, want, summary.Device.LogService.Earlier)
	}
}
