package netflow9

import (
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// appendDatagram appends what is planned: header, templates, what goes with them, then a FlowSet for each
// kind of flow. last is the time that the header's may not be before.
func (e *Encoder) appendDatagram(dst []byte, plan *wire.Plan, f filled, clock, last int64, records []flowtable.Record) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, headerLength)...)
	dst = e.layout.AppendTemplates(dst, plan.Templates())
	if f.sampling {
		dst = e.appendSampling(dst)
	}
	dst = e.appendInterfaces(dst, e.next.roster.Due()[:f.interfaces])
	for k := range flowKinds {
		if plan.Has(k) {
			dst = e.appendFlowSet(dst, k, records)
		}
	}
	h := header{count: uint16(plan.Count()), sequence: e.next.sequence, source: e.options.Domain}
	h.seconds, h.uptime = e.next.boot.Header(clock, last)
	h.put(dst[start:])
	return dst
}

// appendFlowSet appends the data FlowSet of a kind (RFC 3954 §5.3).
func (e *Encoder) appendFlowSet(dst []byte, kind int, records []flowtable.Record) []byte {
	start := len(dst)
	dst = wire.AppendSet(dst, e.layout.Templates[kind].ID)
	for i := range records {
		if int(e.kinds[i]) == kind {
			dst = e.appendRecord(dst, kind, &records[i], e.next.boot)
		}
	}
	return e.layout.CloseSet(dst, start)
}
