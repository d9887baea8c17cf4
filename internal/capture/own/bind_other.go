//go:build !linux

package own

import (
	"net/netip"
	"syscall"
)

// bindFirst does nothing: only Linux captures live.
func bindFirst(netip.AddrPort, func(netip.AddrPort)) func(network, address string, c syscall.RawConn) error {
	return nil
}
