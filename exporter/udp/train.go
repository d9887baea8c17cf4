package udp

import (
	"syscall"

	"github.com/sagflow/sagflow/exporter"
)

// Bounds of a train: 64 is the least UDP_MAX_SEGMENTS of any kernel that has it; beyond some 16
// datagrams nothing is gained, and collectors' buffers hold some 90.
const (
	maxSegments = 16
	maxTrain    = 64000
)

var _ exporter.TrainSink = (*Transport)(nil)

// MaxTrain implements exporter.TrainSink: it is 1 unless Options.Trains is set and the system can.
func (t *Transport) MaxTrain(size int) int {
	if !hasSegments || !t.options.Trains || t.trainless {
		return 1
	}
	return min(maxSegments, maxTrain/max(1, size))
}

// SendTrain implements exporter.TrainSink. It doesn't wait for room and opens no new socket: Send
// does, with which the caller goes on after an error.
func (t *Transport) SendTrain(datagrams []byte, size int) error {
	if t.socket == nil {
		return t.failFor(exporter.DropFailed, syscall.ENOTCONN)
	}
	err := t.socket.sendSegments(datagrams, size)
	if err == nil {
		t.stuck = false
		return nil
	}
	switch errno(err) {
	case syscall.EINVAL, syscall.EIO, syscall.EOPNOTSUPP, syscall.ENOPROTOOPT:
		// No UDP_SEGMENT, no checksum offload, or IPsec on the way (net/ipv4/udp.c).
		t.trainless = true
	}
	return t.failFor(reasonOf(errno(err)), err)
}

// SendFragmented implements exporter.TrainSink.
func (t *Transport) SendFragmented(datagram []byte) error {
	if t.socket == nil {
		return t.failFor(exporter.DropFailed, syscall.ENOTCONN)
	}
	if err := t.socket.sendFragmented(datagram); err != nil {
		return t.fail(err)
	}
	return nil
}
