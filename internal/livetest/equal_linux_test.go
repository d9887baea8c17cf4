package livetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// Live equals file: what is captured from a wire is what the oracle makes of the same packets in a file, with one
// worker and with two, by the ring and by gopacket.
func TestLiveEqualsFile(t *testing.T) {
	paths := append(testutil.Captures(t, testutil.Testdata(t, "")), testutil.Captures(t, testutil.Shared(t, "pcaps"))...)
	var frames [][]byte
	for _, path := range paths {
		frames = append(frames, framesOf(t, path)...)
	}
	// chunk is what the buffer of a socket without a ring holds, whatever the machine does meanwhile.
	const chunk = 2000
	for _, settings := range []string{"workers: 1", "workers: 2", "workers: 3\nsnap-length: 4096", "capture: gopacket"} {
		t.Run(settings, func(t *testing.T) {
			ns := testutil.NewNamespace(t)
			ns.Veth("v0", "v1")
			ns.Run(fmt.Sprintf("ip link set v0 mtu %d", mtu), fmt.Sprintf("ip link set v1 mtu %d", mtu))
			listen(t, ns)
			d := start(t, ns, 1, "interfaces: [v1]\n"+settings)
			from := ns.Sender("v0")
			var sent [][]byte
			all, size := frames, len(frames)
			if strings.Contains(settings, "gopacket") {
				all, size = frames[:10*chunk], chunk
			}
			for some := range slices.Chunk(all, size) {
				sent = append(sent, send(from, some)...)
				d.untilRead(uint64(len(sent)))
			}
			s, records := d.finish()
			truth := truthOf(t, sent)
			if s.Frames != uint64(len(sent)) || s.Counted != truth.Totals.Packets || s.NonIP != truth.Totals.NonIP || s.Malformed != truth.Totals.Malformed {
				t.Errorf("%d frames, %d counted, %d non-IP, %d malformed; want %d, %+v", s.Frames, s.Counted, s.NonIP, s.Malformed, len(sent), truth.Totals)
			}
			checkTruth(t, truth, records)
			t.Logf("%d of %d frames sent, %d flows", len(sent), len(frames), len(records))
		})
	}
}
