// Package packet decodes captured frames in one pass: capture.Frame in, flowtable.Packet and a
// Verdict out.
//
// What happens to a frame, step by step:
//
//  1. A length on the wire other than the captured one is noted.
//  2. Untagged Ethernet with IPv4 or IPv6 goes straight to step 5. Any other frame is walked from
//     its link type on (link): Ethernet, Linux cooked (v1, v2), BSD loopback, raw IP, PPP and its
//     framings, Cisco HDLC, frame relay, 802.11 (bare, radiotap, PPI, Prism, AVS), NFLOG, PFLOG,
//     enc, FDDI, token ring, RFC 1483.
//  3. Ethertypes, LLC, SNAP and PPP lead on: VLAN tags and MPLS labels of any depth, PPPoE sessions.
//     MPLS payload is IP where its first four bits are 4 or 6; pseudowires aren't opened.
//  4. What leads to no IP header ends here, as non-IP or, where a header is cut short, malformed.
//  5. The outermost IP header is checked: version, header length, total length. Checksums aren't
//     looked at. What tunnels carry inside IP isn't either.
//  6. IPv6 extension headers are walked over: hop-by-hop, routing, destination options, fragment,
//     AH. Where the chain is cut, the protocol is the header that could not be read.
//  7. Ports, TCP flags or ICMP type and code are read where the IP length and the capture hold
//     them; else they are 0, and noted. Later fragments have ports 0.
//  8. The verdict is counted.
//
// Octets are the IP header's: IPv4 total length, IPv6 40 + payload length or the jumbo payload
// option's. Padding never counts. A length past the frame counts as stated; a length of 0 with data
// behind it (segmentation offload) counts as the wire length.
//
// Everything is counted in Counters: frames by verdict, so that the verdicts' sum is the number of
// frames; what is worth knowing beside by note; and, on the path of frames that aren't counted, the
// values of ethertypes, link types and the like, at most MaxDetails of them.
//
// The path of a packet has no allocation, no lock, no error value and no call through an interface.
// A decoder is used by one goroutine.
package packet
