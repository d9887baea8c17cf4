package wire

import (
	"slices"

	"github.com/sagflow/sagflow/flowtable"
)

// The kinds of flows. A version may have the same four again with other fields.
const (
	IPv4 = iota
	ICMPv4
	IPv6
	ICMPv6
	FlowKinds
)

// IP protocol numbers of the kinds with a template of their own.
const (
	protocolICMP   = 1
	protocolICMPv6 = 58
)

// KindOf returns the kind of a flow. ICMP of the other family's number is an ordinary flow.
func KindOf(r *flowtable.Record) int {
	if r.IPVersion == 4 {
		if r.Protocol == protocolICMP {
			return ICMPv4
		}
		return IPv4
	}
	if r.Protocol == protocolICMPv6 {
		return ICMPv6
	}
	return IPv6
}

// firstTemplateID is the first number that templates may have (RFC 3954 §5.2, RFC 7011 §3.4.1).
const firstTemplateID = 256

// Shape is which fields flows have by configuration. The zero value is all but the VLAN id.
type Shape struct {
	// VLAN adds VLANFields.
	VLAN bool
	// NoDirection leaves flowDirection (61) out.
	NoDirection bool
}

// TemplateID is the id of a kind's template. Each shape has other numbers, so that an id keeps its
// meaning when the configuration changes.
func TemplateID(kind int, s Shape) uint16 {
	id := firstTemplateID + uint16(kind)
	if s.VLAN {
		id += maxKinds
	}
	if s.NoDirection {
		id += 2 * maxKinds
	}
	return id
}

// FlowFields returns the table of a kind of flow. extra come between the addresses and what is
// common.
func FlowFields(kind int, extra []Field, s Shape) []Field {
	icmp := []Field(nil)
	addresses := IPv4Fields()
	switch kind {
	case ICMPv4:
		icmp = ICMPv4Fields()
	case IPv6:
		addresses = IPv6Fields()
	case ICMPv6:
		addresses, icmp = IPv6Fields(), ICMPv6Fields()
	}
	common := CommonFields()
	if s.NoDirection {
		common = UndirectedFields()
	}
	fields := slices.Concat(addresses, extra, common, icmp)
	if s.VLAN {
		fields = append(fields, VLANFields()...)
	}
	return fields
}
