package operation

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// What /healthz and /readyz say of a device, and which of them fails.
func TestHealth(t *testing.T) {
	const defect = "the sums of the counters do not hold: this is a defect of the program, please report it with /status\n"
	for _, c := range []struct {
		name          string
		change        func(*agent.Status)
		later         time.Duration // since the status
		file          bool          // not live
		health, ready string
	}{
		{"all is well", func(*agent.Status) {}, 0, false, "ok\n", "ok\n"},
		{"troubles are no reason", func(s *agent.Status) { s.Troubles = append(s.Troubles, "another") }, maxAge, false, "ok\n", "ok\n"},
		{"inactive", func(s *agent.Status) { s.State, s.FlowLog = agent.StateInactive, nil }, 0, false, "ok\n", "ok\n"},
		{"stale", func(*agent.Status) {}, 11 * time.Second, false, "the status is 11s old\n", "the status is 11s old\n"},
		{
			"the workers hang", func(s *agent.Status) { s.Sums.At = s.Updated.Add(-61 * time.Second) }, 0, false,
			"the workers have not answered for 1m1s\n", "the workers have not answered for 1m1s\n",
		},
		{"an output holds a replay up", func(s *agent.Status) { s.Sums.At = s.Updated.Add(-time.Hour) }, 0, true, "ok\n", "ok\n"},
		{"no sums yet", func(s *agent.Status) { s.Sums = nil }, 0, false, "ok\n", "ok\n"},
		{
			"a sum fails", func(s *agent.Status) {
				s.Sums.Exact = false
				s.Sums.Sums = append(s.Sums.Sums, agent.Sum{What: "a = b", Left: 3, Right: 4})
			}, 0, false, defect + "a = b: 3 is not 4\n", defect + "a = b: 3 is not 4\n",
		},
		{"sums fail", func(s *agent.Status) { s.Sums.Exact = false }, 0, false, defect, defect},
		{"ended", func(s *agent.Status) { s.Ended = s.Updated }, 0, false, "ok\n", "the device has ended\n"},
		{
			"nothing in force", func(s *agent.Status) { s.Generation = 0 }, 0, false,
			"ok\n", "no configuration is in force yet: no route to host\n",
		},
		{
			"nothing in force, nothing wrong", func(s *agent.Status) { s.Generation, s.Source.Error = 0, "" }, 0, false,
			"ok\n", "no configuration is in force yet\n",
		},
		{
			"refused, in lines", func(s *agent.Status) { s.Refused = "build netflow output:\n\tno such host" }, 0, false,
			"ok\n", "refused configuration: build netflow output: no such host\n",
		},
		{
			"nothing is captured", func(s *agent.Status) { s.Interfaces = s.Interfaces[1:] }, 0, false,
			"ok\n", "no interface is captured: eth1 is gone, ppp0 is refused: link type 512 is not known, wan is down\n",
		},
		{
			"there is no interface", func(s *agent.Status) { s.Interfaces = nil }, 0, false,
			"ok\n", "no interface is captured: there is none that `interfaces` names\n",
		},
		{
			"many are down", func(s *agent.Status) {
				s.Interfaces = nil
				for i := range maxNamed + 2 {
					s.Interfaces = append(s.Interfaces, tap.Status{Name: fmt.Sprint(i), State: tap.Down})
				}
			}, 0, false,
			"ok\n", "no interface is captured: 0 is down, 1 is down, 2 is down, 3 is down, 4 is down, 5 is down, 6 is down, 7 is down, " +
				"8 is down, 9 is down, 10 is down, 11 is down, 12 is down, 13 is down, 14 is down, 15 is down, and 2 more\n",
		},
		{"no interfaces in a file", func(s *agent.Status) { s.Interfaces = nil }, 0, true, "ok\n", "ok\n"},
		{
			"several", func(s *agent.Status) { s.Generation, s.Refused, s.Interfaces = 0, "x", nil }, time.Minute, false,
			"the status is 1m0s old\n", "the status is 1m0s old\nno configuration is in force yet: no route to host\n" +
				"refused configuration: x\nno interface is captured: there is none that `interfaces` names\n",
		},
	} {
		s := fullStatus()
		c.change(s)
		h := New(Options{Status: func() *agent.Status { return s }, Live: !c.file, Now: func() time.Time { return s.Updated.Add(c.later) }}).handler()
		for path, want := range map[string]string{"/healthz": c.health, "/readyz": c.ready} {
			w := get(h, http.MethodGet, path)
			if d := cmp.Diff(want, w.Body.String()); d != "" {
				t.Errorf("%s: %s: %s", c.name, path, d)
			}
			if ok := w.Code == http.StatusOK; ok != (want == "ok\n") || !ok && w.Code != http.StatusServiceUnavailable {
				t.Errorf("%s: %s: status %d", c.name, path, w.Code)
			}
		}
	}
}

// Before the first status nothing is known to work.
func TestHealthAtStart(t *testing.T) {
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := get(New(Options{Live: true}).handler(), http.MethodGet, path); w.Code != http.StatusServiceUnavailable || w.Body.String() != noStatus+"\n" {
			t.Errorf("%s: status %d, %q", path, w.Code, w.Body)
		}
	}
}
