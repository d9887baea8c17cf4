package ipfix

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

const (
	// selectorID is the id of the one selector that there is.
	selectorID = 1
	// systematicCount is selectorAlgorithm 1, systematic count-based sampling (RFC 5477 §8.2.1).
	systematicCount = 1
)

// samplingFields is the options template of how packets are sampled: the Selector Report Interpretation
// (RFC 5476 §6.5.2) with what systematic count-based sampling requires (§6.5.2.1).
func samplingFields() []wire.Field {
	return []wire.Field{
		{ID: ie.SelectorId, Length: 8}, // scope
		{ID: ie.SelectorAlgorithm, Length: 2},
		{ID: ie.SamplingPacketInterval, Length: 4},
		{ID: ie.SamplingPacketSpace, Length: 4},
	}
}

// appendSampling appends a data set with what samplingFields lists: one packet is selected, and the rest
// of the n is the space to the next.
func (e *Encoder) appendSampling(dst []byte) []byte {
	start := len(dst)
	dst = wire.AppendSet(dst, e.layout.Templates[sampling].ID)
	dst = binary.BigEndian.AppendUint64(dst, selectorID)
	dst = binary.BigEndian.AppendUint16(dst, systematicCount)
	dst = binary.BigEndian.AppendUint32(dst, 1)
	dst = binary.BigEndian.AppendUint32(dst, uint32(e.options.Sampling-1))
	return e.layout.CloseSet(dst, start)
}
