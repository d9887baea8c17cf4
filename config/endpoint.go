package config

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// APIEndpoint is the Smartag API's endpoint of a region that has one: those of flowlog's rule for RegionId. All
// of them are named alike (alibaba-cloud-sdk-go v1.63.107, sdk/endpoints, product smartag).
func APIEndpoint(region string) string { return "https://smartag." + region + ".aliyuncs.com" }

// SLSEndpoint is Log Service's public endpoint of a region.
func SLSEndpoint(region string) string { return "https://" + region + ".log.aliyuncs.com" }

// endpoint is a codec of URLs that are scheme and host.
func endpoint() codec[string] {
	const want = "a URL of scheme and host, as https://smartag.cn-shanghai.aliyuncs.com or http://127.0.0.1:8180"
	return codec[string]{
		want: want, tag: tagText, print: asIs,
		parse: func(s string) (string, complaint) {
			u, err := url.Parse(s)
			switch {
			case err != nil || u.Scheme != "http" && u.Scheme != "https":
				return "", complaint{want: want}
			case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
				return "", complaint{"carries more than scheme and host; secrets belong in the environment or in credentials-file", want}
			case u.Path != "" && u.Path != "/" || u.Opaque != "" || !validHost(u.Hostname()) || !validPort(u) || strings.Contains(u.Host, "%"):
				return "", complaint{want: want}
			}
			return u.Scheme + "://" + canonicalAddress(u.Hostname(), u.Port()), complaint{}
		},
	}
}

// canonicalHost is a host as it is compared: names in lower case, addresses in their usual form.
func canonicalHost(host string) string {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().String()
	}
	return strings.ToLower(host)
}

// canonicalAddress is a canonical host, in brackets where it needs them, and its port if there is one.
func canonicalAddress(host, port string) string {
	host = canonicalHost(host)
	if port != "" {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.Atoi(u.Port())
	return err == nil && n >= 1 && n <= 65535
}

// plainHTTP returns the host of an endpoint that is reached in plain http off loopback, "" for any other.
func plainHTTP(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" || loopback(u.Hostname()) {
		return ""
	}
	return u.Hostname()
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && a.Unmap().IsLoopback()
}
