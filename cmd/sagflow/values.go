package main

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// seconds is a duration given as a number of seconds or with a unit: 300, 0.5, 90s, 5m.
type seconds time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *seconds) UnmarshalText(text []byte) error {
	want := errors.New("want seconds (300, 0.5) or a duration (90s, 5m), 0 or more and below 36 years")
	d, err := time.ParseDuration(string(text))
	if n, numErr := strconv.ParseFloat(string(text), 64); numErr == nil {
		if math.IsNaN(n) || math.Abs(n) > flowtable.MaxAging.Seconds() {
			return want
		}
		d, err = time.Duration(math.Round(n*1e9)), nil
	}
	if err != nil || d < 0 || d > flowtable.MaxAging {
		return want
	}
	*s = seconds(d)
	return nil
}

// speed is how many times as fast as recorded; 0 stands for max.
type speed float64

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *speed) UnmarshalText(text []byte) error {
	if string(text) == "max" {
		*s = 0
		return nil
	}
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsNaN(n) || n <= 0 || n > 1e9 {
		return errors.New("want max, 1 (as recorded) or N times as fast, above 0")
	}
	*s = speed(n)
	return nil
}

// hostPort is the address of a collector: HOST:PORT, its name not looked up yet.
type hostPort string

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *hostPort) UnmarshalText(text []byte) error {
	host, port, err := net.SplitHostPort(string(text))
	if n, portErr := strconv.Atoi(port); err != nil || host == "" || portErr != nil || n < 1 || n > 65535 {
		return fmt.Errorf("%q: want HOST:PORT, as 192.0.2.9:2055, [2001:db8::9]:2055 or collector.example:2055", text)
	}
	*h = hostPort(text)
	return nil
}

// address is a local IP address.
type address struct{ netip.Addr }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *address) UnmarshalText(text []byte) error {
	addr, err := netip.ParseAddr(string(text))
	if err != nil {
		return fmt.Errorf("%q: want an IP address of this machine, as 192.0.2.1 or 2001:db8::1", text)
	}
	a.Addr = addr
	return nil
}

// domain is an observation domain: decimal or with 0x.
type domain uint32

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *domain) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 0, 32)
	if err != nil {
		return fmt.Errorf("%q: want a number from 0 to 4294967295", text)
	}
	*d = domain(n)
	return nil
}

// keyParts are the additional parts of the flow key.
type keyParts struct{ tos, vlan bool }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *keyParts) UnmarshalText(text []byte) error {
	for part := range strings.SplitSeq(string(text), ",") {
		switch strings.TrimSpace(part) {
		case "tos":
			k.tos = true
		case "vlan":
			k.vlan = true
		default:
			return fmt.Errorf("%q: want tos, vlan or tos,vlan", part)
		}
	}
	return nil
}
