package livetest

import (
	"fmt"
	"testing"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// busy makes a device export soon: its table holds few flows.
func busy(version string) string {
	return fmt.Sprintf(`smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, region: cn-shanghai}
flowlog: {OutputType: netflow, NetflowServerIp: 127.0.0.1, NetflowServerPort: %d, NetflowVersion: %s}
interfaces: [v1]
max-flows: 100
template-packets: 1
`, collectorPort, version)
}

// watched is a busy device with its collector, and a witness of what is on the way to that.
func watched(t *testing.T, version string) (*testutil.Namespace, *receiver, *witness, *device) {
	t.Helper()
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	r, w := receive(t, ns), watch(t, ns, collectorPort)
	return ns, r, w, start(t, ns, 1, busy(version))
}

// versions are those of NetFlow.
func versions() []string { return []string{"V5", "V9", "V10"} }

// What is sent while the collector is away is lost, and nothing else is: the sequence numbers tell the collector how much
// when it is back, and the kernel counts the same.
func TestCollectorGoneAndBack(t *testing.T) {
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			ns, r, w, d := watched(t, version)
			read := d.flows(0, 2000, 0)
			settle(d, w)
			before := resourcesOf(d)
			r.away()
			read = d.flows(2000, 2000, read)
			settle(d, w)
			r.back()
			read = d.flows(4000, 2000, read)
			settle(d, w)
			before.back(d)
			s, records := d.finish()
			sent, came, o := w.totals(), r.totals(), outputs(s.Device.Outputs, "netflow")
			if packetsOf(records) != read || o.Acknowledged.Records != read || sent.Records != read || sent.Datagrams != o.Datagrams {
				t.Errorf("%d packets sent, %d in records, %+v; on the way %+v", read, packetsOf(records), o, sent)
			}
			if sent.LostRecords+sent.LostDatagrams != 0 {
				t.Errorf("sequence numbers have gaps: %+v", sent)
			}
			nobody := udpCounters(t, ns)["NoPorts"]
			if nobody == 0 || came.Datagrams+nobody != sent.Datagrams || sequenced(version, &came) != missing(version, &sent, &came) {
				t.Errorf("sent %+v\ncame %+v\n%d datagrams found nobody", sent, came, nobody)
			}
		})
	}
}

// sequenced is the loss that a version's sequence numbers tell of, in what they count: datagrams (V9), or records.
func sequenced(version string, c *collector.Totals) uint64 {
	if version == "V9" {
		return c.LostDatagrams
	}
	return c.LostRecords
}

// missing is the same by what was sent and what came. IPFIX counts the records of options, too (RFC 7011 section 3.1).
func missing(version string, sent, came *collector.Totals) uint64 {
	switch version {
	case "V5":
		return sent.Records - came.Records
	case "V9":
		return sent.Datagrams - came.Datagrams
	}
	return sent.Records + sent.OptionsRecords - came.Records - came.OptionsRecords
}

// settle waits until a device has sent all that has left its table, and the witness has seen it.
func settle(d *device, w *witness) {
	d.t.Helper()
	d.until("the sending of all records", func(s *agent.Status) bool {
		o := outputs(s.Outputs, "netflow")
		return o.Queued.Records == 0 && s.Sums != nil && o.Put.Records == s.Sums.Records.Records && w.totals().Records >= o.FlowRecords && o.FlowRecords > 0
	})
}

// A relay between device and collector that loses, delays and mixes datagrams: the collector finds exactly what the
// relay lost.
func TestLossOnTheWay(t *testing.T) {
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			ns := testutil.NewNamespace(t)
			ns.Veth("v0", "v1")
			const far = collectorPort + 1
			c := collect(t, ns, far)
			relay := relayUDP(t, ns, far)
			d := start(t, ns, 1, busy(version))
			read := d.flows(0, 3000, 0)
			relay.lose(0.2)
			read = d.flows(3000, 6000, read)
			relay.until("the loss of some", func(all relayed) bool { return all.lost > 5 })
			relay.lose(0)
			read = d.flows(9000, 1000, read)
			s, _ := d.finish()
			all := relay.end()
			got := c.finish()
			o := outputs(s.Device.Outputs, "netflow")
			if o.Acknowledged.Records != read || all.sent.Records != read || all.sent.Datagrams != o.Datagrams {
				t.Errorf("%d packets, %+v, relayed %+v", read, o, all.sent)
			}
			if sequenced(version, &got) != missing(version, &all.sent, &got) || got.Records+all.lostRecords != read || got.Datagrams+all.lost != o.Datagrams {
				t.Errorf("the relay lost %d datagrams with %d records\ncollector: %+v", all.lost, all.lostRecords, got)
			}
			t.Logf("%d of %d datagrams lost, %d mixed", all.lost, o.Datagrams, got.Reordered)
		})
	}
}

// The way to the collector gets a smaller MTU while records are sent: datagrams are made shorter, and none is lost.
func TestWayGetsNarrow(t *testing.T) {
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			ns, r, w, d := watched(t, version)
			read := d.flows(0, 1000, 0)
			settle(d, w)
			ns.Run("ip link set lo mtu 900")
			read = d.flows(1000, 2000, read)
			settle(d, w)
			ns.Run("ip link set lo mtu 65536")
			read = d.flows(3000, 1000, read)
			s, _ := d.finish()
			o, came := outputs(s.Device.Outputs, "netflow"), r.totals()
			if o.Shortened == 0 || came.Records != read || came.Datagrams != o.Datagrams || came.LostRecords+came.LostDatagrams > 0 {
				t.Errorf("%d packets sent, %+v\ncollector: %+v", read, o, came)
			}
		})
	}
}
