package packet

import "fmt"

// Verdict says how a frame ended. Each frame gets exactly one, so that the verdicts' counters sum
// up to the frames. It is an int8 and not an error: the hot path compares and counts it.
type Verdict int8

// The verdicts, in the order of their classes. Those whose comment names a parameter are counted
// by its values also (Counters.Details).
const (
	// Counted is an IP packet that goes to the flow table.
	Counted Verdict = iota

	// EtherType is an ethertype that is not IP. Parameter: the ethertype.
	EtherType
	// MPLSPayload is an MPLS payload that starts neither with 4 nor with 6, a pseudowire say.
	// Parameters: the ethertype, the first four bits.
	MPLSPayload
	// PPPoECode is a PPPoE session frame that isn't session data of version and type 1
	// (RFC 2516 §4). Parameters: version and type, code.
	PPPoECode
	// LLCShort is a frame too short for an LLC header.
	LLCShort
	// LLCProtocol is an LLC service that is neither SNAP nor IP. Parameter: the DSAP.
	LLCProtocol
	// SNAPOrganisation is a SNAP header of another organisation. Parameter: the OUI.
	SNAPOrganisation
	// SNAPType is a SNAP header with a length where its ethertype belongs. Parameter: that value.
	SNAPType
	// PPPProtocol is a PPP protocol that isn't IP or MPLS. Parameter: the protocol.
	PPPProtocol
	// AddressFamily is a BSD address family that isn't IP. Parameter: the family.
	AddressFamily
	// WLANShort is an 802.11 frame without a whole data header.
	WLANShort
	// WLANType is an 802.11 frame that isn't data. Parameter: the type.
	WLANType
	// WLANNull is an 802.11 data frame without data.
	WLANNull
	// WLANProtected is an encrypted 802.11 frame.
	WLANProtected
	// WLANAggregate is an 802.11 A-MSDU.
	WLANAggregate
	// PPINested is a PPI header in a PPI header.
	PPINested
	// NFLOGFamily is a Netfilter log entry of another family. Parameter: the family.
	NFLOGFamily
	// NFLOGNoPayload is a Netfilter log entry without the packet.
	NFLOGNoPayload
	// FrameRelayProtocol is a frame relay NLPID that isn't IP. Parameter: the NLPID.
	FrameRelayProtocol
	// SLLRadiotap is a Linux cooked frame of a radiotap interface.
	SLLRadiotap
	// SLLHardware is a Linux cooked frame of hardware whose protocol field is not an ethertype.
	// Parameters: the ARPHRD_ value, the protocol.
	SLLHardware
	// SLLProtocol is a Linux cooked frame with a kernel's own protocol number. Parameter: it.
	SLLProtocol
	// RawVersion is a raw packet that is neither IPv4 nor IPv6. Parameter: its version.
	RawVersion
	// LinkType is a frame of a link type that isn't known. Parameter: the link type.
	LinkType

	// EthernetCut and the verdicts after it are headers that the capture does not hold whole.
	EthernetCut
	// VLANCut is a VLAN tag cut short.
	VLANCut
	// MPLSCut is an MPLS label cut short.
	MPLSCut
	// MPLSEmpty is a bottom MPLS label with nothing behind it.
	MPLSEmpty
	// PPPoECut is a PPPoE header cut short.
	PPPoECut
	// PPPCut is a PPP protocol field cut short.
	PPPCut
	// SNAPCut is a SNAP header cut short.
	SNAPCut
	// WLANQoSCut is the QoS field of an 802.11 header cut short.
	WLANQoSCut
	// SLLCut is a Linux cooked header cut short.
	SLLCut
	// SLL2Cut is a Linux cooked header of version 2 cut short.
	SLL2Cut
	// NullCut is a BSD loopback header cut short.
	NullCut
	// HDLCCut is a Cisco HDLC or PPP-in-HDLC header cut short.
	HDLCCut
	// RadiotapCut is a radiotap or PPI header cut short.
	RadiotapCut
	// PrismCut is a Prism header cut short.
	PrismCut
	// AVSCut is an AVS header cut short.
	AVSCut
	// NFLOGCut is a Netfilter log header cut short.
	NFLOGCut
	// NFLOGLength is a Netfilter log attribute shorter than its header. Parameter: its length.
	NFLOGLength
	// PFLOGCut is a header of the OpenBSD packet filter's log cut short.
	PFLOGCut
	// EncCut is a header of OpenBSD's enc(4) cut short.
	EncCut
	// TokenRingCut is a token ring header cut short.
	TokenRingCut
	// FrameRelayCut is a frame relay header cut short.
	FrameRelayCut
	// NoOctets is a raw IP frame of which nothing was captured.
	NoOctets
	// IPv4Cut is a fixed IPv4 header cut short.
	IPv4Cut
	// IPv4Version is a packet announced as IPv4 that has another version. Parameter: it.
	IPv4Version
	// IPv4HeaderLength is an IPv4 header length under 20 octets. Parameter: it.
	IPv4HeaderLength
	// IPv4TotalLength is an IPv4 total length under the header length, not 0. Parameter: it.
	IPv4TotalLength
	// IPv4TotalZero is an IPv4 total length of 0 with nothing behind the header.
	IPv4TotalZero
	// IPv4PastFrame is an IPv4 total length past the frame; only with Options.Strict.
	IPv4PastFrame
	// IPv6Cut is a fixed IPv6 header cut short.
	IPv6Cut
	// IPv6Version is a packet announced as IPv6 that has another version. Parameter: it.
	IPv6Version
	// IPv6PayloadZero is an IPv6 payload length of 0 with data behind the header; only with
	// Options.RejectZeroLength.
	IPv6PayloadZero
	// IPv6PastFrame is an IPv6 payload length past the frame; only with Options.Strict.
	IPv6PastFrame

	// Filtered is an IP packet that the user's filter refused (Decoder.Reject).
	Filtered
	// Inactive is a frame that came while nothing was to be metered (Decoder.Skip).
	Inactive
	// Own is a packet of this exporter itself (Decoder.Reject).
	Own
	// Unsampled is a frame that sampling passed over (Decoder.Skip).
	Unsampled

	// VerdictCount is the number of verdicts.
	VerdictCount = iota
)

// Class groups the verdicts.
type Class int8

// The classes of verdicts.
const (
	ClassCounted   Class = iota // in the flow table
	ClassNonIP                  // whole, but not an IP packet that can be reached
	ClassMalformed              // a header is cut short or contradicts itself
	ClassExcluded               // left out on purpose
	classCount
)

// String returns counted, non-IP, malformed or excluded.
func (c Class) String() string {
	names := [classCount]string{"counted", "non-IP", "malformed", "excluded"}
	if c < 0 || c >= classCount {
		return fmt.Sprintf("class %d", int8(c))
	}
	return names[c]
}

// Class returns the verdict's class.
func (v Verdict) Class() Class {
	switch {
	case v == Counted:
		return ClassCounted
	case v < EthernetCut:
		return ClassNonIP
	case v < Filtered:
		return ClassMalformed
	default:
		return ClassExcluded
	}
}

// String returns what the verdict says of a frame, without a parameter.
func (v Verdict) String() string {
	if v < 0 || v >= VerdictCount {
		return fmt.Sprintf("verdict %d", int8(v))
	}
	return verdictTexts[v].name
}

// hasParameter says whether the verdict is counted by its parameter also.
func (v Verdict) hasParameter() bool { return verdictTexts[v].format != "" }

// pair packs two 16-bit parameters into one.
func pair(high, low uint16) uint32 { return uint32(high)<<16 | uint32(low) }
