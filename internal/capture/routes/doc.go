// Package routes asks the kernel's forwarding table where a packet to an address leaves: what NetFlow
// calls the output interface, and a capture of incoming packets does not see.
//
// What happens, step by step:
//
//  1. Resolve takes the destinations of a batch of records. What the cache knows is answered from it.
//  2. Of the others at most Options.Queries different ones are given to Run's goroutine, and Resolve
//     waits for it no longer than Options.Wait: what is not answered by then stays 0. The kernel takes
//     some µs an answer, but may hold its lock (RTNL) for seconds while it configures a card; while it is
//     so late, Resolve does not wait at all.
//  3. Run asks for each by RTM_GETROUTE and keeps the answers, also that there is no route, for
//     Options.Expiry at most.
//  4. Notifications of routes, rules, next hops and interfaces empty the cache at once, those
//     which follow within 20 ms together at the end of that time. An answer from before is not kept.
//
// The question is the one of `ip route get ADDRESS`: where this machine would send. The source
// address, the incoming interface and marks are not part of it: the kernel takes an incoming
// interface only together with a source that it may come from, which would need an answer a flow
// instead of one a destination. Where rules route by these (policy routing), or where several next
// hops are taken by hash, the answer is the one for packets of this machine's own.
//
// 0 stands for what does not leave, as in NetFlow: addresses of this machine, broadcast and
// multicast, unreachable and blackholed ones; addresses that mean nothing without an interface
// (IPv6 link-local, loopback, unspecified) are 0 unasked.
package routes
