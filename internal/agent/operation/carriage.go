package operation

import "github.com/sagflow/sagflow/exporter"

func carriageSection() section {
	return section{
		"Outputs: datagrams and batches",
		"How records travel: in datagrams to collectors, in batches to Log Service.",
		append(datagramFamilies(), batchFamilies()...),
	}
}

func datagramFamilies() []family {
	all := counters(datagramKind, []count{
		{"datagrams", datagrams, "Datagrams that the system took", func(c *exporter.Counters) uint64 { return c.Datagrams }},
		{"datagram_bytes", octets, "Octets of payload in these datagrams", func(c *exporter.Counters) uint64 { return c.DatagramOctets }},
		{
			"flow_records", records, "Flow data records in these datagrams; in V5 a record is several where its counters are split",
			func(c *exporter.Counters) uint64 { return c.FlowRecords },
		},
		{"dropped_datagrams", datagrams, "Datagrams that were numbered and not sent", func(c *exporter.Counters) uint64 { return c.DatagramsDropped }},
		{
			"resent_datagrams", datagrams, "Datagrams that were sent again, as the first attempt told that an earlier one was lost",
			func(c *exporter.Counters) uint64 { return c.Resent },
		},
		{
			"shortened_datagrams", datagrams, "Datagrams that were made anew, as the path didn't carry them",
			func(c *exporter.Counters) uint64 { return c.Shortened },
		},
		{"clamped_records", records, "Records with a time that was moved, as the version can't carry it", func(c *exporter.Counters) uint64 { return c.Clamped }},
	})
	return append(all, family{
		"output_payload_limit_bytes", gauge, octets, "Largest payload of a datagram as known now; absent where no output in force has one",
		[]string{"kind"},
		func(v *view, put put) {
			for _, t := range v.totals {
				if t.payloadLimit > 0 {
					put(float64(t.payloadLimit), t.kind)
				}
			}
		},
	})
}

func batchFamilies() []family {
	return counters(batchKind, []count{
		{"batches", batches, "Log groups that Log Service acknowledged", func(c *exporter.Counters) uint64 { return c.Batches }},
		{"batch_bytes", octets, "Octets of these log groups, as sent", func(c *exporter.Counters) uint64 { return c.BatchOctets }},
		{
			"resent_batches", batches, "Log groups that were sent although they may have arrived before",
			func(c *exporter.Counters) uint64 { return c.BatchesResent },
		},
		{"resent_records", records, "Records in these: the most that may be there twice", func(c *exporter.Counters) uint64 { return c.ResentRecords }},
	})
}

// count is a counter of outputs.
type count struct {
	name string
	unit unit
	help string
	of   func(*exporter.Counters) uint64
}

// counters are families that only some kinds of outputs have.
func counters(of func(kind string) bool, counts []count) []family {
	var all []family
	for _, c := range counts {
		all = append(all, family{"output_" + c.name + "_total", counter, c.unit, c.help, []string{"kind"}, func(v *view, put put) {
			for i := range v.totals {
				if t := &v.totals[i]; of(t.kind) {
					put(float64(c.of(&t.Counters)), t.kind)
				}
			}
		}})
	}
	return all
}
