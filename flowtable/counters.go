package flowtable

// Counters are what a shard has counted. Packets = RecordPackets + the packets of the flows in the
// table, Octets likewise.
type Counters struct {
	// Packets and Octets were added.
	Packets, Octets uint64
	// Records counts ended records by EndReason.
	Records [reasonCount]uint64
	// RecordPackets and RecordOctets are in ended records.
	RecordPackets, RecordOctets uint64
	// Flows are in the table now; MostFlows is their highest number.
	Flows, MostFlows int
	// FragmentsUnmatched are later fragments whose first was not remembered; FragmentsForgotten are
	// first fragments that were forgotten before their time because the memory was full.
	FragmentsUnmatched, FragmentsForgotten uint64
}

// Add adds o's counts, to sum shards up.
func (c *Counters) Add(o *Counters) {
	c.Packets += o.Packets
	c.Octets += o.Octets
	for i, n := range o.Records {
		c.Records[i] += n
	}
	c.RecordPackets += o.RecordPackets
	c.RecordOctets += o.RecordOctets
	c.Flows += o.Flows
	c.MostFlows += o.MostFlows
	c.FragmentsUnmatched += o.FragmentsUnmatched
	c.FragmentsForgotten += o.FragmentsForgotten
}

// Ended returns the number of ended records.
func (c *Counters) Ended() uint64 {
	var n uint64
	for _, r := range c.Records {
		n += r
	}
	return n
}
