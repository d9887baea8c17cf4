package ipfix

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// appendMessage appends what is planned: header, templates, statistics, what goes with the templates,
// then a set for each kind of flow. The export time is not before clock.
func (e *Encoder) appendMessage(dst []byte, plan *wire.Plan, f filled, clock int64, records []flowtable.Record) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, headerLength)...)
	dst = e.layout.AppendTemplates(dst, plan.Templates())
	dst = e.appendStatistics(dst, plan)
	if f.sampling {
		dst = e.appendSampling(dst)
	}
	dst = e.appendInterfaces(dst, e.next.roster.Due()[:f.interfaces])
	for k := range wire.FlowKinds {
		if plan.Has(k) {
			dst = e.appendFlows(dst, k, records)
		}
	}
	h := header{
		length:     uint16(len(dst) - start),
		exportTime: uint32(wire.HeaderSecond(max(clock, f.last))),
		sequence:   e.next.sequence,
		domain:     e.options.Domain,
	}
	h.put(dst[start:])
	return dst
}

// appendFlows appends the data set of a kind of flow (RFC 7011 §3.4.3).
func (e *Encoder) appendFlows(dst []byte, kind int, records []flowtable.Record) []byte {
	start := len(dst)
	dst = wire.AppendSet(dst, e.layout.Templates[kind].ID)
	for i := range records {
		if int(e.kinds[i]) == kind {
			dst = e.appendRecord(dst, kind, &records[i])
		}
	}
	return e.layout.CloseSet(dst, start)
}

// appendStatistics appends a data set for each options record that is planned.
func (e *Encoder) appendStatistics(dst []byte, plan *wire.Plan) []byte {
	var s exporter.Statistics
	if e.options.Statistics != nil && (plan.Has(meteringReliability) || plan.Has(exportingReliability)) {
		s = e.options.Statistics()
	}
	for k := meteringStatistics; k <= exportingReliability; k++ {
		if !plan.Has(k) {
			continue
		}
		start := len(dst)
		dst = wire.AppendSet(dst, e.layout.Templates[k].ID)
		dst = e.appendOptions(dst, k, &s)
		dst = e.layout.CloseSet(dst, start)
	}
	return dst
}

// appendOptions appends the options record of the kind.
func (e *Encoder) appendOptions(dst []byte, kind int, s *exporter.Statistics) []byte {
	switch kind {
	case meteringStatistics:
		return appendMeteringStatistics(dst, e.options.Domain, e.next.exported)
	case meteringReliability:
		return appendMeteringReliability(dst, e.options.Domain, s)
	default:
		return appendExportingReliability(dst, s)
	}
}
