package client

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// maxHeader bounds the octets of an answer's headers.
const maxHeader = 64 << 10

// newBase makes the HTTP that requests go through. It doesn't decompress: an answer's limit is one
// of octets as received.
func newBase(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		Proxy: proxyOf,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dial(ctx, network, dialAddress(address))
		},
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        55 * time.Second, // the SDK's: below the service's minute
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		ForceAttemptHTTP2:      false, // the service speaks HTTP/1.1
	}
}

// proxyOf is the environment's proxy, which leaves loopback alone, also that of a project's name.
func proxyOf(r *http.Request) (*url.URL, error) {
	if host, direct := splitDirect(r.URL.Hostname()); direct && isLoopback(host) {
		return nil, nil
	}
	return http.ProxyFromEnvironment(r)
}

// Projects of an endpoint that is not a name get these for one, behind the project's label.
const (
	localName  = "localhost"
	ipv6Prefix = "ipv6-"
)

// projectSuffix is the endpoint's host as it stands behind a project. A URL can't have an IPv6
// address there, so that it gets a form of its own.
func projectSuffix(host string) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		return ipv6Prefix + strings.ReplaceAll(ip.WithZone("").StringExpanded(), ":", "-")
	}
	return host
}

// splitDirect takes the project off a host, and returns the address or name to dial where the rest
// is none that a resolver could know.
func splitDirect(host string) (direct string, ok bool) {
	_, rest, found := strings.Cut(host, ".")
	if !found {
		return host, false
	}
	if text, is6 := strings.CutPrefix(rest, ipv6Prefix); is6 {
		rest = strings.ReplaceAll(text, "-", ":")
	}
	if _, err := netip.ParseAddr(rest); err == nil || rest == localName {
		return rest, true
	}
	return host, false
}

// dialAddress is where a connection to HOST:PORT goes.
func dialAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if direct, ok := splitDirect(host); ok {
		return net.JoinHostPort(direct, port)
	}
	return address
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == localName || err == nil && ip.Unmap().IsLoopback()
}
