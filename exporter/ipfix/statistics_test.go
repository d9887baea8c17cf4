package ipfix

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/ie"
)

// reported are statistics in which all numbers differ.
func reported() exporter.Statistics {
	return exporter.Statistics{
		IgnoredPackets: 1, IgnoredOctets: 2, FirstIgnored: 3_999_999, LastIgnored: 4_000_000,
		NotSentFlows: 5, NotSentPackets: 6, NotSentOctets: 7, FirstNotSent: 8e6, LastNotSent: -1,
	}
}

// TestStatistics decodes the three options records.
func TestStatistics(t *testing.T) {
	o := options()
	o.StatisticsInterval, o.Statistics = time.Minute, reported
	e, c := New(o), newCollector(t)
	octets := 0
	for i := range 3 {
		s := wiretest.One(t, e, nil, 1472, at(time.Duration(i)*time.Second), wiretest.Mix(5))
		if len(c.read(s.Octets).statistics) != 0 {
			t.Errorf("message %d has statistics", i)
		}
		octets += len(s.Octets)
	}
	m := c.read(wiretest.One(t, e, nil, 1472, at(time.Minute), wiretest.Mix(5)).Octets)
	want := []statistic{
		{
			260,
			[]value{{ie.ObservationDomainId, 258}, {ie.MeteringProcessId, 1}},
			[]value{{ie.ExportedMessageTotalCount, 3}, {ie.ExportedFlowRecordTotalCount, 15}, {ie.ExportedOctetTotalCount, uint64(octets)}},
		},
		{
			261,
			[]value{{ie.ObservationDomainId, 258}, {ie.MeteringProcessId, 1}},
			[]value{{ie.IgnoredPacketTotalCount, 1}, {ie.IgnoredOctetTotalCount, 2}, {ie.ObservationTimeMilliseconds, 3}, {ie.ObservationTimeMilliseconds, 4}},
		},
		{
			262,
			[]value{{ie.ExportingProcessId, 1}},
			[]value{{ie.NotSentFlowTotalCount, 5}, {ie.NotSentPacketTotalCount, 6}, {ie.NotSentOctetTotalCount, 7}, {ie.ObservationTimeMilliseconds, 8}, {ie.ObservationTimeMilliseconds, 0}},
		},
	}
	if diff := cmp.Diff(want, m.statistics, cmp.AllowUnexported(statistic{})); diff != "" {
		t.Errorf("statistics (-want +got):\n%s", diff)
	}
	if len(m.flows) != 5 {
		t.Errorf("%d flows beside the statistics, want 5", len(m.flows))
	}
}

// TestStatisticsAreRegular: at whole intervals since the session's start, a late one does not shift
// the next.
func TestStatisticsAreRegular(t *testing.T) {
	o := options()
	o.StatisticsInterval = time.Minute
	e, c := New(o), newCollector(t)
	tests := []struct {
		at   time.Duration
		want int
	}{
		{10 * time.Second, 0}, // the session's start
		{69 * time.Second, 0},
		{75 * time.Second, 3}, // 5 s late
		{129 * time.Second, 0},
		{130 * time.Second, 3},
		{310 * time.Second, 3}, // missed some
		{369 * time.Second, 0},
		{370 * time.Second, 3},
	}
	for i, tt := range tests {
		records := repeat(i%2, wiretest.TCP()) // with and without records
		got := 0
		if s := wiretest.One(t, e, nil, 1472, at(tt.at), records); len(s.Octets) > 0 {
			got = len(c.read(s.Octets).statistics)
		}
		if got != tt.want {
			t.Errorf("at %v: %d statistics, want %d", tt.at, got, tt.want)
		}
	}
}

// finish exports the records with Final and then calls for the rest; it returns how many flows were
// in messages after and including the first with statistics, and how many statistics there were.
func finish(t *testing.T, e *Encoder, limit int, records []flowtable.Record) (after, statistics int) {
	t.Helper()
	c := newCollector(t)
	moment := at(time.Hour)
	moment.Final = true
	for range 1000 {
		s := wiretest.One(t, e, nil, limit, moment, records)
		if len(s.Octets) == 0 {
			return after, statistics
		}
		m := c.read(s.Octets)
		if statistics > 0 {
			after += len(m.flows)
		}
		statistics += len(m.statistics)
		records = records[s.Taken:]
	}
	t.Fatal("no end")
	return 0, 0
}

// TestLastStatistics come once, in the last message or after it, at every limit.
func TestLastStatistics(t *testing.T) {
	for _, n := range []int{0, 1, 5, 40} {
		for limit := New(options()).MinLimit(); limit < 1500; limit += 13 {
			o := options()
			o.TemplatePackets, o.TemplateInterval = 1, 1
			after, statistics := finish(t, New(o), limit, wiretest.Mix(n))
			if after != 0 || statistics != 3 {
				t.Errorf("%d records, limit %d: %d flows after the last statistics, %d statistics", n, limit, after, statistics)
			}
		}
	}
}

// TestLastStatisticsBesideTheDue: what fell due before the end is not sent twice in one message.
func TestLastStatisticsBesideTheDue(t *testing.T) {
	o := options()
	o.StatisticsInterval = time.Minute
	e := New(o)
	c := newCollector(t)
	c.read(wiretest.One(t, e, nil, 1472, at(0), wiretest.Mix(4)).Octets)
	moment := at(time.Minute)
	moment.Final = true
	if m := c.read(wiretest.One(t, e, nil, 1472, moment, wiretest.Mix(4)).Octets); len(m.statistics) != 3 || len(m.flows) != 4 {
		t.Errorf("%d statistics and %d flows, want 3 and 4", len(m.statistics), len(m.flows))
	}
	if enc := e.Append(nil, 1472, moment, nil); len(enc.Datagram) != 0 {
		t.Error("the last statistics come twice")
	}
}

func TestStatisticsWithoutSource(t *testing.T) {
	moment := at(0)
	moment.Final = true
	m := newCollector(t).read(wiretest.One(t, New(options()), nil, 1472, moment, nil).Octets)
	if len(m.statistics) != 3 || m.statistics[1].values[0].N != 0 {
		t.Errorf("statistics %+v, want three of zeros", m.statistics)
	}
}

// TestRetractedMessages: what was not sent keeps its sequence number and is not reported as exported.
func TestRetractedMessages(t *testing.T) {
	e, c := New(options()), newCollector(t)
	var octets uint64
	for i := range 4 {
		s := wiretest.One(t, e, nil, 1472, at(time.Second), wiretest.Mix(5))
		c.read(s.Octets)
		if i%2 == 1 {
			e.Retract()
			continue
		}
		octets += uint64(len(s.Octets))
	}
	final := at(time.Second)
	final.Final = true
	m := c.read(wiretest.One(t, e, nil, 1472, final, nil).Octets)
	want := []value{{ie.ExportedMessageTotalCount, 2}, {ie.ExportedFlowRecordTotalCount, 10}, {ie.ExportedOctetTotalCount, octets}}
	if diff := cmp.Diff(want, m.statistics[0].values, cmp.AllowUnexported(value{})); diff != "" {
		t.Errorf("exported (-want +got):\n%s", diff)
	}
	if e.now.sequence != 4*5+3 {
		t.Errorf("sequence %d, want 23", e.now.sequence)
	}
}
