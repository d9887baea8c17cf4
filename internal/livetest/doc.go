// Package livetest runs the real sagflow on interfaces that it makes, in network namespaces of the tests' own, and holds
// what comes of it against the shared oracle. It needs root.
//
//  1. A namespace has a veth pair; sagflow runs in it and captures from one end.
//  2. Frames of captures, or made up, are sent out of the other end.
//  3. sagflow is told to end. Its records are compared with the oracle's for the same packets, but for their times; its
//     sums must hold, the kernel's counts included.
package livetest
