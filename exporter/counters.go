package exporter

import (
	"encoding/json"

	"github.com/sagflow/sagflow/flowtable"
)

// Sum counts records, and the packets and octets in them.
type Sum struct {
	Records uint64 `json:"records"`
	Packets uint64 `json:"packets"`
	Octets  uint64 `json:"octets"`
}

// SumOf adds records up.
func SumOf(records []flowtable.Record) Sum {
	s := Sum{Records: uint64(len(records))}
	for i := range records {
		s.Packets += records[i].Packets
		s.Octets += records[i].Octets
	}
	return s
}

// Plus returns the sum of both.
func (s Sum) Plus(t Sum) Sum {
	return Sum{s.Records + t.Records, s.Packets + t.Packets, s.Octets + t.Octets}
}

// Minus returns s without t.
func (s Sum) Minus(t Sum) Sum {
	return Sum{s.Records - t.Records, s.Packets - t.Packets, s.Octets - t.Octets}
}

// DropSums counts dropped records by reason.
type DropSums [dropReasons]Sum

// Total is the sum over all reasons.
func (d DropSums) Total() Sum {
	var t Sum
	for _, s := range d {
		t = t.Plus(s)
	}
	return t
}

// MarshalJSON writes an object with the reasons that occurred.
func (d DropSums) MarshalJSON() ([]byte, error) {
	reasons := make(map[string]Sum)
	for i, s := range d {
		if s != (Sum{}) {
			reasons[DropReason(i).String()] = s
		}
	}
	return json.Marshal(reasons)
}

// UnmarshalJSON reads what MarshalJSON writes; reasons it doesn't know count as failed.
func (d *DropSums) UnmarshalJSON(text []byte) error {
	var reasons map[string]Sum
	if err := json.Unmarshal(text, &reasons); err != nil {
		return err
	}
	*d = DropSums{}
	for name, s := range reasons {
		r := reasonNamed(name)
		d[r] = d[r].Plus(s)
	}
	return nil
}

func reasonNamed(name string) DropReason {
	for i, n := range dropReasonNames {
		if n == name {
			return DropReason(i)
		}
	}
	return DropFailed
}

// Unexportable counts records that the output's format can't carry, by reason.
type Unexportable struct {
	// IPv6 are IPv6 records in NetFlow V5.
	IPv6 Sum `json:"ipv6"`
}

// Counters is what became of the records that were put to an output. At any moment
//
//	Put + Recovered = Acknowledged + Queued + Spooled + SetAside + Unexportable + Dropped
//
// in records, packets and octets; after Finish Queued is zero. Only outputs with a spool have
// Recovered, Spooled and SetAside.
type Counters struct {
	// Output is the output's name.
	Output string `json:"output"`
	// Put is what was handed to the output.
	Put Sum `json:"put"`
	// Acknowledged is what arrived as far as can be known: for UDP, what the system took; a record
	// in several parts only if it took all of them.
	Acknowledged Sum `json:"acknowledged"`
	// Queued is what was put and has no fate yet.
	Queued Sum `json:"queued"`
	// Recovered is what was found in the spool, from an earlier run or from an output that has ended
	// and counts it under Spooled.
	Recovered Sum `json:"recovered,omitzero"`
	// Spooled is what waits on disk.
	Spooled Sum `json:"spooled,omitzero"`
	// SetAside is what the destination refused for good and what was set aside on disk therefore. What
	// becomes of it there, the spool counts; what is queued again from there is Recovered.
	SetAside Sum `json:"set-aside,omitzero"`
	// Unexportable is what the format can't carry.
	Unexportable Unexportable `json:"unexportable"`
	// Dropped is what was lost, by reason.
	Dropped DropSums `json:"dropped"`

	// Datagrams and DatagramOctets count what the system took, in octets of payload, and
	// FlowRecords the flow data records in it: one a record, in V5 more where counters are split.
	Datagrams      uint64 `json:"datagrams"`
	DatagramOctets uint64 `json:"datagram-octets"`
	FlowRecords    uint64 `json:"flow-records"`
	// DatagramsDropped were made, numbered and not sent.
	DatagramsDropped uint64 `json:"datagrams-dropped"`
	// Resent counts datagrams that were sent a second time because the first attempt reported
	// an earlier datagram's error. Each means that an earlier, acknowledged datagram was lost.
	Resent uint64 `json:"resent"`
	// Shortened counts datagrams that were made anew because the path didn't carry them.
	Shortened uint64 `json:"shortened"`
	// Clamped counts records with a time that was moved because the version can't carry it.
	Clamped uint64 `json:"clamped"`
	// PayloadLimit is the largest payload of a datagram in octets as known now.
	PayloadLimit int `json:"payload-limit"`

	// Batches and BatchOctets count the log groups that Log Service acknowledged, in octets as sent.
	Batches     uint64 `json:"batches,omitzero"`
	BatchOctets uint64 `json:"batch-octets,omitzero"`
	// BatchesResent counts log groups that were sent although they may have arrived before, and
	// ResentRecords what was in them: the most that may be there twice. They are those after an attempt
	// of which nobody knows how it ended, and those that were recovered.
	BatchesResent uint64 `json:"batches-resent,omitzero"`
	ResentRecords uint64 `json:"resent-records,omitzero"`
}

// Plus returns the sums of two outputs, under c's name. PayloadLimit is the smaller one that is known.
func (c Counters) Plus(o Counters) Counters {
	c.Put, c.Acknowledged, c.Queued = c.Put.Plus(o.Put), c.Acknowledged.Plus(o.Acknowledged), c.Queued.Plus(o.Queued)
	c.Recovered, c.Spooled, c.SetAside = c.Recovered.Plus(o.Recovered), c.Spooled.Plus(o.Spooled), c.SetAside.Plus(o.SetAside)
	c.Unexportable.IPv6 = c.Unexportable.IPv6.Plus(o.Unexportable.IPv6)
	for reason, sum := range o.Dropped {
		c.Dropped[reason] = c.Dropped[reason].Plus(sum)
	}
	c.Datagrams += o.Datagrams
	c.DatagramOctets += o.DatagramOctets
	c.FlowRecords += o.FlowRecords
	c.DatagramsDropped += o.DatagramsDropped
	c.Resent += o.Resent
	c.Shortened += o.Shortened
	c.Clamped += o.Clamped
	c.Batches += o.Batches
	c.BatchOctets += o.BatchOctets
	c.BatchesResent += o.BatchesResent
	c.ResentRecords += o.ResentRecords
	if c.PayloadLimit == 0 || o.PayloadLimit > 0 && o.PayloadLimit < c.PayloadLimit {
		c.PayloadLimit = o.PayloadLimit
	}
	return c
}

// GivenUp returns the counters with what is still queued counted as dropped: those of an output that
// nobody waits for any longer.
func (c Counters) GivenUp() Counters {
	c.Dropped[DropShutdown] = c.Dropped[DropShutdown].Plus(c.Queued)
	c.Queued = Sum{}
	return c
}

// Settled is what needs nothing more of the output: Acknowledged + Spooled + SetAside + Unexportable +
// Dropped.
func (c *Counters) Settled() Sum {
	return c.Acknowledged.Plus(c.Spooled).Plus(c.SetAside).Plus(c.Unexportable.IPv6).Plus(c.Dropped.Total())
}

// Balanced says whether the sums hold: all that was put or recovered is found again, no more and no
// less.
func (c *Counters) Balanced() bool { return c.Put.Plus(c.Recovered) == c.Settled().Plus(c.Queued) }
