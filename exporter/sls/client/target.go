package client

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// target is a destination whose names were checked.
type target struct {
	scheme, host, path string // of the request: host is PROJECT.ENDPOINT with the port
	endpoint           string // as the SDK wants it: SCHEME://HOST without the project
}

// Resolve fills in what a destination leaves open, its endpoint: the public one of its region. It
// checks what it can without asking anybody; the error then is an *Error of kind Destination.
func (c *Client) Resolve(d spool.Destination) (spool.Destination, error) {
	if d.Endpoint == "" && d.Region != "" {
		d.Endpoint = "https://" + d.Region + ".log.aliyuncs.com"
	}
	_, err := c.target(d)
	if err != nil {
		return d, err
	}
	return d, nil
}

func (c *Client) target(d spool.Destination) (target, error) {
	u, err := parseEndpoint(d.Endpoint)
	switch {
	case err != nil:
	case u.Scheme == "http" && !isLoopback(u.Hostname()) && !slices.Contains(c.o.AllowHTTP, u.Hostname()):
		err = fmt.Errorf("endpoint %q: plain http off loopback: use https, or allow the host %q", d.Endpoint, u.Hostname())
	case !isName(d.Project, 63, "-"):
		err = fmt.Errorf("project %q: want 1 to 63 of a-z, 0-9 and - with a letter or digit at both ends", d.Project)
	case !isName(d.Logstore, 63, "-_"):
		err = fmt.Errorf("logstore %q: want 1 to 63 of a-z, 0-9, - and _ with a letter or digit at both ends", d.Logstore)
	case c.o.Signature == V4 && !isName(d.Region, 63, "-"):
		err = fmt.Errorf("region %q: want one such as cn-shanghai; signature v4 needs it", d.Region)
	}
	if err != nil {
		return target{}, &Error{Kind: Destination, Err: err}
	}
	suffix := projectSuffix(u.Hostname())
	if port := u.Port(); port != "" {
		suffix += ":" + port
	}
	return target{
		scheme: u.Scheme, host: d.Project + "." + suffix, path: "/logstores/" + d.Logstore,
		endpoint: u.Scheme + "://" + suffix,
	}, nil
}

// parseEndpoint reads [SCHEME://]HOST[:PORT].
func parseEndpoint(endpoint string) (*url.URL, error) {
	text := endpoint
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" ||
		u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("endpoint %q: want one such as https://cn-shanghai.log.aliyuncs.com", endpoint)
	}
	return u, nil
}

func isName(s string, most int, also string) bool {
	if len(s) < 1 || len(s) > most || strings.ContainsRune(also, rune(s[0])) || strings.ContainsRune(also, rune(s[len(s)-1])) {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune(also, c) {
			return false
		}
	}
	return true
}
