package netflow9

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

const (
	// scopeSystem is the scope field type "System" (RFC 3954 §6.1).
	scopeSystem = 1
	// deterministic is SAMPLING_ALGORITHM 1, deterministic sampling (RFC 3954 §8).
	deterministic = 1
)

// samplingFields is the options template of how packets are sampled (RFC 3954 §6.1): IANA has newer elements
// for it, but these are V9's own (§8) and those that its collectors read.
func samplingFields() []wire.Field {
	return []wire.Field{
		{ID: scopeSystem, Length: 4}, // scope
		{ID: ie.SamplingInterval, Length: 4},
		{ID: ie.SamplingAlgorithm, Length: 1},
	}
}

// appendSampling appends a data FlowSet with what samplingFields lists (RFC 3954 §6.2). The system is the
// source id.
func (e *Encoder) appendSampling(dst []byte) []byte {
	start := len(dst)
	dst = wire.AppendSet(dst, e.layout.Templates[sampling].ID)
	dst = binary.BigEndian.AppendUint32(dst, e.options.Domain)
	dst = binary.BigEndian.AppendUint32(dst, uint32(e.options.Sampling))
	dst = append(dst, deterministic)
	return e.layout.CloseSet(dst, start)
}
