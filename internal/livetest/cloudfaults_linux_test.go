package livetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// station is a device on a cloud of its own, with a collector and a witness.
type station struct {
	*device
	cloud    *cloud
	receiver *receiver
	witness  *witness
}

// newStation starts a device that exports to both outputs, by settings and a FlowLog of the lab.
func newStation(t *testing.T, settings string) *station {
	t.Helper()
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	s := &station{receiver: receive(t, ns), witness: watch(t, ns, collectorPort), cloud: newCloud(t, ns)}
	s.cloud.bind()
	s.device = start(t, ns, 1, s.cloud.settings()+"interfaces: [v1]\n"+settings)
	return s
}

// small makes a table that is full soon, so that records leave it.
const small = "max-flows: 100\n"

// ends checks, at the end of a device, that all of its records came at both outputs.
func (s *station) ends(read uint64) *agent.Summary {
	s.t.Helper()
	summary, records := s.finish()
	netflow, sls := outputs(summary.Device.Outputs, "netflow"), outputs(summary.Device.Outputs, "sls")
	stored, came := s.cloud.stored(), s.receiver.totals()
	if summary.Frames != read || packetsOf(records) != read {
		s.t.Errorf("%d frames sent, %d read, %d packets in records", read, summary.Frames, packetsOf(records))
	}
	if came.Records != netflow.FlowRecords || came.LostDatagrams+came.LostRecords > 0 {
		s.t.Errorf("NetFlow: %+v\ncollector: %+v", netflow, came)
	}
	if stored.Unique != sls.Put.Records || sls.Dropped.Total().Records > 0 {
		s.t.Errorf("Log Service has %+v of %+v", stored, sls)
	}
	return summary
}

// untilDelivered waits until Log Service has all records that have left the table.
func (s *station) untilDelivered() {
	s.t.Helper()
	s.until("the delivery of all", func(now *agent.Status) bool {
		o := outputs(now.Outputs, "sls")
		return now.Sums != nil && o.Put.Records == now.Sums.Records.Records && o.Put.Records > 0 && o.Queued.Records == 0 && now.LogService.Spool.Queued.Records == 0
	})
}

// Both servers go away while flows end, and come back: what could not be delivered waits in the spool, and comes then.
// What was in force stays.
func TestCloudOut(t *testing.T) {
	s := newStation(t, small)
	read := s.flows(0, 500, 0)
	s.untilDelivered()
	before := resourcesOf(s.device)
	s.cloud.toAPI.away()
	s.cloud.toSLS.away()
	read = s.flows(1000, 2000, read)
	s.until("the troubles of both", func(now *agent.Status) bool {
		return now.Source.Error != "" && now.LogService.Spool.Queued.Records > 0 && len(now.Troubles) > 1 && now.State == agent.StateRunning
	})
	s.cloud.modify("--netflow-version", "V5") // nobody tells the device yet
	read = s.flows(4000, 500, read)
	s.cloud.toAPI.back()
	s.cloud.toSLS.back()
	s.until("the new FlowLog", func(now *agent.Status) bool { return now.FlowLog.NetflowVersion == "V5" })
	s.untilDelivered()
	read = s.flows(5000, 500, read)
	before.back(s.device)
	s.ends(read)
}

// Relays delay what goes to both servers, and cut each connection after some octets, so that no answer is known to come:
// nothing is lost, and nothing is counted twice.
func TestCloudDelayedAndCut(t *testing.T) {
	s := newStation(t, small)
	read := s.flows(0, 300, 0)
	s.untilDelivered()
	before := resourcesOf(s.device)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 12 {
		s.cloud.toAPI.behave(time.Duration(random.IntN(30))*time.Millisecond, int64(500+random.IntN(2000)))
		s.cloud.toSLS.behave(time.Duration(random.IntN(30))*time.Millisecond, int64(500+random.IntN(8000)))
		read = s.flows(1000*i, 300, read)
	}
	s.until("cuts", func(*agent.Status) bool { return s.cloud.toAPI.cuts() > 3 && s.cloud.toSLS.cuts() > 3 })
	s.cloud.toAPI.behave(0, 0)
	s.cloud.toSLS.behave(0, 0)
	s.untilDelivered()
	before.back(s.device)
	s.ends(read)
	t.Logf("%d connections to the API and %d to Log Service were cut", s.cloud.toAPI.cuts(), s.cloud.toSLS.cuts())
}

// What the servers answer wrongly on purpose.
func TestCloudFails(t *testing.T) {
	s := newStation(t, small)
	read := s.flows(0, 300, 0)
	s.untilDelivered()
	before := resourcesOf(s.device)
	for i, kind := range []string{"status", "cut-before", "cut-after", "cut-body", "truncated-json", "latency"} {
		s.cloud.fail(apiAdmin, "--kind", kind, "--count", "4")
		s.cloud.fail(slsAdmin, "--kind", kind, "--probability", "0.5", "--count", "6")
		read = s.flows(1000*i+500, 300, read)
	}
	s.cloud.heal(apiAdmin)
	s.cloud.heal(slsAdmin)
	s.untilDelivered()
	before.back(s.device)
	s.ends(read)
}

// A thousand changes of the FlowLog by the API, in a row, while packets come: the last is in force then, and all sums of
// all generations hold.
func TestThousandChanges(t *testing.T) {
	s := newStation(t, "workers: 2\n")
	random := rand.New(rand.NewPCG(10, 0))
	stop, sent := make(chan struct{}), make(chan uint64)
	from := s.ns.Sender("v0")
	go func() {
		for n := uint64(0); ; n++ {
			select {
			case <-stop:
				sent <- n
				return
			case <-time.After(time.Millisecond):
				from.Send(flow(uint32(n % 300)))
			}
		}
	}()
	before := resourcesOf(s.device)
	for range 1000 {
		s.cloud.change(random)
	}
	s.cloud.modify("--netflow-version", "V10", "--output-type", "all", "--active-aging", "999")
	s.cloud.unless("Status", "flowlog", "activate", "--flow-log-id", s.cloud.flowLog)
	close(stop)
	read := <-sent
	s.until("the last change", func(now *agent.Status) bool {
		return now.FlowLog != nil && now.FlowLog.ActiveAging == 999 && now.State == agent.StateRunning && now.Sums.Frames == read
	})
	before.back(s.device)
	summary, _ := s.finish()
	netflow, sls := outputs(summary.Device.Outputs, "netflow"), outputs(summary.Device.Outputs, "sls")
	if came := s.receiver.totals(); came.Records != netflow.FlowRecords || came.Datagrams != netflow.Datagrams {
		t.Errorf("NetFlow: %+v\ncollector: %+v", netflow, came)
	}
	if stored := s.cloud.stored(); stored.Unique != sls.Put.Records || summary.Frames != read {
		t.Errorf("Log Service has %+v of %+v; %d frames of %d", stored, sls, summary.Frames, read)
	}
	if summary.Device.All < 50 {
		t.Errorf("only %d generations", summary.Device.All)
	}
	t.Logf("%d generations, %d frames", summary.Device.All, read)
}

// change makes some change of the FlowLog.
func (c *cloud) change(random *rand.Rand) string {
	c.t.Helper()
	var flags []string
	switch random.IntN(8) {
	case 0:
		flags = []string{"deactivate"}
	case 1, 2:
		flags = []string{"activate"}
	case 3:
		flags = []string{"modify", "--active-aging", fmt.Sprint(60 + random.IntN(100)), "--inactive-aging", fmt.Sprint(10 + random.IntN(20))}
	case 4, 5:
		flags = []string{"modify", "--output-type", []string{"all", "netflow", "sls", "all"}[random.IntN(4)]}
	default:
		flags = []string{"modify", "--netflow-version", versions()[random.IntN(3)]}
	}
	command := append([]string{"flowlog", flags[0], "--flow-log-id", c.flowLog}, flags[1:]...)
	c.unless("Status", command...)
	return strings.Join(flags, " ")
}

// unless is run for what may be refused with a word: it is Active or Inactive already.
func (c *cloud) unless(word string, args ...string) {
	c.t.Helper()
	if out, err := c.try(args...); err != nil && !strings.Contains(out, word) {
		c.t.Fatalf("sagflow-lab %s: %v: %s", args, err, out)
	}
}
