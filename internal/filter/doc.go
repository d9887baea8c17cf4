// Package filter picks packets by prefixes, protocols, ports and the like, from a text of its own:
//
//	proto tcp port 80,443 not net 10.0.0.0/8
//
// Terms side by side must all hold; "and" between them may be written. "or" binds weaker, "not"
// stronger, and parentheses group:
//
//	filter    = any
//	any       = all { "or" all }
//	all       = one { ["and"] one }
//	one       = "not" one | "(" any ")" | term
//	term      = [side] "net" PREFIX        prefix of either address: net 10.0.0.0/8, net 2001:db8::/32
//	          | [side] "host" ADDRESS      either address: host 192.0.2.1
//	          | [side] "port" NUMBERS      either port: port 53, port 80,443,8000-8100
//	          | "proto" PROTOCOLS          IP protocol by name or number: proto tcp, proto udp,47
//	          | "ip" | "ip6"               IP version
//	          | "direction" ("in" | "out") side of the interface that saw the packet
//	          | "tos" NUMBERS              IPv4 type of service, IPv6 traffic class: tos 0xb8
//	          | "vlan" NUMBERS             VLAN id of the outermost tag, 0 without tag: vlan 1-100
//	side      = "src" | "dst"              which of the two; without it either may be it
//	NUMBERS   = number or range, or several with commas between: 1,5-9; decimal, or 0x and hexadecimal
//
// Keywords and names may be in capitals. PROTOCOLS are NUMBERS or names: icmp igmp ipip tcp udp dccp
// ipv6 gre esp ah icmp6 ospf pim vrrp sctp udplite.
//
// What is easily got wrong:
//
//   - Only TCP, UDP, SCTP, DCCP and UDP-Lite have ports. "port" never matches another protocol,
//     neither does "src port 0"; ICMP's type and code are no port. "not port 53" matches all of these.
//   - Later fragments have no ports. "port" never matches them, "port 0" included, and "not port 53"
//     always does. A first fragment has its ports. The filter sees packets before the flow table
//     gives a fragment the ports of its datagram.
//   - A transport header that is cut short counts with ports 0, as in its record, and so "port 0"
//     matches it.
//   - An IPv4 prefix never matches an IPv6 packet, also not 0.0.0.0/0, and the other way round.
//     ::ffff:192.0.2.1 is an IPv6 address.
//   - "proto icmp" is protocol 1, "proto icmp6" 58: either may occur in packets of both versions.
//   - "ip" is IPv4 alone.
//   - In capture files every packet's direction is in.
//
// What happens: Parse splits the text into words, checks each term's values, and writes a program in
// postfix order. Match runs it over a packet: each term pushes one bit, the operators combine bits.
// It allocates nothing; a Filter is never written to and may be used by any number of goroutines.
package filter
