package udp

import (
	"context"
	"encoding/binary"
	"net"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// idEncoder writes each record's First, 8 octets.
type idEncoder struct{}

func (idEncoder) Append(dst []byte, limit int, _ exporter.Moment, rs []flowtable.Record) exporter.Encoded {
	n := min(len(rs), limit/8)
	for i := range rs[:n] {
		dst = binary.BigEndian.AppendUint64(dst, uint64(rs[i].First))
	}
	return exporter.Encoded{Datagram: dst, Taken: n, FlowRecords: n}
}

func (idEncoder) Commit()                {}
func (idEncoder) Capacity(limit int) int { return limit / 8 }
func (idEncoder) MinLimit() int          { return 8 }

func session(t *testing.T, options Options) *exporter.Session {
	t.Helper()
	tr, err := Dial(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	encoder := func(exporter.EncoderOptions) (exporter.Encoder, error) { return idEncoder{}, nil }
	s, err := exporter.NewSession(encoder, tr, exporter.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Run(context.Background()) }()
	return s
}

// send puts records and waits until they have a fate.
func send(t *testing.T, s *exporter.Session, from, to int64) {
	t.Helper()
	b := &exporter.Batch{}
	for id := from; id < to; id++ {
		b.Records = append(b.Records, flowtable.Record{First: id, Packets: 1, Octets: 40, IPVersion: 4})
	}
	if err := s.Put(context.Background(), b); err != nil {
		t.Error(err)
	}
	if err := s.Flush(context.Background()); err != nil {
		t.Error(err)
	}
	for s.Counters().Queued.Records > 0 {
		runtime.Gosched()
	}
}

func received(t *testing.T, conn *net.UDPConn, count int) []int64 {
	t.Helper()
	var all []int64
	for len(all) < count {
		b, _ := receive(t, conn)
		for ; len(b) > 0; b = b[8:] {
			all = append(all, int64(binary.BigEndian.Uint64(b)))
		}
	}
	return all
}

func TestSessionOutlivesItsCollector(t *testing.T) {
	collector := listen(t, "127.0.0.1:0")
	address := collector.LocalAddr().String()
	s := session(t, Options{Address: address})
	send(t, s, 0, 3)
	if diff := cmp.Diff([]int64{0, 1, 2}, received(t, collector, 3)); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
	_ = collector.Close()
	for id := int64(3); id < 10; id++ {
		send(t, s, id, id+1)
	}
	again := listen(t, address)
	send(t, s, 10, 12)
	send(t, s, 12, 14)
	if diff := cmp.Diff([]int64{10, 11, 12, 13}, received(t, again, 4)); diff != "" {
		t.Errorf("received by the collector that came back (-want +got):\n%s", diff)
	}
	if err := s.Finish(context.Background()); err != nil {
		t.Error(err)
	}
	c := s.Counters()
	if !c.Balanced() || c.Put.Records != 14 || c.Queued.Records != 0 || c.Resent == 0 {
		t.Errorf("counters %+v", c)
	}
}
