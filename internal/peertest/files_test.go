package peertest

// shown are the shared captures that are always sent to the collectors, in all versions.
// SAGFLOW_ALL_CAPTURES=1 sends all that are not hidden.
var shown = []string{
	"arkime-m3ua_synthetic.pcap",               // SCTP, long quiet flows
	"arkime-pppoe.pcap",                        // PPPoE
	"derived-modified-le.pcap",                 // record headers of 24 octets
	"derived-nano-be.pcap",                     // nanoseconds, big-endian
	"gopacket-test_loopback.pcap",              // NULL
	"libpcap-ah-ipip-ping.pcap",                // AH
	"ndpi-gnutella.pcap",                       // 937 flows: ICMP, IGMP, TCP, UDP, ICMPv6
	"ndpi-line.pcap",                           // total length 0, times years apart
	"nfstream-6in4tunnel.pcap",                 // IPv6 in IPv4
	"nfstream-KakaoTalk_chat.pcap",             // SLL; ICMP
	"nfstream-badpackets.pcap",                 // fragments longer than their frames
	"nfstream-iphone.pcap",                     // ECN, ICMPv6, IGMP
	"nfstream-mdns.pcap",                       // mostly IPv6
	"pcpp-DnsPackets.pcap",                     // 429 flows, long rests
	"pcpp-ip-frag.pcap",                        // fragments of ICMP, TCP, UDP, SCTP
	"pcpp-many_interfaces-1.pcapng",            // several interfaces and link types
	"pcpp-raw_ip.pcap",                         // raw IP of both versions, times years apart
	"suricata-bug-6875-01-fuzz.pcap",           // damaged
	"suricata-detect-vlan-id-input.pcap",       // QinQ; ICMP
	"suricata-output-eve-ftp-data-input.pcap",  // IPv6 extension headers
	"tcpdump-dccp_options-oobr.pcap",           // DCCP
	"tcpdump-mpls-traceroute.pcap",             // PPP, MPLS; ICMP of many types
	"zeek-dns-edns-ecs.pcap",                   // fragments, times years apart
	"zeek-handshake.pcap",                      // PPP; ICMPv6
	"zeek-http-qinq-0.pcap",                    // QinQ
	"zeek-icmp6-mldv2.pcap",                    // raw IPv6; ICMPv6 behind a hop-by-hop header
	"zeek-ipv6-fragmented-dns.pcap",            // IPv6 fragments
	"zeek-linux_dlt_sll2.pcap",                 // SLL2; ICMP and ICMPv6
	"zeek-llc.pcap",                            // FDDI; one flow of hours
	"zeek-mixed-vlan-mpls.pcap",                // VLAN and MPLS
	"zeek-telnet-unclosed-suboption.pcapng.gz", // gz; 13,987 packets in two flows
}

// agedShown are those of them that are sent record by record under aging: times never run
// backwards there, and some records end by either limit.
var agedShown = []string{
	"arkime-m3ua_synthetic.pcap",
	"ndpi-gnutella.pcap",
	"nfstream-KakaoTalk_chat.pcap",
	"nfstream-iphone.pcap",
	"pcpp-DnsPackets.pcap",
	"zeek-llc.pcap",
}

// Why a reader can't show a capture.
const (
	protocolName = "goflow2 writes the protocol by a name that nfread doesn't know: IPv4 in IPv6 as IPv4, unassigned ones as \"\""
	tooLongV5    = "a record lasts longer than the 49.7 days that V5's times can span: its first time is moved, and counted as clamped"
	tooLongV9    = "a record lasts longer than 49.7 days: V9 says so in elements 152 and 153 alone, which goflow2 reads in IPFIX only"
	noLinkType   = "no frame's link type is known: an error, and nothing is sent"
)

// hidden is what is left out, by capture and version, and why.
var hidden = map[string]map[string]string{
	"arkime-arkime_synthetic.pcap":             {"V9": protocolName, "V10": protocolName},
	"goprobe-default.pcap.gz":                  {"V5": tooLongV5, "V9": tooLongV9, "V10": protocolName},
	"gopacket-be-test202.pcapng":               {"V5": tooLongV5, "V9": tooLongV9},
	"gopacket-le-test102.pcapng":               {"V5": tooLongV5, "V9": tooLongV9},
	"libpcap-brcm-tag-stp.pcap":                {"V5": noLinkType, "V9": noLinkType, "V10": noLinkType},
	"ndpi-fuzz-2006-06-26-2594.pcap":           {"V5": protocolName, "V9": protocolName, "V10": protocolName},
	"ndpi-fuzz-2020-02-16-11740.pcap":          {"V5": protocolName, "V9": protocolName, "V10": protocolName},
	"suricata-tls_DER-incomplete-content.pcap": {"V5": tooLongV5, "V9": tooLongV9},
}
