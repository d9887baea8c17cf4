package udp

import (
	"fmt"
	"net/netip"
	"time"
)

// Sizes in octets.
const (
	DefaultMTU = 1500
	minMTU     = 68    // RFC 791: every link carries so much
	maxMTU     = 65535 // the IP header's length field

	headersIPv4 = 20 + 8
	headersIPv6 = 40 + 8
)

// DefaultPatience is how long Send waits for room in the local buffers.
const DefaultPatience = 5 * time.Second

// Options are the settings of a Transport.
type Options struct {
	// Address is the collector's HOST:PORT; HOST is a name, an IPv4 address or an IPv6 address in
	// brackets, PORT a number from 1 to 65535. A name is resolved once, to an IPv4 address where
	// it has one that fits SourceAddress.
	Address string
	// SourceAddress is the local address to send from; the zero value leaves it to the system.
	SourceAddress netip.Addr
	// MTU is the size of the largest IP packet in octets, headers included, from 68 to 65535; 0
	// means DefaultMTU.
	MTU int
	// Patience is how long Send waits while the local buffers are full; 0 means DefaultPatience.
	Patience time.Duration
	// Trains lets an unpaced session send up to 16 datagrams with one system call (Linux
	// UDP_SEGMENT), at a quarter of the cost. On the wire they are datagrams like any other; only
	// who captures on the sending host itself, tcpdump on loopback say, sees a train as one long
	// datagram.
	Trains bool
	// Opened is told of each socket, before anything is sent by it, and returns what is to be called
	// when it is closed. nil tells nobody.
	Opened func(local, remote netip.AddrPort) (closed func())
}

func (o Options) complete() (Options, error) {
	if o.MTU == 0 {
		o.MTU = DefaultMTU
	}
	if o.MTU < minMTU || o.MTU > maxMTU {
		return o, fmt.Errorf("mtu %d: want the size of an IP packet from %d to %d octets", o.MTU, minMTU, maxMTU)
	}
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	if o.Opened == nil {
		o.Opened = func(netip.AddrPort, netip.AddrPort) func() { return func() {} }
	}
	o.SourceAddress = o.SourceAddress.Unmap()
	return o, nil
}

// headers is the length of the IP and UDP headers towards an address, without options.
func headers(a netip.Addr) int {
	if a.Is4() {
		return headersIPv4
	}
	return headersIPv6
}
