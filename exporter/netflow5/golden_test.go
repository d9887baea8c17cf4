package netflow5

import (
	"flag"
	"testing"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

var update = flag.Bool("update", false, "write the octets of the golden datagrams anew")

// TestGolden is one datagram: a TCP flow, a ping, and a TCP flow in two parts.
func TestGolden(t *testing.T) {
	big := wiretest.TCP()
	big.Packets, big.Octets, big.Input, big.Output = 5, 1<<32+1, 65535, 65536
	records := []flowtable.Record{wiretest.TCP(), wiretest.UDP6(), wiretest.Ping(), big}
	e := New(exporter.EncoderOptions{Domain: 0x0102})
	e.now.sequence = 1000
	s := wiretest.One(t, e, nil, 1472, exporter.Moment{Clock: wiretest.Start().UnixNano()}, records)
	wiretest.Golden(t, "testdata/v5.golden", s.Octets, *update)
}
