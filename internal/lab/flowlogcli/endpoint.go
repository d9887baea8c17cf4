package flowlogcli

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// OptionError is an option that can't be used: wrong usage rather than a failure.
type OptionError struct {
	// Option is its name on the command line, Value what it was given, Want what would be right.
	Option, Value, Want string
}

// Error names the option, the value and what would be right.
func (e *OptionError) Error() string { return fmt.Sprintf("%s %q: want %s", e.Option, e.Value, e.Want) }

// parseEndpoint takes a URL of scheme and host apart. Plain http leaves loopback only to the hosts in allow.
func parseEndpoint(text string, allow []string) (scheme, host string, err error) {
	wrong := func(want string) (string, string, error) {
		return "", "", &OptionError{Option: "--endpoint", Value: withoutUser(text), Want: want}
	}
	const form = "a URL of scheme and host, as http://127.0.0.1:8180 or https://smartag.cn-shanghai.aliyuncs.com"
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return wrong(form)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) && !allowed(u.Hostname(), allow) {
		return wrong("https, or --allow-http " + u.Hostname() + " if plain http is meant")
	}
	return u.Scheme, u.Host, nil
}

// withoutUser takes what stands before an @ out: it may be a secret.
func withoutUser(text string) string {
	head, rest, found := strings.Cut(text, "://")
	if i := strings.LastIndexByte(rest, '@'); found && i >= 0 {
		return head + "://…" + rest[i:]
	}
	return text
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func allowed(host string, allow []string) bool {
	return slices.ContainsFunc(allow, func(a string) bool { return strings.EqualFold(a, host) })
}
