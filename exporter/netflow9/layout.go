package netflow9

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

// absolute is what makes of a kind of flow the same without times since boot.
const absolute = wire.FlowKinds

// flowKinds is how many kinds of records of flows there are.
const flowKinds = 2 * wire.FlowKinds

// The kinds of options records, after those of flows.
const (
	interfaces = flowKinds + iota
	sampling
	kinds
)

// Numbers of RFC 3954 §5.2.
const (
	templateFlowSet = 0
	optionsFlowSet  = 1
	alignment       = 4
)

// relativeFields are the times since boot. They stand before those since 1970, so that collectors
// that take the last they see take the one without wrap.
func relativeFields() []wire.Field {
	return []wire.Field{{ID: ie.FlowStartSysUpTime, Length: 4}, {ID: ie.FlowEndSysUpTime, Length: 4}}
}

// typeCodeFields are the type and the code of ICMPv6 one by one, behind the two in one (139): some
// collectors know only these in V9, nfdump 1.7.1 among them.
func typeCodeFields() []wire.Field {
	return []wire.Field{{ID: ie.IcmpTypeIPv6, Length: 1}, {ID: ie.IcmpCodeIPv6, Length: 1}}
}

// flowFields returns the table of a kind of flow.
func flowFields(kind int, relative bool, shape wire.Shape) []wire.Field {
	var times []wire.Field
	if relative {
		times = relativeFields()
	}
	fields := wire.FlowFields(kind, times, shape)
	if kind == wire.ICMPv6 {
		fields = append(fields, typeCodeFields()...)
	}
	return fields
}

// shapeOf is which fields flows have by the options.
func shapeOf(o exporter.EncoderOptions) wire.Shape {
	return wire.Shape{VLAN: o.KeyVLAN, NoDirection: o.NoDirection}
}

// newLayout returns the templates: the four kinds of flows, the four without times since boot, and those of
// options.
func newLayout(shape wire.Shape) *wire.Layout {
	templates := make([]wire.Template, kinds)
	for k := range wire.FlowKinds {
		templates[k] = wire.Template{
			ID:     wire.TemplateID(k, shape),
			Fields: flowFields(k, true, shape),
		}
		templates[k+absolute] = wire.Template{
			ID:     wire.TemplateID(k+absolute, shape),
			Fields: flowFields(k, false, shape),
		}
	}
	templates[interfaces] = wire.Template{ID: wire.TemplateID(interfaces, shape), Scope: 1, Alone: true, Fields: interfaceFields()}
	templates[sampling] = wire.Template{ID: wire.TemplateID(sampling, shape), Scope: 1, Alone: true, Fields: samplingFields()}
	return wire.NewLayout(wire.Layout{
		HeaderLength: headerLength,
		TemplateSet:  templateFlowSet,
		OptionsSet:   optionsFlowSet,
		V9Options:    true,
		Align:        alignment,
		Templates:    templates,
	})
}
