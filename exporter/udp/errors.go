package udp

import (
	"syscall"

	"github.com/sagflow/sagflow/exporter"
)

// reasonOf is under which reason the records of a datagram are counted that met this error.
func reasonOf(e syscall.Errno) exporter.DropReason {
	switch e {
	case syscall.ECONNREFUSED:
		return exporter.DropRefused
	case syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EADDRNOTAVAIL:
		return exporter.DropUnreachable
	case syscall.EPERM, syscall.EACCES:
		return exporter.DropForbidden
	case syscall.ENOBUFS, syscall.EAGAIN, syscall.ENOMEM:
		return exporter.DropBufferFull
	default:
		return exporter.DropFailed
	}
}

// isRouteError says that the route or the source address has gone. A connected socket keeps its
// source address, so that only a new one can recover.
func isRouteError(err error) bool {
	switch errno(err) {
	case syscall.ENETUNREACH, syscall.EADDRNOTAVAIL, syscall.EINVAL, syscall.ENODEV, syscall.EPIPE:
		return true
	default:
		return false
	}
}

// mayPass says whether an error of opening the socket may pass by itself: a gateway starts before
// its uplink is there. A source address that isn't this host's is a mistake to be told at once.
func mayPass(err error) bool {
	switch errno(err) {
	case syscall.EADDRNOTAVAIL:
		return false
	default:
		r := reasonOf(errno(err))
		return r == exporter.DropUnreachable || r == exporter.DropForbidden
	}
}
