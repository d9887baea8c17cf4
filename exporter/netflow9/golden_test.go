package netflow9

import (
	"flag"
	"testing"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

var update = flag.Bool("update", false, "write the octets of the golden datagrams anew")

// TestGolden is two datagrams: the first of a session, with a flow of each kind, and one in which a
// flow of 54 years brings its template.
func TestGolden(t *testing.T) {
	e := New(exporter.EncoderOptions{Domain: 258, KeyVLAN: true})
	e.now.sequence = 1000
	moment := exporter.Moment{Clock: wiretest.Start().UnixNano()}
	records := []flowtable.Record{wiretest.TCP(), wiretest.Ping(), wiretest.UDP6(), wiretest.Ping6()}
	first := wiretest.One(t, e, nil, 1472, moment, records)
	second := wiretest.One(t, e, nil, 1472, moment, []flowtable.Record{long(wiretest.TCP())})
	wiretest.Golden(t, "testdata/first.golden", first.Octets, *update)
	wiretest.Golden(t, "testdata/long.golden", second.Octets, *update)
}
