// Package packets captures with gopacket's own loop, pcapgo.EthernetHandle: one recvmsg(2) a frame. It
// is the second source behind capture.Live, for where the ring is refused or not wanted.
//
// What happens, step by step:
//
//  1. Open makes the handle. Its socket gets frames, of all interfaces even, before anything can be
//     set: a filter that takes none is attached, what has come is read off, and the kernel's counts
//     begin. Then the filter of the direction and the caller's is attached, and replaces that one.
//  2. The socket is made non-blocking and its receive buffer large. That needs its descriptor, which
//     the handle keeps to itself: it is read out of the struct by reflection, and a later gopacket
//     that has none there is an error of Open. There is no other way to wait for frames and for the
//     end alike: a recvmsg that blocks is woken by no close(2).
//  3. Next reads frame after frame into the handle's buffer, of the snap length instead of the MTU
//     (which cuts frames of 1514 octets), and copies them one after another into its own, where all of
//     a batch lie until the next call. A VLAN tag that the kernel took out comes with them.
//  4. EAGAIN ends the batch. ENETDOWN, once, says that the interface went down or away: the filter
//     that takes none is attached again, so that nothing more is counted, the rest of the queue is
//     read, and the end is capture.ErrDown.
//
// Stamps are the kernel's, from when a frame came. The kernel begins to stamp some ms after it was
// asked to, where nobody else on the machine did: until then the stamp is that of the reading, and can be
// later than the next frame's.
//
// The handle drops the packet type: which way a frame went is only known where the filter let one
// direction through (DirectionKnown).
//
// Costs: 2 to 4 µs of CPU a frame, against 0.1 to 0.2 of the ring's. Nothing is allocated for a frame
// but 8 octets where it had a VLAN tag, by the handle, and its error texts once a batch.
package packets
