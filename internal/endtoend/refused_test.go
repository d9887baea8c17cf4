package endtoend

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/agent"
)

// A FlowLog that is right by the rules but that this device can't carry out leaves the one before in force, and the
// status says why, until it is changed to one that can be.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, says string
		wrong      flowlog.Parameters
	}{
		{"a collector that the source address can't reach", "::1", flowlog.Parameters{"NetflowServerIp": "::1"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			id := s.api.create(to(s.one, "V9", 300, 15))
			s.api.bind(id, gateway)
			s.start(id, s.one.output("V9"), s.one, func(o *agent.ReplayOptions) { o.SourceAddress = netip.MustParseAddr("127.0.0.1") })
			s.api.modify(id, row.wrong)
			now := s.device.until(t, "it is refused", func(now *agent.Status) bool {
				return !now.Healthy && strings.Contains(strings.Join(now.Troubles, "\n"), "refused configuration: ")
			})
			if now.Generation != 1 || !sends(id, s.one.output("V9"))(now) || now.LastError == "" || !strings.Contains(now.Troubles[0], row.says) {
				t.Errorf("generation %d, outputs %q, troubles %q, last error %q: want the first, and why %q was refused",
					now.Generation, inForce(now), now.Troubles, now.LastError, row.says)
			}
			s.device.polled(t, 3)
			s.flowing(s.one)
			s.change("to what can be built", sends(id, s.two.output("V10")), func() { s.api.modify(id, to(s.two, "V10", 300, 15)) })
			s.device.until(t, "the trouble is over", func(now *agent.Status) bool { return now.Healthy && now.Source.Error == "" })
			s.flowing(s.two)
			s.finish()
			if n := strings.Count(s.device.log.String(), "can't be put in force; what was in force stays"); n != 1 {
				t.Errorf("the refusal was said %d times, want once:\n%s", n, s.device.log)
			}
		})
	}
}
