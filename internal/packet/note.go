package packet

import "fmt"

// Note is something worth knowing about a frame that does not decide its verdict. A frame may
// have several.
type Note int8

// The notes.
const (
	// CutBySnapLength is a frame captured shorter than it was on the wire.
	CutBySnapLength Note = iota
	// LongerThanWire is a frame with more captured octets than its length on the wire.
	LongerThanWire
	// PastFrame is an IP length past the end of the frame, counted as stated.
	PastFrame
	// IPv4ZeroLength is an IPv4 total length of 0 (segmentation offload): the wire length counts.
	IPv4ZeroLength
	// IPv6ZeroLength is an IPv6 payload length of 0 without the jumbo option (segmentation
	// offload): the wire length counts.
	IPv6ZeroLength
	// IPv6Jumbogram is a packet whose length stands in the jumbo payload option (RFC 2675 §2).
	IPv6Jumbogram
	// IPv4OptionsCut is an IPv4 header whose options aren't captured whole: ports 0.
	IPv4OptionsCut
	// IPv6ExtensionsCut is an IPv6 header chain that ends early: ports 0, and the protocol is the
	// header that could not be read.
	IPv6ExtensionsCut
	// IPv4Fragment is a fragment, the first one included.
	IPv4Fragment
	// IPv6Fragment is a fragment, the first one included; atomic fragments are not.
	IPv6Fragment
	// PortsCut is a transport header without its ports: ports 0.
	PortsCut
	// TCPFlagsCut is a TCP header without its flags: flags 0.
	TCPFlagsCut
	// ICMPTypeCut is an ICMP header without type and code: port 0.
	ICMPTypeCut

	// NoteCount is the number of notes.
	NoteCount = iota
)

var noteTexts = [NoteCount]string{
	CutBySnapLength:   "packets cut by the snap length",
	LongerThanWire:    "packets captured longer than on the wire",
	PastFrame:         "ip length past the frame (counted)",
	IPv4ZeroLength:    "ipv4 total length 0 (offload), wire length counted",
	IPv6ZeroLength:    "ipv6 payload length 0 (offload), wire length counted",
	IPv6Jumbogram:     "ipv6 jumbograms",
	IPv4OptionsCut:    "ipv4 options cut (ports given 0)",
	IPv6ExtensionsCut: "ipv6 extension headers cut (ports given 0)",
	IPv4Fragment:      "ipv4 fragments",
	IPv6Fragment:      "ipv6 fragments",
	PortsCut:          "transport ports not readable (given 0)",
	TCPFlagsCut:       "tcp flags not readable (given 0)",
	ICMPTypeCut:       "icmp type not readable (given 0)",
}

// String returns what the note says of the frames it counts.
func (n Note) String() string {
	if n < 0 || n >= NoteCount {
		return fmt.Sprintf("note %d", int8(n))
	}
	return noteTexts[n]
}
