package ipfix

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

// processID is the id of the metering and of the exporting process: there is one of each.
const processID = 1

// meteringStatisticsFields is the Metering Process Statistics Options Template (RFC 7011 §4.1).
func meteringStatisticsFields() []wire.Field {
	return []wire.Field{
		{ID: ie.ObservationDomainId, Length: 4}, // scope
		{ID: ie.MeteringProcessId, Length: 4},   // scope
		{ID: ie.ExportedMessageTotalCount, Length: 8},
		{ID: ie.ExportedFlowRecordTotalCount, Length: 8},
		{ID: ie.ExportedOctetTotalCount, Length: 8},
	}
}

// exported is what was sent before a message.
type exported struct {
	messages, flowRecords, octets uint64
}

// appendMeteringStatistics appends what meteringStatisticsFields lists.
func appendMeteringStatistics(dst []byte, domain uint32, n exported) []byte {
	dst = binary.BigEndian.AppendUint32(dst, domain)
	dst = binary.BigEndian.AppendUint32(dst, processID)
	dst = binary.BigEndian.AppendUint64(dst, n.messages)
	dst = binary.BigEndian.AppendUint64(dst, n.flowRecords)
	return binary.BigEndian.AppendUint64(dst, n.octets)
}

// meteringReliabilityFields is the Metering Process Reliability Statistics Options Template
// (RFC 7011 §4.2). The two times are those of the first and of the last packet ignored.
func meteringReliabilityFields() []wire.Field {
	return []wire.Field{
		{ID: ie.ObservationDomainId, Length: 4}, // scope
		{ID: ie.MeteringProcessId, Length: 4},   // scope
		{ID: ie.IgnoredPacketTotalCount, Length: 8},
		{ID: ie.IgnoredOctetTotalCount, Length: 8},
		{ID: ie.ObservationTimeMilliseconds, Length: 8},
		{ID: ie.ObservationTimeMilliseconds, Length: 8},
	}
}

// appendMeteringReliability appends what meteringReliabilityFields lists.
func appendMeteringReliability(dst []byte, domain uint32, s *exporter.Statistics) []byte {
	dst = binary.BigEndian.AppendUint32(dst, domain)
	dst = binary.BigEndian.AppendUint32(dst, processID)
	dst = binary.BigEndian.AppendUint64(dst, s.IgnoredPackets)
	dst = binary.BigEndian.AppendUint64(dst, s.IgnoredOctets)
	dst = binary.BigEndian.AppendUint64(dst, wire.Milliseconds(s.FirstIgnored))
	return binary.BigEndian.AppendUint64(dst, wire.Milliseconds(s.LastIgnored))
}
