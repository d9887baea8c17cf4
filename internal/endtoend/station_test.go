package endtoend

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"github.com/sagflow/sagflow/internal/collector"
)

// flow is what tells a record from all others: whose it is, and when.
type flow struct {
	src, dst         netip.Addr
	protocol         uint8
	srcPort, dstPort uint16
}

// record is a flow's record as it arrived. Times are in nanoseconds since 1970, whole milliseconds.
type record struct {
	flow
	first, last     int64
	packets, octets uint64
	flags, tos      uint8
	version         uint16 // of NetFlow
}

// total adds records up.
type total struct{ records, packets, octets uint64 }

func (s *total) add(packets, octets uint64) {
	s.records++
	s.packets += packets
	s.octets += octets
}

// station is a collector on loopback that keeps what it gets.
type station struct {
	name string
	port int
	end  func() collector.ServerSummary

	mu      sync.Mutex
	records []record
}

func startStation(t *testing.T, name, listen string) *station {
	t.Helper()
	s := &station{name: name}
	server := collector.NewServer(collector.ServerOptions{Listen: listen, Sink: s})
	at, err := server.Open()
	if err != nil {
		t.Fatal(err)
	}
	s.port = int(at.Port())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	s.end = sync.OnceValue(func() collector.ServerSummary {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		return server.Summary()
	})
	t.Cleanup(func() { s.end() })
	return s
}

// Write implements collector.Sink.
func (s *station) Write(flows []collector.Flow) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range flows {
		f := &flows[i]
		s.records = append(s.records, record{
			flow:  flow{f.SrcAddr(), f.DstAddr(), f.Protocol, f.SrcPort, f.DstPort},
			first: f.First, last: f.Last, packets: f.Packets, octets: f.Octets, flags: f.TCPFlags, tos: f.ToS, version: f.Version,
		})
	}
	return nil
}

// Flush and Close implement collector.Sink.
func (s *station) Flush() error { return nil }
func (s *station) Close() error { return nil }

func (s *station) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.records)
}

// all returns the records; it is called after end.
func (s *station) all() []record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records
}

func (s *station) total() total {
	var sum total
	for _, r := range s.all() {
		sum.add(r.packets, r.octets)
	}
	return sum
}

// next is a new collector on the same port, for a new run.
func (s *station) next(t *testing.T) *station {
	t.Helper()
	s.end()
	return startStation(t, s.name+", the next", fmt.Sprintf("127.0.0.1:%d", s.port))
}

// output is the name of an output to the station.
func (s *station) output(version string) string {
	return fmt.Sprintf("%s 127.0.0.1:%d", version, s.port)
}

// checkSessions says what is wrong with how the records came: a loss, data before its template, a session that
// goes on with the numbers of another.
func (s *station) checkSessions(t *testing.T) {
	t.Helper()
	sum := s.end()
	if n := sum.Socket.Dropped.Datagrams; n != 0 {
		t.Errorf("collector %s: the socket dropped %d datagrams: the sums say nothing", s.name, n)
	}
	if sum.Evicted != 0 || len(sum.Totals.Malformed) != 0 {
		t.Errorf("collector %s: %d sessions displaced, malformed: %v", s.name, sum.Evicted, sum.Totals.Malformed)
	}
	for i := range sum.Sessions {
		c := &sum.Sessions[i]
		if q := c.Sequence; q.Lost+q.Duplicates+q.Reordered+q.Restarts+q.Unpredicted != 0 {
			t.Errorf("collector %s, session %s V%d: the sequence has gaps: %+v", s.name, c.Exporter, c.Version, q)
		}
		if c.SetsWithoutTemplate+c.TemplatesReplaced+c.TemplatesRefused+c.CountMismatches+c.TrailingOctets != 0 {
			t.Errorf("collector %s, session %s V%d: data before its template, or odd datagrams: %+v", s.name, c.Exporter, c.Version, c.Counters)
		}
		if want := numbered(c); uint64(c.Sequence.Next) != want {
			t.Errorf("collector %s, session %s V%d: the next sequence number is %d after %d that count: it did not begin with 0",
				s.name, c.Exporter, c.Version, c.Sequence.Next, want)
		}
	}
}

// numbered is how much of what a session sent its sequence number counts (V5: records; V9: datagrams; IPFIX: data
// records, those of options too).
func numbered(c *collector.SessionSummary) uint64 {
	switch c.Version {
	case 9:
		return c.Datagrams
	case 10:
		return c.DataRecords + c.OptionsRecords
	default:
		return c.DataRecords
	}
}
