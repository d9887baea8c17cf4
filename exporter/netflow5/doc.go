// Package netflow5 makes NetFlow V5 datagrams of flow records. The format has no RFC: its layout is
// in Cisco's "NetFlow Export Datagram Format", table B-3 (header) and B-4 (record).
//
//  1. The boot time is chosen: it stays as long as the first IPv4 record suits it.
//  2. IPv6 records are taken and counted as unexportable; V5 has no place for them.
//  3. Each IPv4 record becomes one record of 48 octets, or several parts where its packets or octets
//     are above 2³²−1. The parts share the times; their counters add up to the record's exactly.
//     Parts that find no room go into the next datagram.
//  4. A datagram ends after 30 records, at the limit, or before a record that needs another boot
//     time. The sequence number counts the records (parts) before it.
//  5. The header's time is the whole second at or after the aging clock and after every end in the
//     datagram: unix_nsecs is 0, sysUptime a multiple of 1000, and unix_secs × 1000 − sysUptime the
//     boot time, always.
//
// What V5 has no place for: a start more than 2³²−1 ms before the end is moved up as little as possible;
// times before 1970 become 0, and times after 2106-02-07 06:28:15 become that second; all three are
// counted as clamped. Interfaces have 16 bits: an ifIndex above 65535 is written as 0, not known,
// for a cut or capped number would name another interface. Next hop, AS numbers and masks are not
// known and 0. Sampling is in each header.
package netflow5
