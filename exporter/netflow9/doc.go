// Package netflow9 makes NetFlow V9 datagrams (RFC 3954) of flow records.
//
//  1. The boot time is chosen: it stays as long as the first record suits it. When it changes, all
//     templates are sent again (RFC 3954 §7), and the sequence goes on.
//  2. Templates that are due come first: at the session's start, after so many datagrams, after so
//     much wall-clock time. How packets are sampled goes with them, and the names of the
//     interfaces, these also when they changed.
//  3. Records follow until the datagram is full or one needs another boot time. Each kind of flow
//     (IPv4, ICMP, IPv6, ICMPv6) has a template and one FlowSet of its own; within a kind the
//     records keep their order.
//  4. The header's time is the whole second at or after the aging clock and after every end in the
//     datagram. unix_secs × 1000 − sysUptime is the boot time, always.
//
// Times travel twice: as milliseconds since 1970 (152, 153) and, for older collectors, as
// milliseconds since boot (22, 21); both are exact. A record longer than 2³²−1 ms, or one that ends
// after 2106-02-07 06:28:15, has the first pair only; its templates are sent when first needed and
// repeated from then on. The header then shows the last second it can. Times before 1970 become 0
// and are counted as clamped.
package netflow9
