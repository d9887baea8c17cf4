package exporter

import (
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// Moment is when a datagram is made, on two clocks.
type Moment struct {
	// Clock is packet time in nanoseconds since 1970: the aging clock of the input when the
	// newest of the records left the table. Datagram headers show it.
	Clock int64
	// Wall is the wall clock. Templates and statistics are repeated by it, also in replay.
	Wall time.Time
	// Final asks for the last statistics of the session, in addition to what is due.
	Final bool
}

// EncoderOptions are the settings that all versions share.
type EncoderOptions struct {
	// Domain is the observation domain (IPFIX), the source id (V9); V5 puts its low 16 bits into
	// engine type and engine id.
	Domain uint32
	// TemplatePackets repeats the templates after so many datagrams; 0 never by packets.
	TemplatePackets int
	// TemplateInterval repeats the templates after so much wall-clock time; 0 never by time.
	TemplateInterval time.Duration
	// StatisticsInterval repeats IPFIX's options records of statistics; 0 only at the end.
	StatisticsInterval time.Duration
	// KeyVLAN says that the VLAN id is part of the flow key, so that records carry it.
	KeyVLAN bool
	// NoDirection says that the source of the packets doesn't know which way they went: V9 and IPFIX leave
	// flowDirection (61) out.
	NoDirection bool
	// Statistics is asked when statistics are due; nil reports zeros.
	Statistics func() Statistics
	// Sampling says that of each so many packets the metering process looks at one, in turn (systematic
	// count-based sampling, RFC 5475 §5.1), at most MaxSampling; 0 and 1 are no sampling. Collectors
	// are told with the templates, in V5 in each header. Counters are what was seen, not scaled.
	Sampling int
	// Interfaces returns the interfaces of which the names are sent in options records (V9, IPFIX): with
	// the templates, and at once when they changed. It is asked with each round of templates and
	// once a second at most beyond that. The slice is no longer the caller's to change. nil sends none.
	// Session's encoder calls it in Run's goroutine.
	Interfaces func() []Interface
}

// MaxSampling is the largest EncoderOptions.Sampling: what the 14 bits hold that V5 has for it.
const MaxSampling = 1<<14 - 1

// Interface is a network interface by the number that the flows carry.
type Interface struct {
	// Index is its ifIndex.
	Index uint32
	// Name is its ifName in UTF-8, up to 15 octets (IFNAMSIZ of Linux, netdevice(7)); what is longer
	// is cut off, and what is not UTF-8 replaced.
	Name string
}

// Statistics is what IPFIX's options records report of the processes behind the encoder
// (RFC 7011 §4.2, §4.3). Times are nanoseconds since 1970, 0 where nothing happened.
type Statistics struct {
	// IgnoredPackets and IgnoredOctets are packets seen but not metered (malformed, say).
	IgnoredPackets, IgnoredOctets uint64
	FirstIgnored, LastIgnored     int64
	// NotSent… are records, and the packets and octets in them, that were dropped.
	NotSentFlows, NotSentPackets, NotSentOctets uint64
	FirstNotSent, LastNotSent                   int64
}

// Encoded is one datagram and what it did to the records it was made from.
type Encoded struct {
	// Datagram is the datagram's payload, the extended dst of the call; of length 0 when there is
	// nothing to send (all Taken records were unexportable, or nothing is due).
	Datagram []byte
	// Taken is how many of the call's leading records are dealt with once this datagram is sent.
	Taken int
	// Unexportable of the Taken records are not in the datagram: the version can't carry them.
	// They are the IPv6 ones (V5); all other records travel in every version.
	Unexportable int
	// Clamped of the records had a time moved because the version can't carry it.
	Clamped int
	// FlowRecords is how many data records of flows are in the datagram. V5 may need several for
	// one record, also over several datagrams.
	FlowRecords int
	// Partial says that the datagram ends with a part of record Taken: the next one goes on.
	Partial bool
}

// Encoder makes the datagrams of one version for one collector. It is a session: it has its own
// templates and sequence numbers. It is used by one goroutine.
//
// Append has no lasting effect until Commit: when a datagram turns out too long for the path,
// Append is called again with a lower limit and makes it anew with the same sequence number.
type Encoder interface {
	// Append makes the next datagram from the leading records and appends it to dst, at most limit
	// octets of it. Templates and statistics that are due come first; with no records it makes
	// a datagram of just these, or none. It allocates nothing when dst has room.
	Append(dst []byte, limit int, at Moment, records []flowtable.Record) Encoded
	// Commit makes the last Append's datagram part of the session: its sequence numbers, its
	// templates and statistics count as sent, also where the network then lost it. It isn't called
	// after an Append that made no datagram.
	Commit()
	// Capacity is the largest number of records that a datagram of limit octets can hold: with so
	// many at hand Append makes a full one.
	Capacity(limit int) int
	// MinLimit is the smallest limit with which every record can still be sent.
	MinLimit() int
}

// Retracter is an Encoder that reports what was exported (RFC 7011 §4.1). Retract says that the
// datagram of the last Commit was not sent: its sequence number stays used, but it does not count as
// exported.
type Retracter interface {
	Retract()
}

// Stepper is an Encoder whose headers show a boot time. Step says that the wall clock was set forward
// by so many seconds, or back where they are negative: the boot time goes with it, so that
// sysUptime counts on. RFC 3954 §7 wants the templates again: Refresh is called besides. It is called
// between Commit and Append.
type Stepper interface {
	Step(seconds int64)
}

// Refresher is an Encoder that can be told that its collector may have lost what it knew: the next
// Append then puts the templates first, whether due or not. A collector that was restarted can't
// read records before it has them (RFC 3954 §7, RFC 7011 §8.4).
type Refresher interface {
	Refresh()
}
