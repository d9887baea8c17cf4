package ipfix

import (
	"flag"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

var update = flag.Bool("update", false, "write the octets of the golden messages anew")

// TestGolden is two messages: the first of a session, with a flow of each kind, and one with
// statistics and a flow.
func TestGolden(t *testing.T) {
	e := New(exporter.EncoderOptions{
		Domain: 258, StatisticsInterval: time.Minute,
		Statistics: func() exporter.Statistics {
			return exporter.Statistics{
				IgnoredPackets: 7, IgnoredOctets: 420,
				FirstIgnored: wiretest.Start().UnixNano(), LastIgnored: wiretest.Start().Add(time.Second).UnixNano(),
			}
		},
	})
	e.now.sequence = 1000
	moment := exporter.Moment{Clock: wiretest.Start().UnixNano(), Wall: time.Unix(0, 0)}
	records := []flowtable.Record{wiretest.TCP(), wiretest.Ping(), wiretest.UDP6(), wiretest.Ping6()}
	first := wiretest.One(t, e, nil, 1472, moment, records)
	moment.Wall = moment.Wall.Add(time.Minute)
	second := wiretest.One(t, e, nil, 1472, moment, records[:1])
	wiretest.Golden(t, "testdata/first.golden", first.Octets, *update)
	wiretest.Golden(t, "testdata/statistics.golden", second.Octets, *update)
}
