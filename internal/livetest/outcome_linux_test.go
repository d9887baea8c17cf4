package livetest

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/agent"
)

// flow is a packet of one of many flows.
func flow(n uint32) []byte {
	f := udp(0)
	binary.BigEndian.PutUint32(f[26:], 10<<24|n&0xffffff)
	return f
}

// flows sends a packet of each of n flows, from the first on, and waits until they were read. Read is how many frames
// were read before.
func (d *device) flows(first, n int, read uint64) uint64 {
	d.t.Helper()
	from := d.ns.Sender("v0")
	for i := range n {
		from.Send(flow(uint32(first + i)))
	}
	d.untilRead(read + uint64(n))
	return read + uint64(n)
}

// outputs sums up the outputs of a kind.
func outputs(all []agent.OutputStatus, kind string) exporter.Counters {
	var sum exporter.Counters
	for i := range all {
		if all[i].Kind == kind {
			sum = sum.Plus(all[i].Counters)
		}
	}
	return sum
}
