package netflow5

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/netsampler/goflow2/v2/decoders/netflowlegacy"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
	"github.com/sagflow/sagflow/flowtable"
)

// TestSampling is sampling_interval, the header's last two octets: mode 1 in the top 2 bits, the interval in
// the others.
func TestSampling(t *testing.T) {
	for n, want := range map[int]uint16{0: 0, 1: 0, 2: 0x4002, 100: 0x4064, exporter.MaxSampling: 0x7fff} {
		e := New(exporter.EncoderOptions{Sampling: n})
		s := wiretest.One(t, e, nil, 1472, exporter.Moment{Clock: now * 1e9}, []flowtable.Record{wiretest.TCP()})
		if got := binary.BigEndian.Uint16(s.Octets[22:]); got != want {
			t.Errorf("one in %d: %#04x, want %#04x", n, got, want)
		}
		var p netflowlegacy.PacketNetFlowV5
		if err := netflowlegacy.DecodeMessageVersion(bytes.NewBuffer(s.Octets), &p); err != nil {
			t.Fatal(err)
		}
		if p.SamplingInterval != want || p.Records[0].DPkts != 3 {
			t.Errorf("one in %d: goflow2 has %#04x, %d packets; want %#04x and 3, not scaled", n, p.SamplingInterval, p.Records[0].DPkts, want)
		}
	}
}
