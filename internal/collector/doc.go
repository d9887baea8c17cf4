// Package collector decodes NetFlow V5, V9 (RFC 3954) and IPFIX (RFC 7011) from any exporter, and
// accounts for what arrived and what did not. It shares no code with the project's exporter, so
// that it can't share its mistakes.
//
// What happens to a datagram:
//
//  1. Its header is read. What is no header of the three versions is counted and dropped.
//  2. Exporter address and port, domain and version lead to its session: templates, sequence,
//     counters. There are at most Options.MaxSessions; a new one displaces the one silent longest.
//  3. A datagram that is octet for octet one of the last 64, and behind the sequence, is
//     a duplicate: counted, and its records not handed out again.
//  4. In V9 a sysUptime that starts anew discards the templates.
//  5. Sets, template records and variable-length fields are checked for sensible lengths before
//     anything of the message takes effect. Then the sets are read in their order by their
//     lengths, never by the header's count: template sets replace what the session knows, data
//     sets become records. Of a malformed message nothing is handed out (RFC 7011 §9.1), and
//     nothing kept, but for one case: data behind a template that the same message brings is
//     checked as it is read, so that what stood before the fault, the template and the exporter's
//     reports, is known by then.
//  6. Each data record is read field by field into slots, one per Information Element, and then
//     understood: addresses; the first counter that is not 0 of delta, total, post, initiator;
//     ICMP type and code from whichever element has them; times from the most exact elements there
//     are. Reverse elements (RFC 5103) become a second record. Options records are kept as the
//     exporter's Report of itself.
//  7. The sequence number is compared with what was expected: what is missing is lost until a late
//     datagram fills the gap, what went back to the start is a restart and not a loss. Exporters
//     that count something else than their version's rule says are recognised by it. What sets
//     without a template held is told from what was lost beside them when the template comes.
//
// Template Withdrawals are counted, and ignored unless Options.ReliableTransport is set, as RFC
// 7011 §8.4 asks of UDP. Templates don't expire: an id keeps its meaning until the exporter gives it
// another one, restarts, or is displaced.
//
// A Collector is a plain object for one goroutine. Server puts it behind a UDP socket, and Lines
// writes JSON lines in a goroutine of its own, so that a slow disk does not hold up the socket.
package collector
