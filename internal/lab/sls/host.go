package sls

import (
	"net"
	"net/netip"
	"strings"
)

// domain is the cloud's.
const domain = ".log.aliyuncs.com"

// ProjectOf returns the project that a request's Host names: the first label, or "" if the Host is an address,
// localhost, or a region's endpoint such as cn-hangzhou.log.aliyuncs.com. A port is ignored.
func ProjectOf(host string) string {
	host = hostname(host)
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil || strings.EqualFold(host, "localhost") {
		return ""
	}
	project, rest, _ := strings.Cut(host, ".")
	if strings.EqualFold("."+rest, domain) {
		return ""
	}
	return project
}

// regionOf returns the region that a Host of the cloud's names, or "".
func regionOf(host string) string {
	host = strings.ToLower(hostname(host))
	labels := strings.Split(strings.TrimSuffix(host, domain), ".")
	if !strings.HasSuffix(host, domain) || len(labels) > 2 {
		return ""
	}
	return strings.TrimSuffix(labels[len(labels)-1], "-intranet")
}

func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}
