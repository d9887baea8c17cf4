package smartag

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// endpoint is where the API is: scheme, and host with a port where one was given.
type endpoint struct{ scheme, host string }

// String is the endpoint as a URL.
func (e endpoint) String() string { return e.scheme + "://" + e.host }

// parseEndpoint takes a URL of scheme and host. Plain http is for loopback, and for the hosts in allowed.
func parseEndpoint(text string, allowed []string) (endpoint, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return endpoint{}, fmt.Errorf("API endpoint %q: want scheme and host only, such as https://smartag.cn-shanghai.aliyuncs.com", withoutUser(text))
	}
	switch u.Scheme {
	case "https":
	case "http":
		if !isLoopback(u.Hostname()) && !slices.Contains(allowed, u.Hostname()) {
			return endpoint{}, fmt.Errorf("API endpoint %q: plain http off loopback is refused; want https, or the host %q allowed by name", text, u.Hostname())
		}
	default:
		return endpoint{}, fmt.Errorf("API endpoint %q: scheme %q is unknown; want https", text, u.Scheme)
	}
	return endpoint{scheme: u.Scheme, host: u.Host}, nil
}

// withoutUser cuts what may be a password out of a URL that is wrong anyway.
func withoutUser(text string) string {
	if i := strings.LastIndex(text, "@"); i >= 0 {
		return "…" + text[i:]
	}
	return text
}

// isLoopback says that packets to host stay on this machine.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
