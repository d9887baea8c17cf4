package filter

import (
	"encoding/binary"
	"net/netip"
)

// parseAddresses parses an address (host) or a prefix.
func parseAddresses(t token, host bool) (prefix, *SyntaxError) {
	if host {
		return parseHost(t)
	}
	p, err := netip.ParsePrefix(t.text)
	if err != nil {
		if addr, err := netip.ParseAddr(t.text); err == nil && addr.Zone() == "" {
			return prefix{}, t.error("want a prefix with its length: %v, or \"host %v\"", netip.PrefixFrom(addr, addr.BitLen()), addr)
		}
		return prefix{}, t.error("want a prefix like 10.0.0.0/8 or 2001:db8::/32")
	}
	if p != p.Masked() {
		return prefix{}, t.error("the address has bits set behind the prefix length: want %v", p.Masked())
	}
	return makePrefix(p), nil
}

func parseHost(t token) (prefix, *SyntaxError) {
	addr, err := netip.ParseAddr(t.text)
	if err != nil {
		if _, err := netip.ParsePrefix(t.text); err == nil {
			return prefix{}, t.error("want an address without prefix length; \"net\" takes a prefix")
		}
		return prefix{}, t.error("want an IP address like 192.0.2.1 or 2001:db8::1 (no names)")
	}
	if addr.Zone() != "" {
		return prefix{}, t.error("want an address without zone: %v", addr.WithZone(""))
	}
	return makePrefix(netip.PrefixFrom(addr, addr.BitLen())), nil
}

func makePrefix(p netip.Prefix) prefix {
	n := prefix{version: 6, bits: uint8(p.Bits())}
	var b [16]byte
	if p.Addr().Is4() {
		n.version = 4
		b4 := p.Addr().As4()
		copy(b[:], b4[:])
	} else {
		b = p.Addr().As16()
	}
	n.high, n.low = binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	n.highMask, n.lowMask = mask(p.Bits()), mask(p.Bits()-64)
	return n
}

// mask returns a word with so many leading ones.
func mask(ones int) uint64 {
	return ^(^uint64(0) >> min(max(ones, 0), 64))
}

// prefix returns what makePrefix was given.
func (n *prefix) prefix() netip.Prefix {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], n.high)
	binary.BigEndian.PutUint64(b[8:], n.low)
	if n.version == 4 {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte(b[:4])), int(n.bits))
	}
	return netip.PrefixFrom(netip.AddrFrom16(b), int(n.bits))
}
