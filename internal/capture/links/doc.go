// Package links follows the machine's network interfaces: which there are, and what became of them.
//
// What happens, step by step:
//
//  1. New opens two rtnetlink sockets in the network namespace of the calling thread: one to ask,
//     one that is woken by changes of interfaces (RTMGRP_LINK).
//  2. Run dumps all interfaces, keeps the names of all, and hands those whose names match the
//     patterns to Options.Changed.
//  3. It waits for a notification, or for Options.Rescan where none comes. What a notification says is
//     not looked at: notifications are lost under load (ENOBUFS), a dump is always whole.
//  4. It lets 20 ms pass and reads off what else came, so that a storm of notifications costs one
//     dump in that time, and goes on with step 2. Changed is called where something about the
//     matching interfaces is other than before: one appeared, vanished, was renamed, went up or
//     down, has another index (deleted and made again), MTU, type or speed.
//
// An interface that was down for less than these 20 ms, or made again with its old index, looks as it
// did before, and Changed is not called. A capture on it ended all the same: who sees one end with
// capture.ErrDown looks at Links and opens it again where it is there and up.
//
// The speed is not in the dump. It is read from /sys/class/net when an interface appears and when
// its carrier changed, where that is of the same namespace and may be read; else it is 0.
package links
