package config

import (
	"net/netip"
	"time"
)

// LiveSettings say how a device captures, meters and exports. A replay of files has flags of its own for what
// concerns it, and leaves all of them alone.
type LiveSettings struct {
	// Direction is which packets of an interface are metered, by its side: in, out or both. Directions are the
	// exceptions; DirectionOf looks a name up.
	Direction  string
	Directions []InterfaceDirection
	// Filter is in tcpdump's language (pcap-filter(7)), or what tcpdump -ddd prints; Match is in that of the
	// structured filter. At most one of them is given; a packet that it does not pass is not metered.
	Filter, Match string
	// Capture is how packets are got: ring or gopacket.
	Capture string
	// SnapLength is how many octets of a frame are captured, 0 for the whole.
	SnapLength int
	// RingSize is that of all rings of an interface together in octets, 0 for what memory and rate allow.
	RingSize int
	// Promiscuous asks interfaces for frames that are not theirs, too.
	Promiscuous bool
	// Sampling meters 1 packet in so many, by count; 1 meters all.
	Sampling int
	// OwnTraffic says what becomes of packets that the device sends to its own outputs: leave-out or count.
	OwnTraffic string
	// OutportLookup asks the kernel's routes for the output interface of incoming packets.
	OutportLookup bool

	// Workers is the number of shards of the flow table, and of rings an interface.
	Workers int
	// MaxFlows is the total over all workers, 0 for as many as memory allows.
	MaxFlows int
	// MemoryLimit bounds the memory of the process in octets, the flow table's with it; 0 for none.
	MemoryLimit int64
	// Fragments is zero or first: the ports of later fragments.
	Fragments string
	// TCPEnd ends a TCP record with FIN or RST.
	TCPEnd bool
	// Key are additional parts of the flow key: tos, vlan.
	Key []string

	// ExportRate is in records a second to each collector, 0 for no limit.
	ExportRate int
	// ExportQueue is how many records wait for each NetFlow output at most.
	ExportQueue int
	// MTU is the size of the largest IP packet that is sent, headers included.
	MTU int
	// TemplatePackets and TemplateInterval are when templates are repeated, StatsInterval is when IPFIX's
	// statistics are sent; 0 is never by this measure.
	TemplatePackets                 int
	TemplateInterval, StatsInterval time.Duration
	// ObservationDomain is IPFIX's; V9 calls it source id, and V5 has room for its low 16 bits.
	ObservationDomain uint32
	// SourceAddress is where datagrams come from, the zero Addr for the system's choice. It has no zone.
	SourceAddress netip.Addr

	// PprofSocket is the path of a unix socket, "" for none.
	PprofSocket string
	Hardening   Hardening
}

// InterfaceDirection is the direction of the interfaces that a pattern matches.
type InterfaceDirection struct {
	// Interface is a name, in which * stands for any characters and ? for any one.
	Interface string
	// Direction is in, out or both.
	Direction string
}

// DirectionOf returns the direction of an interface, in, out or both: that of the first of Directions which
// matches its name, or else Direction.
func (l *LiveSettings) DirectionOf(name string) string {
	for _, d := range l.Directions {
		if matches([]rune(d.Interface), []rune(name)) {
			return d.Direction
		}
	}
	return l.Direction
}

// matches says that a name is one of a pattern's with * and ?.
func matches(pattern, name []rune) bool {
	if len(pattern) == 0 {
		return len(name) == 0
	}
	if pattern[0] == '*' {
		return matches(pattern[1:], name) || len(name) > 0 && matches(pattern, name[1:])
	}
	return len(name) > 0 && (pattern[0] == '?' || pattern[0] == name[0]) && matches(pattern[1:], name[1:])
}
