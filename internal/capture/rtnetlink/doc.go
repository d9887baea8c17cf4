// Package rtnetlink is the little of rtnetlink(7) that following interfaces and asking for routes
// needs, on the standard library and golang.org/x/sys alone.
//
// What happens:
//
//  1. A Conn sends a request and reads its answer: one message, or a dump of many. The kernel makes
//     answers while it is asked, so that neither waits for anything but its lock.
//  2. Events wait for notifications, and say no more than that something came: what it was is
//     always asked for anew. Lost notifications (ENOBUFS) are thus as good as any others.
//  3. NextMessage and NextAttribute take octets apart. Nothing is copied; what is cut short is an
//     error, and never read past.
//
// A socket belongs to the network namespace of the thread that opened it, whichever thread uses it.
package rtnetlink
