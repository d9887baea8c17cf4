package routes

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture/rtnetlink"
)

// query asks the kernel for one destination. No route, and one that forbids, are answers: 0.
func query(conn *rtnetlink.Conn, dst netip.Addr) (ifIndex uint32, err error) {
	m, err := conn.Ask(unix.RTM_GETROUTE, question(dst))
	var refused *rtnetlink.RefusedError
	switch {
	case errors.As(err, &refused) && nowhere(refused.Errno):
		return 0, nil
	case err != nil:
		return 0, err
	}
	return parse(m)
}

// nowhere says whether an errno is what the kernel answers where packets go nowhere: there is no
// route, or it is of the kind unreachable, blackhole or prohibit (net/ipv4/fib_semantics.c, fib_props).
func nowhere(errno unix.Errno) bool {
	return slices.Contains([]unix.Errno{unix.ENETUNREACH, unix.EHOSTUNREACH, unix.EINVAL, unix.EACCES}, errno)
}

// Offsets of struct rtmsg's fields in octets (rtnetlink(7)).
const (
	offsetFamily      = 0
	offsetDestination = 1 // its prefix length
	offsetType        = 7
)

// question is the body of RTM_GETROUTE.
func question(dst netip.Addr) []byte {
	body := make([]byte, unix.SizeofRtMsg, unix.SizeofRtMsg+unix.SizeofRtAttr+16)
	body[offsetFamily] = unix.AF_INET6
	if dst.Is4() {
		body[offsetFamily] = unix.AF_INET
	}
	body[offsetDestination] = uint8(dst.BitLen())
	return rtnetlink.AppendAttribute(body, unix.RTA_DST, dst.WithZone("").AsSlice())
}

// parse reads the output interface of a route, 0 where it is not one that packets leave by.
func parse(m rtnetlink.Message) (ifIndex uint32, err error) {
	b := m.Data
	if m.Type != unix.RTM_NEWROUTE || len(b) < unix.SizeofRtMsg {
		return 0, fmt.Errorf("a message of type %d with %d octets is no route", m.Type, len(b))
	}
	kind := b[offsetType]
	for b = b[unix.SizeofRtMsg:]; len(b) > 0; {
		var a rtnetlink.Attribute
		if a, b, err = rtnetlink.NextAttribute(b); err != nil {
			return 0, err
		}
		if a.Type == unix.RTA_OIF {
			ifIndex, _ = a.Uint32()
		}
	}
	if kind != unix.RTN_UNICAST {
		return 0, nil
	}
	return ifIndex, nil
}

// groups are the notifications after which another answer may be right, as RTMGRP_ bits: routes,
// rules and next hops, and interfaces, whose routes vanish unannounced in IPv4 when they go down.
const groups = unix.RTMGRP_LINK | unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_ROUTE | unix.RTMGRP_IPV4_RULE |
	1<<(unix.RTNLGRP_IPV6_RULE-1) | 1<<(unix.RTNLGRP_NEXTHOP-1)
