//go:build !linux

package collector

import "net"

// setReceiveBuffer asks for a buffer of size octets. How much was granted is not known.
func setReceiveBuffer(conn *net.UDPConn, size int) int {
	_ = conn.SetReadBuffer(size)
	return 0
}

// socketDrops knows nothing: no counter per socket is at hand here.
func socketDrops(*net.UDPConn) Drops { return Drops{} }
