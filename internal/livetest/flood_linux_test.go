package livetest

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// battle is a device, a flood, and a collector.
type battle struct {
	*device
	*barrage
	*flowSums
	memory func() uint64 // the most that the device had
}

// newBattle makes them. The device writes no records but to the collector.
func newBattle(t *testing.T, kind flood, settings string) *battle {
	t.Helper()
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	flowSums := newFlowSums(t, ns)
	d := &device{t: t, ns: ns, dir: t.TempDir()}
	d.start(1, "interfaces: [v1]\n"+settings)
	return &battle{device: d, barrage: newBarrage(t, ns, kind), flowSums: flowSums, memory: watchMemory(t, d)}
}

// settle waits until all that was sent has been read, or dropped by the kernel, and no record waits for the collector.
func (b *battle) settle() *agent.Status {
	b.device.t.Helper()
	return b.until("the reading of all frames", func(s *agent.Status) bool {
		if s.Sums == nil || len(s.Interfaces) != 1 {
			return false
		}
		one, queued := s.Interfaces[0], uint64(0)
		for i := range s.Outputs {
			queued += s.Outputs[i].Counters.Queued.Records
		}
		return one.Received == b.sent && s.Sums.Frames+one.Dropped == b.sent && queued == 0
	})
}

// end ends the device and checks what must add up, from the interface's counter to the collector's.
func (b *battle) end() *agent.Summary {
	t := b.device.t
	t.Helper()
	counter := counterOf(t, b.ns, "v1").packets
	s, _ := b.device.finish()
	b.flowSums.finish()
	one := s.Interfaces[0]
	if counter != b.sent || one.Received != counter || one.Read+one.Dropped != counter {
		t.Errorf("%d frames sent, the interface has received %d; the capture: %+v", b.sent, counter, one)
	}
	if all := s.Counted + s.NonIP + s.Malformed; all != one.Read {
		t.Errorf("%d frames have verdicts, of %d", all, one.Read)
	}
	out := s.Device.Outputs[0].Counters
	if a := out.Acknowledged; b.count != a.Records || b.sum.Packets != a.Packets || b.sum.Octets != a.Octets {
		t.Errorf("the collector has %d records of %d packets, of %d; it lost some, or they were never sent", b.count, b.sum.Packets, a)
	}
	if got := out.Acknowledged.Plus(out.Dropped.Total()); got.Packets != s.Counted || got.Records != s.Table.Records {
		t.Errorf("%d packets counted, %d records; %+v", s.Counted, s.Table.Records, got)
	}
	return s
}

// strain is what a flood cost a device.
type strain struct {
	nanoseconds float64 // of processors a frame that was read
	memory      uint64  // at most
	flows       int     // at most
	dropped     float64 // part of the frames
	records     uint64
	lost        uint64 // records that had to make room in the queue
}

func (l strain) String() string {
	return fmt.Sprintf("%.0f ns a frame, %.1f MiB, %d flows at most, %.1f %% dropped by the kernel, %d records, %d of them dropped",
		l.nanoseconds, float64(l.memory)/(1<<20), l.flows, 100*l.dropped, l.records, l.lost)
}

// withstand sends a flood to a device with settings, and returns what that cost.
func withstand(t *testing.T, kind flood, settings string, frames uint64) strain {
	t.Helper()
	b := newBattle(t, kind, settings)
	before := cpuTime(t, b.command.Process.Pid)
	b.send(frames)
	b.settle()
	spent := cpuTime(t, b.command.Process.Pid) - before
	s := b.end()
	return strain{
		nanoseconds: float64(spent) / float64(s.Frames), memory: b.memory(), flows: s.Table.MostFlows,
		dropped: float64(s.Interfaces[0].Dropped) / float64(frames), records: s.Table.Records,
		lost: s.Device.Outputs[0].Counters.Dropped.Total().Records,
	}
}

// wholeFloods says that floods are as long as `make test-floods` has them, and not as in an ordinary test: then they
// fill what memory-limit allows several times over.
func wholeFloods() bool { return os.Getenv("SAGFLOW_FLOODS") != "" }

// floodFrames are what a test of a flood sends.
func floodFrames() uint64 {
	if wholeFloods() {
		return 1_000_000
	}
	return 100_000
}

// A device keeps within its memory-limit, whatever comes, and its counters add up.
func TestFloodMemory(t *testing.T) {
	for _, c := range []struct {
		limit, workers uint64
		kinds          []flood
	}{{64, 2, floods()}, {128, 1, filling()}} {
		settings := fmt.Sprintf("memory-limit: %dMiB\nworkers: %d\nfragments: first", c.limit, c.workers)
		for _, kind := range c.kinds {
			t.Run(fmt.Sprintf("%d MiB, workers %d, %s", c.limit, c.workers, kind.name), func(t *testing.T) {
				got := withstand(t, kind, settings, floodFrames())
				if got.memory >= c.limit<<20 {
					t.Errorf("%d octets of memory, the limit is %d MiB", got.memory, c.limit)
				}
				t.Log(got)
			})
		}
	}
}

// Flows that go on while a flood comes keep their exactness as far as the table has room for the packets between two of
// theirs: with that it is one record for each, of all that was sent.
func TestFloodLeavesSteadyFlowsExact(t *testing.T) {
	const between = steadyEvery * steadyFlows // frames from one packet of a steady flow to its next
	all := floods()
	if !wholeFloods() {
		all = all[:3]
	}
	for _, c := range []struct {
		flows, workers int
		records        func(packets uint64) uint64 // of a steady flow, at most
		kinds          []flood
	}{
		{between + 1, 1, func(uint64) uint64 { return 1 }, all},
		{4 * between, 2, func(uint64) uint64 { return 1 }, floods()[:2]}, // each worker has a half of the table, and some half of the flows
		{between / 4, 1, func(packets uint64) uint64 { return packets }, floods()[:2]},
	} {
		settings := fmt.Sprintf("max-flows: %d\nworkers: %d\nexport-rate: 0\nring-size: 128MiB", c.flows, c.workers)
		for _, kind := range c.kinds {
			t.Run(fmt.Sprintf("%d flows, workers %d, %s", c.flows, c.workers, kind.name), func(t *testing.T) {
				b := newBattle(t, kind, settings)
				for range 2 { // as much as ring and queue have room for, so that nothing need be dropped
					b.send(floodFrames() / 8)
					b.settle()
				}
				s := b.end()
				if s.Interfaces[0].Dropped != 0 || s.Device.Outputs[0].Counters.Dropped.Total().Records != 0 || s.Table.MostFlows > c.flows+c.workers {
					t.Fatalf("the kernel, the queue or the table had no room: %+v, %+v, %+v", s.Interfaces[0], s.Device.Outputs[0].Counters, s.Table)
				}
				b.checkSteady(c.records)
			})
		}
	}
}

// checkSteady holds the records of the steady flows against what was sent of them, and at most so many for each.
func (b *battle) checkSteady(most func(packets uint64) uint64) {
	t := b.device.t
	t.Helper()
	var records, packets, octets [steadyFlows]uint64
	for i := range b.steady {
		r := &b.steady[i]
		host := r.Src[3]
		records[host]++
		packets[host] += r.Packets
		octets[host] += r.Octets
	}
	for host := range records {
		want := b.steadyPackets(uint64(host))
		if packets[host] != want || octets[host] != steadyOctets*want || records[host] > most(want) {
			t.Errorf("steady flow %d: %d records of %d packets, %d octets; want %d records at most of %d packets, %d octets",
				host, records[host], packets[host], octets[host], most(want), want, steadyOctets*want)
		}
	}
}

// A frame of a flood costs some three times of an ordinary one at most: of one rotation, and the median of three where one
// is above it. The test allows for what else a machine does in the meantime.
func TestFloodCPU(t *testing.T) {
	if !wholeFloods() {
		t.Skip("make test-floods times floods, while nothing else is tested")
	}
	const settings, rounds, mostTimes = "memory-limit: 64MiB\nworkers: 1\nfragments: first", 3, 4
	kinds := floods()
	ratios := make([][]float64, len(kinds))
	for range rounds {
		normal := withstand(t, flood{"ordinary", ordinary}, settings, floodFrames())
		t.Logf("ordinary: %s", normal)
		for i, kind := range kinds {
			if len(ratios[i]) > 0 && median(ratios[i]) <= mostTimes {
				continue
			}
			got := withstand(t, kind, settings, floodFrames())
			ratios[i] = append(ratios[i], got.nanoseconds/normal.nanoseconds)
			t.Logf("%s: %.2f × ordinary: %s", kind.name, ratios[i][len(ratios[i])-1], got)
		}
	}
	for i, kind := range kinds {
		if m := median(ratios[i]); m > mostTimes {
			t.Errorf("%s: a frame costs %.2f times of an ordinary one (%.2f)", kind.name, m, ratios[i])
		}
	}
}

// filling are the kinds that take most memory.
func filling() []flood {
	return slices.DeleteFunc(floods(), func(f flood) bool {
		return !slices.Contains([]string{"SYN over IPv6", "first fragments", "fragments over IPv6"}, f.name)
	})
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[(len(sorted)-1)/2]
}
