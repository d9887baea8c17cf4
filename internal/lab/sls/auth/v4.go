package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
)

const (
	algorithmV4 = "SLS4-HMAC-SHA256"
	productV4   = "sls"
	closingV4   = "aliyun_v4_request"
	prefixV4    = "aliyun_v4"
	timeV4      = "20060102T150405Z"
	dayLength   = len("20060102")
)

func (c *Claim) readV4(rest string) error {
	c.Version = 4
	credential, signature, ok := strings.Cut(rest, ",")
	credential, isCredential := strings.CutPrefix(strings.TrimSpace(credential), "Credential=")
	signature, isSignature := strings.CutPrefix(strings.TrimSpace(signature), "Signature=")
	parts := strings.Split(credential, "/")
	if !ok || !isCredential || !isSignature || len(parts) != 5 || slices.Contains(parts, "") {
		return apierror.Unauthorized("Authorization is not %s Credential=KEY/DATE/REGION/%s/%s,Signature=…", algorithmV4, productV4, closingV4)
	}
	c.AccessKeyID, c.region, c.signature = parts[0], parts[2], signature
	if parts[3] != productV4 || parts[4] != closingV4 {
		return apierror.Unauthorized("the credential ends in %.60q: want %s/%s", parts[3]+"/"+parts[4], productV4, closingV4)
	}
	c.date = c.request.Header.Get(HeaderDate)
	if err := c.readTime(timeV4); err != nil {
		return err
	}
	if parts[1] != c.date[:dayLength] {
		return apierror.Unauthorized("the credential is of the day %.20q, and x-log-date of %s", parts[1], c.date[:dayLength])
	}
	return nil
}

// signV4 computes the signature: the HMAC-SHA256, in hex, by a key of day and region.
func (c *Claim) signV4(secret string) string {
	day := c.date[:dayLength]
	key := []byte(prefixV4 + secret)
	for _, part := range []string{day, c.region, productV4, closingV4} {
		key = hmac256(key, part)
	}
	digest := sha256.Sum256([]byte(c.canonicalV4()))
	scope := strings.Join([]string{day, c.region, productV4, closingV4}, "/")
	text := strings.Join([]string{algorithmV4, c.date, scope, hex.EncodeToString(digest[:])}, "\n")
	return hex.EncodeToString(hmac256(key, text))
}

func hmac256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func (c *Claim) canonicalV4() string {
	headers := [][2]string{{"host", c.request.Host}}
	if _, ok := c.request.Header["Content-Type"]; ok {
		headers = append(headers, [2]string{"content-type", c.request.Header.Get("Content-Type")})
	}
	for _, h := range ownHeaders(c.request.Header) {
		if !strings.HasPrefix(h[0], "x-log-meta-") {
			headers = append(headers, h)
		}
	}
	slices.SortFunc(headers, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	names, lines := make([]string, 0, len(headers)), ""
	for _, h := range headers {
		names = append(names, h[0])
		lines += h[0] + ":" + h[1] + "\n"
	}
	return strings.Join([]string{
		c.request.Method, c.request.URL.EscapedPath(), queryV4(c.query), lines,
		strings.Join(names, ";"), c.request.Header.Get(HeaderContentSHA256),
	}, "\n")
}

// queryV4 is the query sorted by name, with encoded values.
func queryV4(query url.Values) string {
	pairs := make([]string, 0, len(query))
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if value := query.Get(name); value != "" {
			name += "=" + strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		}
		pairs = append(pairs, name)
	}
	return strings.Join(pairs, "&")
}
