// Package jsonl writes flow records as JSON lines: one object a line, keys always in the same
// order, by hand and without allocation.
//
// A line is made in this order:
//
//  1. The key: srcaddr, dstaddr (text of RFC 5952; an IPv4-mapped IPv6 address stays IPv6 and
//     reads ::ffff:192.0.2.1), protocol, srcport, dstport (ICMP: type*256+code).
//  2. The counters: packets, bytes (layer-3 octets).
//  3. The times in Unix seconds, rounded down: start, end.
//  4. tcp-flags, tos, inport, outport, as numbers; vlan where the Appender asks for it.
//  5. The times in milliseconds since 1970, rounded down: start_ms, end_ms.
//  6. end_reason: idle, active, end, forced, lack, eof or unknown.
//  7. For collected records, where they came from: exporter, domain, version.
//
// Counters above 2^53 are written in full; readers that hold numbers as doubles round them.
package jsonl
