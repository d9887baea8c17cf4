package operation

import (
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/agent"
)

func tableSection() section {
	return section{
		"Flow table",
		"Counted packets = sagflow_record_packets_total + sagflow_table_packets. End reasons are those of IPFIX: `lack` means that the table was full, so that the flow which was idle for longest had to leave.",
		append(tableFamilies(), recordFamilies()...),
	}
}

func tableFamilies() []family {
	return []family{
		{
			"table_flows", gauge, flows, "Flows in the table", nil,
			total(func(a *agent.Account) int { return a.Flows }),
		},
		{
			"table_flows_highest", gauge, flows, "Highest number of flows there was since the start; of several workers, the sum of theirs", nil,
			total(func(a *agent.Account) int { return a.MostFlows }),
		},
		{
			"table_flows_limit", gauge, flows, "Highest number of flows there may be", nil,
			total(func(a *agent.Account) int { return a.MaxFlows }),
		},
		{
			"table_packets", gauge, packets, "Packets in the flows of the table", nil,
			total(func(a *agent.Account) uint64 { return a.InTable }),
		},
	}
}

// endReasons are those that a record can end for.
func endReasons() []string {
	var all []string
	for e := flowtable.IdleTimeout; e <= flowtable.EndOfInput; e++ {
		all = append(all, e.String())
	}
	return all
}

func recordFamilies() []family {
	all := []family{
		{
			"records_total", counter, records, "Records that left the table, by end reason",
			[]string{"reason"},
			ofAccount(func(a *agent.Account, put put) { each(endReasons(), a.Ended, put) }),
		},
		{
			"record_packets_total", counter, packets, "Packets in records that left the table", nil,
			total(func(a *agent.Account) uint64 { return a.Records.Packets }),
		},
		{
			"record_bytes_total", counter, octets, "Layer-3 octets in records that left the table", nil,
			total(func(a *agent.Account) uint64 { return a.Records.Octets }),
		},
	}
	for _, m := range measures() {
		all = append(all, family{
			"unclaimed_" + m.name + "_total", counter, m.unit,
			"Records that left the table while there was no output of a kind" + m.in,
			[]string{"kind"},
			ofAccount(func(a *agent.Account, put put) {
				for _, kind := range flowLogKinds() {
					put(float64(m.of(a.Without[kind])), kind)
				}
			}),
		})
	}
	return all
}

// measure is one of the three ways to count records.
type measure struct {
	name string
	unit unit
	in   string // how help goes on
	of   func(exporter.Sum) uint64
}

func measures() []measure {
	return []measure{
		{"records", records, "", func(s exporter.Sum) uint64 { return s.Records }},
		{"packets", packets, ": the packets in them", func(s exporter.Sum) uint64 { return s.Packets }},
		{"bytes", octets, ": the layer-3 octets in them", func(s exporter.Sum) uint64 { return s.Octets }},
	}
}
