package ipfix

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

// exportingReliabilityFields is the Exporting Process Reliability Statistics Options Template
// (RFC 7011 §4.3). The two times are those of the first and of the last record dropped.
func exportingReliabilityFields() []wire.Field {
	return []wire.Field{
		{ID: ie.ExportingProcessId, Length: 4}, // scope
		{ID: ie.NotSentFlowTotalCount, Length: 8},
		{ID: ie.NotSentPacketTotalCount, Length: 8},
		{ID: ie.NotSentOctetTotalCount, Length: 8},
		{ID: ie.ObservationTimeMilliseconds, Length: 8},
		{ID: ie.ObservationTimeMilliseconds, Length: 8},
	}
}

// appendExportingReliability appends what exportingReliabilityFields lists.
func appendExportingReliability(dst []byte, s *exporter.Statistics) []byte {
	dst = binary.BigEndian.AppendUint32(dst, processID)
	dst = binary.BigEndian.AppendUint64(dst, s.NotSentFlows)
	dst = binary.BigEndian.AppendUint64(dst, s.NotSentPackets)
	dst = binary.BigEndian.AppendUint64(dst, s.NotSentOctets)
	dst = binary.BigEndian.AppendUint64(dst, wire.Milliseconds(s.FirstNotSent))
	return binary.BigEndian.AppendUint64(dst, wire.Milliseconds(s.LastNotSent))
}
