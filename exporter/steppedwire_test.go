package exporter_test

import (
	"bytes"
	"context"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/netsampler/goflow2/v2/decoders/netflow"
	"github.com/netsampler/goflow2/v2/decoders/netflowlegacy"
	"github.com/netsampler/goflow2/v2/producer"
	protoproducer "github.com/netsampler/goflow2/v2/producer/proto"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/exporter/ipfix"
	"github.com/sagflow/sagflow/exporter/netflow5"
	"github.com/sagflow/sagflow/exporter/netflow9"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/collector"
)

// kept is a sink that keeps all datagrams.
type kept struct{ sent [][]byte }

func (k *kept) Send(b []byte) error {
	k.sent = append(k.sent, slices.Clone(b))
	return nil
}

func (k *kept) Limit() int     { return 1472 }
func (k *kept) Close() error   { return nil }
func (k *kept) String() string { return "kept" }

var versions = map[uint16]func(exporter.EncoderOptions) (exporter.Encoder, error){
	5:  func(o exporter.EncoderOptions) (exporter.Encoder, error) { return netflow5.New(o), nil },
	9:  func(o exporter.EncoderOptions) (exporter.Encoder, error) { return netflow9.New(o), nil },
	10: func(o exporter.EncoderOptions) (exporter.Encoder, error) { return ipfix.New(o), nil },
}

// minute is how long each timeline lasts in the tests: a batch a second.
const minute = 60

// TestStepsOnTheWire steps the clock by turns and compares what two decoders that we did not write, or
// that share nothing with the encoders, make of it: the times since 1970 that every record was put with.
func TestStepsOnTheWire(t *testing.T) {
	for name, steps := range map[string][]time.Duration{
		"an hour on":      {time.Hour},
		"an hour back":    {-time.Hour},
		"to and fro":      {time.Hour, -time.Hour, 1500 * time.Millisecond, -300 * time.Millisecond},
		"from 1970":       {54 * 365 * 24 * time.Hour},
		"by half a year":  {182 * 24 * time.Hour, -182 * 24 * time.Hour},
		"by a nanosecond": {1, -1},
	} {
		for version, encoder := range versions {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					start := wiretest.Start()
					if name == "from 1970" {
						start = time.Unix(20, 0)
					}
					put, datagrams := exportStepped(t, encoder, start, steps)
					checkHeaders(t, version, datagrams, len(steps))
					checkTimes(t, "goflow2", put, goflow2Times(t, version, datagrams))
					checkTimes(t, "collector", put, collectorTimes(t, datagrams))
				})
			})
		}
	}
}

// exportStepped puts ten flows a second, which ended within the last ten seconds, for a minute before and
// after each step, and returns them as they must be shown. The port is the epoch.
func exportStepped(t *testing.T, encoder func(exporter.EncoderOptions) (exporter.Encoder, error), start time.Time, steps []time.Duration) ([]flowtable.Record, [][]byte) {
	sink := &kept{}
	s, err := exporter.NewSession(encoder, sink, exporter.SessionOptions{QueueRecords: 1 << 16})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Run(context.Background()) }()
	begin := time.Now()
	var all []flowtable.Record
	offset, clock := time.Duration(0), time.Time{}
	for epoch := range len(steps) + 1 {
		if epoch > 0 {
			offset += steps[epoch-1]
		}
		for second := range minute {
			clock = start.Add(time.Since(begin) + offset)
			b := &exporter.Batch{Clock: clock.UnixNano(), Epoch: uint32(epoch)}
			for i := range 10 {
				r := wiretest.Flow(17, "192.0.2.1", "198.51.100.2", uint16(second*10+i), uint16(epoch))
				r.Last = clock.Add(-time.Duration(i)*999*time.Millisecond - 1).UnixNano()
				r.First = r.Last - int64(i)*777e6
				b.Records = append(b.Records, r)
				all = append(all, wiretest.Shown(r, false))
			}
			if err := s.Put(context.Background(), b); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Second)
		}
	}
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	return all, sink.sent
}

// shown is what a header shows, in milliseconds, and what is in the datagram.
type shown struct {
	time, uptime int64
	flows        []producer.ProducerMessage
	templates    bool
}

// goflow2 decodes datagrams.
func goflow2(t *testing.T, version uint16, datagrams [][]byte) []shown {
	t.Helper()
	templates := netflow.CreateTemplateSystem()
	var all []shown
	for _, d := range datagrams {
		var h shown
		var err error
		buffer := bytes.NewBuffer(d)
		switch version {
		case 5:
			var p netflowlegacy.PacketNetFlowV5
			if err = netflowlegacy.DecodeMessageVersion(buffer, &p); err == nil {
				h.time, h.uptime = int64(p.UnixSecs)*1000, int64(p.SysUptime)
				h.flows, err = protoproducer.ProcessMessageNetFlowLegacy(&p)
			}
		case 9:
			var p netflow.NFv9Packet
			if err = netflow.DecodeMessageVersion(buffer, templates, &p, nil); err == nil {
				h.time, h.uptime = int64(p.UnixSeconds)*1000, int64(p.SystemUptime)
				_, ts, _, _ := protoproducer.SplitNetFlowSets(p)
				h.templates = len(ts) > 0
				h.flows, err = protoproducer.ProcessMessageNetFlowV9Config(&p, nil, nil)
			}
		default:
			var p netflow.IPFIXPacket
			if err = netflow.DecodeMessageVersion(buffer, templates, nil, &p); err == nil {
				h.time = int64(p.ExportTime) * 1000
				_, ts, _, _ := protoproducer.SplitIPFIXSets(p)
				h.templates = len(ts) > 0
				h.flows, err = protoproducer.ProcessMessageIPFIXConfig(&p, nil, nil)
			}
		}
		if err != nil {
			t.Fatalf("goflow2: %v", err)
		}
		all = append(all, h)
	}
	return all
}

// checkHeaders: no datagram has flows of two epochs, the first of each comes with or after the templates,
// boot times are as many as epochs and on whole seconds, and sysUptime goes on.
func checkHeaders(t *testing.T, version uint16, datagrams [][]byte, steps int) {
	t.Helper()
	epoch, uptime, templates := -1, int64(0), false
	boots := map[int64]bool{}
	for i, h := range goflow2(t, version, datagrams) {
		templates = templates || h.templates
		for _, next := range epochsOf(h) {
			if next != epoch && !templates && version != 5 {
				t.Errorf("datagram %d begins epoch %d without templates", i, next)
			}
			epoch, templates = next, false
		}
		if len(epochsOf(h)) > 1 {
			t.Errorf("datagram %d has flows of epochs %v", i, epochsOf(h))
		}
		if version == 10 {
			continue
		}
		boots[h.time-h.uptime] = true
		if h.uptime < uptime || i > 0 && h.uptime > uptime+5000 || (h.time-h.uptime)%1000 != 0 {
			t.Errorf("datagram %d: sysUptime %d after %d, boot time %d", i, h.uptime, uptime, h.time-h.uptime)
		}
		uptime = h.uptime
	}
	if epoch != steps || len(boots) > steps+1 {
		t.Errorf("%d epochs, boot times %v; want %d", epoch+1, boots, steps+1)
	}
}

// epochsOf are the epochs of a datagram's flows.
func epochsOf(h shown) []int {
	var all []int
	for _, m := range h.flows {
		all = append(all, int(m.(*protoproducer.ProtoProducerMessage).DstPort))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// interval is when a record's flow was, in milliseconds since 1970, by its ports.
type interval struct {
	SrcPort, DstPort uint32
	First, Last      int64
}

func goflow2Times(t *testing.T, version uint16, datagrams [][]byte) []interval {
	t.Helper()
	var all []interval
	for _, h := range goflow2(t, version, datagrams) {
		for _, m := range h.flows {
			f := m.(*protoproducer.ProtoProducerMessage)
			all = append(all, interval{f.SrcPort, f.DstPort, int64(f.TimeFlowStartNs / 1e6), int64(f.TimeFlowEndNs / 1e6)})
		}
	}
	return all
}

func collectorTimes(t *testing.T, datagrams [][]byte) []interval {
	t.Helper()
	c := collector.New(collector.Options{})
	var all []interval
	for _, d := range datagrams {
		flows, verdict := c.Decode(netip.MustParseAddrPort("127.0.0.1:9"), d, nil)
		if verdict != collector.Good {
			t.Errorf("collector: %v", verdict)
		}
		for _, f := range flows {
			all = append(all, interval{uint32(f.SrcPort), uint32(f.DstPort), f.First / 1e6, f.Last / 1e6})
		}
	}
	for _, s := range c.Summary().Sessions {
		if q := s.Sequence; q.Lost+q.Restarts+q.Reordered+q.Duplicates+s.SetsWithoutTemplate != 0 {
			t.Errorf("collector: %+v", s)
		}
	}
	return all
}

func checkTimes(t *testing.T, decoder string, put []flowtable.Record, got []interval) {
	t.Helper()
	var want []interval
	for _, r := range put {
		want = append(want, interval{uint32(r.SrcPort), uint32(r.DstPort), r.First / 1e6, r.Last / 1e6})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: times (-put +received):\n%s", decoder, diff)
	}
}
