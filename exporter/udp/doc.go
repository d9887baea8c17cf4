// Package udp takes the datagrams of one export session to its collector over UDP.
//
//  1. Dial resolves the collector's name once, and makes a connected socket that lets no datagram
//     be fragmented (Linux: path MTU discovery, ip(7) IP_MTU_DISCOVER).
//  2. Send makes one system call. What the system takes counts as sent.
//  3. A datagram that is longer than the path carries is not sent: Send tells the limit, as it
//     stands after the system learned of the path. Discovery only lowers it.
//  4. While the socket's buffer or the device's queue is full, Send waits, up to Options.Patience.
//  5. What the system reports otherwise belongs to an earlier datagram (ICMP: port or host
//     unreachable) or to this one (no route, forbidden). Send says which kind and goes on working:
//     the caller sends again. Where the route or the source address has gone, the next Send opens
//     a new socket with the same source port.
//
// Datagrams of one session come from one source port as long as the session lives: collectors tell
// sessions apart by it (RFC 7011 §2, Transport Session).
package udp
