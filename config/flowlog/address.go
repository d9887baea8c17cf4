package flowlog

import (
	"net/netip"
	"strings"
)

const legalAddress = "the IPv4 or IPv6 address of one server, without a zone"

// wrongAddress says what would be right instead of s, "" where s is an address that datagrams to one
// server can be sent to.
func wrongAddress(s, legal string) string {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return nearAddress(s, legal)
	}
	switch {
	case a.Zone() != "":
		return legal + ": a zone has a meaning on one machine only"
	case a.Is4In6():
		return a.Unmap().String() + ", the IPv4 address itself"
	case a.IsUnspecified():
		return legal + ": the unspecified address is none"
	case a.IsMulticast(), a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return legal + ": a multicast or broadcast address is not one server's"
	case a.Is6() && a.IsLinkLocalUnicast():
		return legal + ": a link-local one can't be reached without its zone"
	}
	return ""
}

// nearAddress finds the address in a text that has more than that.
func nearAddress(s, legal string) string {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().String() + ", and the port as NetflowServerPort"
	}
	if a, err := netip.ParseAddr(strings.Trim(s, " \t\r\n[]")); err == nil {
		return a.String() + ", without spaces or brackets"
	}
	return legal
}
