// Package ipfix makes IPFIX messages (RFC 7011), which collectors also call NetFlow V10.
//
//  1. Templates that are due come first: at the session's start, after so many messages, after so
//     much wall-clock time (RFC 7011 §8.4). How packets are sampled goes with them (RFC 5476
//     §6.5.2.1), and the names of the interfaces, these also when they changed.
//  2. Statistics that are due follow: options records of the metering process (§4.1, §4.2) and of
//     the exporting process (§4.3), each interval of wall-clock time, with the numbers as of before
//     this message.
//  3. Records follow until the message is full. Each kind of flow (IPv4, ICMP, IPv6, ICMPv6) has a
//     template and one set of its own; within a kind the records keep their order.
//  4. The export time is the whole second at or after the aging clock and after every end in the
//     message.
//  5. The last statistics (Moment.Final) go out with the last records or after them. Whoever ends a
//     session calls Append with Final until there is no more datagram.
//
// The sequence number counts data records of flows and of options before the message (§3.1,
// §10.3.2), templates don't count. Times before 1970 become 0 and are counted as clamped; an export
// time after 2106-02-07 06:28:15 shows that second.
package ipfix
