package auth

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // Content-MD5 is made with it
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/sagflow/sagflow/internal/lab/keys"
	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
)

// window is how far a request's time may be off (public documentation: 15 minutes).
const window = 15 * time.Minute

// CheckTime refuses a request that was signed too long before or after now.
func (c *Claim) CheckTime(now time.Time) error {
	switch off := c.Time.Sub(now); {
	case off < -window:
		return apierror.Bad("RequestTimeExpired", "Request time %.40s has been expired while server time is %s",
			c.date, now.UTC().Format(http.TimeFormat))
	case off > window:
		return apierror.Bad("RequestTimeTooSkewed", "Request time %.40s exceeds server time %s more than 15 minutes",
			c.date, now.UTC().Format(http.TimeFormat))
	}
	return nil
}

// CheckPair refuses a pair that was taken away or has ended, and a token that is not the pair's.
func (c *Claim) CheckPair(p keys.Pair, now time.Time) error {
	switch token := string(p.SecurityToken); {
	case p.Revoked:
		return apierror.Unauthorized("The AccessKeyId %s is disabled", c.AccessKeyID)
	case p.Expired(now) && token != "":
		return apierror.Unauthorized("The security token you provided has expired")
	case p.Expired(now):
		return apierror.Unauthorized("The AccessKeyId %s has expired", c.AccessKeyID)
	case token != "" && c.Token == "":
		return apierror.Unauthorized("The AccessKeyId %s is a temporary one: x-acs-security-token does not exist in http header", c.AccessKeyID)
	case !hmac.Equal([]byte(token), []byte(c.Token)):
		return apierror.Unauthorized("The security token you provided is not the one of AccessKeyId %s", c.AccessKeyID)
	}
	return nil
}

// Verify refuses a request that was not signed with this secret, or whose body is not the one that was signed.
func (c *Claim) Verify(secret string, body []byte) error {
	want := c.signV1
	if c.Version == 4 {
		want = c.signV4
	}
	if !hmac.Equal([]byte(want(secret)), []byte(c.signature)) {
		return mismatch("Signature %.100q not matched: the secret is another one, or the request was changed on its way", c.signature)
	}
	return c.checkBody(body)
}

func (c *Claim) checkBody(body []byte) error {
	given := c.request.Header.Get("Content-Md5")
	if given == "" && len(body) > 0 && c.Version == 1 {
		return apierror.Bad("MissingContentMD5", "Content-MD5 does not exist in http header: it is necessary with a body")
	}
	if sum := md5.Sum(body); given != "" && !strings.EqualFold(given, hex.EncodeToString(sum[:])) { //nolint:gosec // as above
		return mismatch("Content-MD5 %.40q is not that of the body, %X", given, sum)
	}
	if c.Version != 4 {
		return nil
	}
	given = c.request.Header.Get(HeaderContentSHA256)
	if sum := sha256.Sum256(body); !strings.EqualFold(given, hex.EncodeToString(sum[:])) {
		return mismatch("x-log-content-sha256 %.70q is not that of the body, %x", given, sum)
	}
	return nil
}

func mismatch(format string, args ...any) error {
	return apierror.New(http.StatusUnauthorized, "SignatureNotMatch", format, args...)
}
