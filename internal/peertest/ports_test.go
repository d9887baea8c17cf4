package peertest

import (
	"net"
	"sync/atomic"
	"testing"
)

// lastPort is the last port that was given out.
var lastPort atomic.Int32

// ports returns the first of n adjacent free UDP ports of 127.0.0.1, another for each call.
func ports(t *testing.T, n int) int {
	t.Helper()
	lastPort.CompareAndSwap(0, 29000)
	for {
		first := int(lastPort.Add(int32(n))) - n
		if first > 32000 {
			t.Fatal("no free ports between 29000 and 32000")
		}
		if free(first, n) {
			return first
		}
	}
}

func free(first, n int) bool {
	for p := first; p < first+n; p++ {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: p})
		if err != nil {
			return false
		}
		_ = c.Close()
	}
	return true
}
