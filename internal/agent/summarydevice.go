package agent

import (
	"fmt"
	"io"
	"slices"

	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/human"
)

// DeviceSummary is what a FlowLog changed in the course of a run.
type DeviceSummary struct {
	// FlowLogId is the one in force at the end.
	FlowLogId string `json:"FlowLogId"`
	// Generations are the newest configurations that were in force, the last one last, and All how many
	// there were; the first of all is the time before there was one.
	Generations []Generation `json:"generations"`
	All         int          `json:"all-generations"`
	// Wrong is how many of all had a sum that doesn't hold.
	Wrong int `json:"wrong-generations"`
	// Outputs are those of Summary.Outputs, with their times in force.
	Outputs []OutputStatus `json:"outputs"`
	// Without are records that left the table while there was no output of a kind, by kind.
	Without map[string]exporter.Sum `json:"without"`
	// LogService is what became of what outputs to Log Service and earlier runs left behind, nil where
	// there was nothing of the kind.
	LogService *LogServiceStatus `json:"log-service,omitempty"`
}

// summary is called when all is closed.
func (d *device) summary() *DeviceSummary {
	l := &d.ledger
	service, _ := d.service.status()
	l.mu.Lock()
	defer l.mu.Unlock()
	return &DeviceSummary{
		FlowLogId: l.now.FlowLogId, Generations: slices.Clone(l.closed), All: l.now.Generation + 1, Wrong: l.wrong,
		Outputs: d.r.outputs.states(), Without: l.without, LogService: service,
	}
}

// sums are the equations of each generation, of each output, and of all outputs together.
func (d *DeviceSummary) sums(table *TableSummary) []Sum {
	var all []Sum
	for i := range d.Generations {
		g := d.Generations[i].Sum
		g.What = fmt.Sprintf("generation %d: %s", d.Generations[i].Generation, g.What)
		all = append(all, g)
	}
	all = append(all, sum("generations = those whose sum holds", uint64(d.All), uint64(d.All-d.Wrong)))
	for i := range d.Outputs {
		o := &d.Outputs[i]
		all = append(all, fates(o.name(), o.Due, &o.Counters, o.spools())...)
		all = append(all, sum(o.name()+": records due = put", o.Due.Records, o.Counters.Put.Records))
	}
	for _, part := range outputParts {
		all = append(all, d.sumsOf(kindOf(part), table)...)
	}
	if d.LogService != nil {
		all = append(all, d.LogService.sums()...)
	}
	return all
}

// sumsOf are the equations of all outputs of one kind.
func (d *DeviceSummary) sumsOf(kind string, table *TableSummary) []Sum {
	put := d.Without[kind]
	for i := range d.Outputs {
		if o := &d.Outputs[i]; o.Kind == kind {
			put = put.Plus(o.Counters.Put)
		}
	}
	return []Sum{
		sum("records of the table = put to outputs of kind "+kind+" + without one", table.Records, put.Records),
		sum("packets likewise", table.RecordPackets, put.Packets),
		sum("octets likewise", table.RecordOctets, put.Octets),
	}
}

// spools says that the output leaves on disk what is not acknowledged.
func (o *OutputStatus) spools() bool { return o.Kind == kindOf(plan.SLSPart) }

// name tells outputs of one name apart by the generations in which they were in force.
func (o *OutputStatus) name() string {
	switch {
	case o.Kind == commandLine:
		return o.Counters.Output
	case o.Until == 0:
		return fmt.Sprintf("%s (from generation %d)", o.Counters.Output, o.From)
	case o.Until == o.From:
		return fmt.Sprintf("%s (generation %d)", o.Counters.Output, o.From)
	}
	return fmt.Sprintf("%s (generations %d to %d)", o.Counters.Output, o.From, o.Until)
}

// print writes a line for each generation.
func (d *DeviceSummary) print(w io.Writer) {
	if left := d.All - len(d.Generations); left > 0 {
		fmt.Fprintf(w, "generations\t%s before these\n", human.Number(uint64(left)))
	}
	for i := range d.Generations {
		g := &d.Generations[i]
		fmt.Fprintf(w, "generation %d\t%s: %s counted, %s inactive, %s\n", g.Generation, g.Changed,
			human.Number(g.Counted), human.Number(g.Inactive), human.Count(g.Records.Records, "record"))
	}
}
