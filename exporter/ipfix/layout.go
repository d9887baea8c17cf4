package ipfix

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
)

// The kinds of options records, after those of flows. The templates of the first three are sent with
// every round, that of the others once there is something to send.
const (
	meteringStatistics = wire.FlowKinds + iota
	meteringReliability
	exportingReliability
	interfaces
	sampling
	kinds
)

// statisticsKinds are the options records of statistics.
const statisticsKinds = wire.Mask(1<<meteringStatistics | 1<<meteringReliability | 1<<exportingReliability)

// Set ids of RFC 7011 §3.3.2.
const (
	templateSet = 2
	optionsSet  = 3
)

// baseKinds are those of which the templates are sent with every round.
const baseKinds = statisticsKinds | wire.Mask(1<<wire.FlowKinds-1)

// shapeOf is which fields flows have by the options.
func shapeOf(o exporter.EncoderOptions) wire.Shape {
	return wire.Shape{VLAN: o.KeyVLAN, NoDirection: o.NoDirection}
}

// newLayout returns the templates: the four kinds of flows and those of options. Sets are not padded: RFC 7011 §3.3.1 leaves it to the exporter.
func newLayout(shape wire.Shape) *wire.Layout {
	templates := make([]wire.Template, kinds)
	for k := range wire.FlowKinds {
		templates[k] = wire.Template{Fields: wire.FlowFields(k, nil, shape)}
	}
	templates[meteringStatistics] = wire.Template{Scope: 2, Fields: meteringStatisticsFields()}
	templates[meteringReliability] = wire.Template{Scope: 2, Fields: meteringReliabilityFields()}
	templates[exportingReliability] = wire.Template{Scope: 1, Fields: exportingReliabilityFields()}
	templates[interfaces] = wire.Template{Scope: 1, Alone: true, Fields: interfaceFields()}
	templates[sampling] = wire.Template{Scope: 1, Alone: true, Fields: samplingFields()}
	for k := range templates {
		templates[k].ID = wire.TemplateID(k, shape)
	}
	return wire.NewLayout(wire.Layout{
		HeaderLength: headerLength,
		TemplateSet:  templateSet,
		OptionsSet:   optionsSet,
		Align:        1,
		Templates:    templates,
	})
}
