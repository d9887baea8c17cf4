// Package own knows the program's own connections, so that what they carry is left out of the flows: an exporter
// that counts its own export feeds itself.
//
//  1. Whoever dials does it by a Set's Dial, or binds first and calls Add: the local port is bound, and known, before
//     the first packet leaves.
//  2. Has looks a packet up: one bit for each local port decides for nearly all of them; only where it is set the
//     whole tuple is compared.
//  3. What is closed stays known for Linger: the connection's last segments are still on their way.
//
// A packet is the program's own if its protocol, both addresses and both ports are those of one of its connections, in
// either direction.
package own
