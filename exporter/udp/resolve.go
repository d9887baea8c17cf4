package udp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// resolve turns HOST:PORT into an address of the source's family.
func resolve(ctx context.Context, address string, source netip.Addr) (netip.AddrPort, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return netip.AddrPort{}, fmt.Errorf("collector %q: want HOST:PORT, as 192.0.2.1:2055 or [2001:db8::1]:4739", address)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == 0 {
		return netip.AddrPort{}, fmt.Errorf("collector %q: port %q: want a number from 1 to 65535", address, portText)
	}
	found, err := lookup(ctx, host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("resolve collector %q: %w", address, err)
	}
	chosen, ok := choose(found, source)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("collector %q has no address of the family of source address %q", address, source)
	}
	return netip.AddrPortFrom(chosen, uint16(port)), nil
}

func lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(found) == 0 {
		err = errors.New("the name has no address")
	}
	return found, err
}

// choose takes the first address of the source's family; without a source IPv4 comes first, as in
// net.ResolveUDPAddr, so that localhost is 127.0.0.1.
func choose(found []netip.Addr, source netip.Addr) (netip.Addr, bool) {
	var other netip.Addr
	for _, a := range found {
		a = a.Unmap()
		switch {
		case source.IsValid() && a.Is4() == source.Is4(), !source.IsValid() && a.Is4():
			return a, true
		case !other.IsValid():
			other = a
		}
	}
	return other, !source.IsValid() && other.IsValid()
}
