package capture

// Hardware types of interfaces that packet sockets can be opened on (ARPHRD_, <linux/if_arp.h>).
const (
	hardwareEther    = 1
	hardwarePPP      = 512
	hardwareRawIP    = 519
	hardwareTunnel   = 768
	hardwareTunnel6  = 769
	hardwareLoopback = 772
	hardwareFDDI     = 774
	hardwareSIT      = 776
	hardwareIPGRE    = 778
	hardware80211    = 801
	hardwarePrism    = 802
	hardwareRadiotap = 803
	hardwareIP6GRE   = 823
	hardwareNone     = 0xfffe
)

// LINKTYPE_ values of pcap-linktype(7).
const (
	linkEthernet = 1
	linkFDDI     = 10
	linkRaw      = 101
	link80211    = 105
	linkPrism    = 119
	linkRadiotap = 127
)

// LinkType is the LINKTYPE_ of the frames that a packet socket (SOCK_RAW) gets from an interface of a
// hardware type (ARPHRD_). It is false for types whose frames are not known.
//
// Tunnels and PPP hand out bare IP packets: where they have a link header, it is put on below the
// packet socket and taken off above it (libpcap's map_arphrd_to_dlt does as much).
func LinkType(hardware uint16) (linkType uint16, ok bool) {
	switch hardware {
	case hardwareEther, hardwareLoopback:
		return linkEthernet, true
	case hardwareNone, hardwareRawIP, hardwareTunnel, hardwareTunnel6, hardwareSIT, hardwareIPGRE,
		hardwareIP6GRE, hardwarePPP:
		return linkRaw, true
	case hardwareFDDI:
		return linkFDDI, true
	case hardware80211:
		return link80211, true
	case hardwarePrism:
		return linkPrism, true
	case hardwareRadiotap:
		return linkRadiotap, true
	}
	return 0, false
}
