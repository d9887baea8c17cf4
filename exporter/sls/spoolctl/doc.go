// Package spoolctl lets an operator look into a spool and change what is in it, whether or not a device
// has it open.
//
//  1. Open takes the spool's lock where it is free, and works on the files: to look, with nothing
//     written (spool.Options.ReadOnly); to change something, without any bound that would drop batches.
//  2. Where a device has the lock, it asks the Server in that process through a unix socket in the state
//     directory. Both ways give the same answers, as both end in the same code (local.go).
//  3. The socket has mode 0600 from the moment it can be seen: it is made in a directory of mode 0700
//     and moved from there, also over the socket of a process that is dead. The server asks the system
//     who has connected, and serves its own user and root.
//  4. Requests are HTTP with a Selection in JSON. Answers are lines of JSON, one a batch, and one at the
//     end: no side holds more than one batch in memory, and the spool's lock is taken for one batch at a
//     time, so that nothing waits for whoever reads slowly.
//  5. After a change, Options.Changed is called: the sender's ledgers follow.
package spoolctl
