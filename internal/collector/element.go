package collector

// slot is where a decoder keeps the number of one Information Element. There are 64 of them, so
// that one word says which ones a record has.
type slot uint8

const (
	octetDelta slot = iota
	packetDelta
	octetTotal
	packetTotal
	octetPost
	packetPost
	octetInitiator
	packetInitiator
	protocol
	classOfService
	tcpControlBits
	sourcePort
	destinationPort
	ingress
	egress
	ingressPhysical
	egressPhysical
	vlanID
	dot1qVLANID
	ipVersion
	flowDirection
	icmpTypeCode4
	icmpTypeCode6
	icmpType4
	icmpCode4
	icmpType6
	icmpCode6
	flowEndReason
	endUptime
	startUptime
	startSeconds
	endSeconds
	startMilliseconds
	endMilliseconds
	startMicroseconds
	endMicroseconds
	startNanoseconds
	endNanoseconds
	startDelta
	endDelta
	systemInit
	durationMilliseconds
	durationMicroseconds
	observedSeconds
	observedMilliseconds
	observedMicroseconds
	observedNanoseconds
	samplingInterval
	samplingAlgorithm
	samplingPacketInterval
	samplingPacketSpace
	samplingSize
	samplingPopulation
	selectorAlgorithm
	exportedMessages
	exportedRecords
	exportedOctets
	ignoredPackets
	ignoredOctets
	notSentFlows
	notSentPackets
	notSentOctets
	templateID
	flowKeyIndicator
	slotCount
)

// kind says what a field's octets are.
type kind uint8

const (
	skipped       kind = iota
	number             // a number of this record, or of the biflow's forward side
	reverseNumber      // a number of the biflow's reverse side (RFC 5103)
	sourceIPv4
	destinationIPv4
	sourceIPv6
	destinationIPv6
	interfaceName
)

// reversePEN is the enterprise number of reverse Information Elements (RFC 5103 §6.1).
const reversePEN = 29305

// element is what the decoder does with an Information Element.
type element struct {
	kind kind
	slot slot
}

// elements maps IANA's element numbers; V9 shares them (RFC 7012 §4, RFC 3954 §8). Responder
// counters (232, 299) are the reverse side of initiator counters: some firewalls export biflows so.
var elements = [512]element{
	1: {number, octetDelta}, 2: {number, packetDelta}, 85: {number, octetTotal}, 86: {number, packetTotal},
	23: {number, octetPost}, 24: {number, packetPost},
	231: {number, octetInitiator}, 298: {number, packetInitiator},
	232: {reverseNumber, octetInitiator}, 299: {reverseNumber, packetInitiator},
	4: {number, protocol}, 5: {number, classOfService}, 6: {number, tcpControlBits},
	7: {number, sourcePort}, 180: {number, sourcePort}, 182: {number, sourcePort},
	11: {number, destinationPort}, 181: {number, destinationPort}, 183: {number, destinationPort},
	10: {number, ingress}, 14: {number, egress}, 252: {number, ingressPhysical}, 253: {number, egressPhysical},
	58: {number, vlanID}, 243: {number, dot1qVLANID}, 60: {number, ipVersion}, 61: {number, flowDirection},
	32: {number, icmpTypeCode4}, 139: {number, icmpTypeCode6},
	176: {number, icmpType4}, 177: {number, icmpCode4}, 178: {number, icmpType6}, 179: {number, icmpCode6},
	136: {number, flowEndReason},
	8:   {kind: sourceIPv4}, 12: {kind: destinationIPv4}, 27: {kind: sourceIPv6}, 28: {kind: destinationIPv6},
	21: {number, endUptime}, 22: {number, startUptime}, 150: {number, startSeconds}, 151: {number, endSeconds},
	152: {number, startMilliseconds}, 153: {number, endMilliseconds},
	154: {number, startMicroseconds}, 155: {number, endMicroseconds},
	156: {number, startNanoseconds}, 157: {number, endNanoseconds},
	158: {number, startDelta}, 159: {number, endDelta}, 160: {number, systemInit},
	161: {number, durationMilliseconds}, 162: {number, durationMicroseconds},
	322: {number, observedSeconds}, 323: {number, observedMilliseconds},
	324: {number, observedMicroseconds}, 325: {number, observedNanoseconds},
	34: {number, samplingInterval}, 50: {number, samplingInterval},
	35: {number, samplingAlgorithm}, 49: {number, samplingAlgorithm},
	304: {number, selectorAlgorithm}, 305: {number, samplingPacketInterval}, 306: {number, samplingPacketSpace},
	309: {number, samplingSize}, 310: {number, samplingPopulation},
	41: {number, exportedMessages}, 42: {number, exportedRecords}, 40: {number, exportedOctets},
	164: {number, ignoredPackets}, 165: {number, ignoredOctets},
	166: {number, notSentFlows}, 167: {number, notSentPackets}, 168: {number, notSentOctets},
	145: {number, templateID}, 173: {number, flowKeyIndicator}, 82: {kind: interfaceName},
}

// elementOf finds what to do with an element. Enterprise elements are skipped by their length,
// except for the reverse ones.
func elementOf(id uint16, enterprise uint32) element {
	if int(id) >= len(elements) {
		return element{}
	}
	e := elements[id]
	switch {
	case enterprise == 0:
		return e
	case enterprise == reversePEN && e.kind == number:
		e.kind = reverseNumber
		return e
	default:
		return element{}
	}
}

// v9Scope maps the scope types of V9's options templates (RFC 3954 §6.1) to elements.
func v9Scope(scopeType uint16) element {
	switch scopeType {
	case 2: // Interface
		return element{number, ingress}
	case 5: // Template
		return element{number, templateID}
	default: // System, Line Card, Cache
		return element{}
	}
}
