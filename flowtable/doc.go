// Package flowtable counts packets into flows and ends them by the rules of aging, exactly in
// packet time. It imports the standard library only.
//
// What happens to a packet:
//
//  1. The owner of the input moves the aging Clock to the packet's time. If that crosses a whole
//     tick, every shard gets the packets before it (Add), is told (Advance) and hands out what is
//     due (Expire).
//  2. ShardOf picks the shard by the packet's two addresses.
//  3. Shard.Add makes the key, finds the flow and compares: if the gap to the record's last packet
//     is InactiveAging or more, or the packet comes ActiveAging or more after its first, the record
//     ends and the packet begins the next one. The record's end reason is that of the limit that
//     fell due first; of both at once it is the idle one.
//  4. With TCPEnd a packet with FIN or RST ends its record, itself included.
//  5. Expire ends the flows that are due at the last whole tick the clock crossed, also those that
//     no packet touches any more.
//  6. After the last packet Flush runs to the input's final clock: what is due by then is idle or
//     active, the rest has the reason that the caller gives.
//
// # Times that run backwards
//
// The clock is the running maximum of the input's times. A packet older than it is compared with its
// own flow only: a negative gap ends nothing, and First and Last are the minimum and maximum of the
// record's packets. A flow that is already due when it begins (an older file follows a newer one)
// ends at the next tick that is crossed, or by its own packets' times before that. So the records do
// not depend on the number of shards or on the size of batches.
//
// # The full table
//
// A shard holds MaxFlows flows at most. When one more begins, the flow whose last packet has the
// smallest time is ended first, with NoResources; of several with the same time it is the one whose
// record began first in the order of the input. Nothing is dropped.
//
// # Fragments
//
// With FragmentsFirst each shard remembers the ports of first fragments, the newest FragmentMemory
// of them, by source, destination and identification (IPv4: and protocol). A later fragment that
// comes less than FragmentTimeout after its first gets its ports, and in IPv6 its protocol. Else its
// ports are 0 and it is counted as unmatched. A first fragment that must be forgotten before its
// time is counted too.
//
// # Memory
//
// Entries of 64 octets (an IPv6 flow takes 32 more for its addresses, and each 8 for the order in
// which records began) stand in anonymous memory outside the garbage collector's heap, with huge
// pages where the kernel has them. It is reserved for the limit and taken as flows come. An index of
// 8 octets a word, at most five eighths full, finds them.
package flowtable
