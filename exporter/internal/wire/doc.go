// Package wire is what the encoders of NetFlow V5, V9 and IPFIX share. How a datagram comes about:
//
//  1. Boot and Window choose the boot time that First, Last and sysUptime count from (V5, V9), so
//     that all records of a datagram fit 32 bits of milliseconds.
//  2. Schedule says which templates are due: at first, after so many datagrams, after so much time,
//     and when the boot time changed (RFC 3954 §7, RFC 7011 §8.4).
//  3. Roster says which names of interfaces are due: with the templates, and when they changed. Notice
//     says whether an options record is, that goes with the templates.
//  4. Plan finds room: the templates that are due, then records, each kind of record in one set of
//     its own; a template that a record needs and the collector lacks comes with it.
//  5. The plan's templates and sets are written, the records by straight-line appenders that write
//     exactly what the template tables say.
//
// Nothing here keeps a datagram's effects: Schedule, Roster, Notice and Boot are values, which the encoders copy
// when a datagram is begun and keep when it is committed.
package wire
