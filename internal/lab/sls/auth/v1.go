package auth

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the service's signature of version 1 is made with it
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
)

const (
	// methodV1 is the only method of version 1.
	methodV1 = "hmac-sha1"
	// utcFormat is what some clients write for http.TimeFormat.
	utcFormat = "Mon, 02 Jan 2006 15:04:05 UTC"
)

func (c *Claim) readV1(rest string) error {
	c.Version = 1
	var ok bool
	if c.AccessKeyID, c.signature, ok = strings.Cut(rest, ":"); !ok || c.AccessKeyID == "" || c.signature == "" {
		return apierror.Unauthorized("Authorization is not LOG KEY:SIGNATURE")
	}
	switch m := c.request.Header.Get(HeaderSignatureMethod); m {
	case methodV1:
	case "":
		return apierror.Bad("MissingSignatureMethod", "x-log-signaturemethod does not exist in http header: want %s", methodV1)
	default:
		return apierror.Bad("InvalidSignatureMethod", "x-log-signaturemethod %.40q is unsupported: want %s", m, methodV1)
	}
	// Where Date can't be set, as in browsers, x-log-date stands for it.
	if c.date = c.request.Header.Get("Date"); c.date == "" {
		c.date = c.request.Header.Get(HeaderDate)
	}
	return c.readTime(http.TimeFormat, utcFormat)
}

// signV1 computes the signature: base64 of the HMAC-SHA1 of the string to sign.
func (c *Claim) signV1(secret string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(c.stringV1()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (c *Claim) stringV1() string {
	h := c.request.Header
	lines := []string{c.request.Method, h.Get("Content-Md5"), h.Get("Content-Type"), c.date}
	for _, line := range ownHeaders(h) {
		lines = append(lines, line[0]+":"+line[1])
	}
	return strings.Join(append(lines, c.request.URL.EscapedPath()+queryV1(c.query)), "\n")
}

// ownHeaders returns the service's headers, in lower case and sorted, with the values trimmed.
func ownHeaders(h http.Header) [][2]string {
	var own [][2]string
	for name, values := range h {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-log-") || strings.HasPrefix(name, "x-acs-") {
			own = append(own, [2]string{name, strings.TrimSpace(values[0])})
		}
	}
	slices.SortFunc(own, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return own
}

// queryV1 is the query sorted by name, not encoded.
func queryV1(query url.Values) string {
	if len(query) == 0 {
		return ""
	}
	pairs := make([]string, 0, len(query))
	for _, name := range slices.Sorted(maps.Keys(query)) {
		pair := ""
		for _, value := range query[name] {
			pair += name + "=" + value
		}
		pairs = append(pairs, pair)
	}
	return "?" + strings.Join(pairs, "&")
}
