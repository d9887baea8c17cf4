package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/collector"
	"github.com/sagflow/sagflow/internal/testutil"
)

// station is a real collector on loopback that adds up what it gets.
type station struct {
	server           *collector.Server
	port             int
	packets, records atomic.Uint64
	stop             func() collector.ServerSummary
}

func newStation(t *testing.T) *station {
	t.Helper()
	s := &station{}
	s.server = collector.NewServer(collector.ServerOptions{Listen: "127.0.0.1:0", Sink: s})
	at, err := s.server.Open()
	if err != nil {
		t.Fatal(err)
	}
	s.port = int(at.Port())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.server.Run(ctx) }()
	s.stop = sync.OnceValue(func() collector.ServerSummary {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		return s.server.Summary()
	})
	t.Cleanup(func() { s.stop() })
	return s
}

// Write, Flush and Close implement collector.Sink.
func (s *station) Write(flows []collector.Flow) error {
	for i := range flows {
		s.packets.Add(flows[i].Packets)
	}
	s.records.Add(uint64(len(flows)))
	return nil
}
func (s *station) Flush() error { return nil }
func (s *station) Close() error { return nil }

// Packets flow from a looped capture as fast as it goes, to two real collectors, while the FlowLog
// changes: what both got, what V5 can't carry and what came while inactive is all there was.
func TestChangesAtFullSpeed(t *testing.T) {
	for _, workers := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) { changesAtFullSpeed(t, workers) })
	}
}

func changesAtFullSpeed(t *testing.T, workers int) {
	one, two := newStation(t), newStation(t)
	to := func(s *station, version string, active, inactive int) config.Desired {
		d := flowLogTo(version, s.port, active, inactive)
		d.FlowLog.NetflowServerIp = "127.0.0.1"
		return d
	}
	source := newScripted()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stderr bytes.Buffer
	r, err := NewReplay(ReplayOptions{
		Files: []string{testutil.Testdata(t, "demo.pcap")}, Loop: 0,
		Options: Options{
			MaxFlows: 100_000, Workers: workers, MTU: 1500, TemplatePackets: 8, ExportRate: 100_000, Stdout: io.Discard,
			Stderr: &stderr,
			Device: &DeviceOptions{Source: source, StateDirectory: t.TempDir()},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx, context.Background()) }()
	wants := []config.Desired{
		to(one, "V9", 300, 15), to(one, "V5", 300, 15), to(one, "V10", 300, 15), to(two, "V10", 300, 15), to(two, "V10", 60, 10),
		inactive(to(two, "V10", 60, 10)), to(two, "V10", 60, 10),
		{},
		to(one, "V9", 5, 1),
	}
	for _, want := range wants {
		if err := source.set(want); err != nil {
			t.Error(err)
		}
		wait(t, r.framesRead.Load()+5000, &r.framesRead)
	}
	cancel()
	if err := <-ended; !errors.Is(err, ErrInterrupted) {
		t.Errorf("error %v", err)
	}
	s := r.Summary()
	one.stop()
	two.stop()
	checkStations(t, s, one, two)
	if s.Inactive == 0 || len(s.Device.Generations) != len(wants)+1 {
		t.Errorf("%d packets were inactive in %d generations", s.Inactive, len(s.Device.Generations))
	}
}

func checkStations(t *testing.T, s *Summary, stations ...*station) {
	t.Helper()
	if !s.Exact {
		t.Errorf("the sums do not hold: %+v", s.Sums)
	}
	var packets, records, unexportable, sent uint64
	for _, st := range stations {
		sum := st.stop()
		packets, records = packets+st.packets.Load(), records+st.records.Load()
		if d := sum.Socket.Dropped.Datagrams; d != 0 {
			t.Errorf("the socket dropped %d datagrams: the test says nothing", d)
		}
		for _, c := range sum.Sessions {
			if q := c.Sequence; q.Lost+q.Duplicates+q.Reordered+q.Restarts+c.OctetsWithoutTemplate != 0 {
				t.Errorf("session %s version %d: %+v, %d octets without a template", c.Exporter, c.Version, q, c.OctetsWithoutTemplate)
			}
		}
	}
	for _, c := range s.Outputs {
		unexportable, sent = unexportable+c.Unexportable.IPv6.Packets, sent+c.FlowRecords
		if c.Dropped.Total().Records != 0 {
			t.Errorf("%s dropped %d records", c.Output, c.Dropped.Total().Records)
		}
	}
	if packets+unexportable != s.Counted || records != sent {
		t.Errorf("%d packets arrived + %d unexportable, %d were counted; %d records arrived, %d were sent", packets, unexportable, s.Counted, records, sent)
	}
}

// wait returns when a counter reaches n.
func wait(t *testing.T, n uint64, counter *atomic.Uint64) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); counter.Load() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d frames were read after 20 s, want %d", counter.Load(), n)
		}
	}
}
