package operation

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listen listens for /metrics and its like. The error says what to do.
func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err == nil {
		return l, nil
	}
	cause, remedy := err, "want HOST:PORT with a host of this machine, as 127.0.0.1:9105"
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		cause, remedy = errno, remedyOf(errno)
	}
	return nil, fmt.Errorf("listen on metrics %q: %w: %s", address, cause, remedy)
}

func remedyOf(errno syscall.Errno) string {
	switch errno {
	case syscall.EADDRINUSE:
		return "end the process that listens there, or give metrics another HOST:PORT (port 0 takes a free one)"
	case syscall.EADDRNOTAVAIL:
		return "give metrics an address of this machine, as 127.0.0.1:9105, or :9105 for all of them"
	case syscall.EACCES:
		return "give metrics a port above 1023: lower ones take CAP_NET_BIND_SERVICE"
	default:
		return "give metrics another HOST:PORT, as 127.0.0.1:9105"
	}
}
