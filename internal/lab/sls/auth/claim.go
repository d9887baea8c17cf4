package auth

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
)

// The headers that signing uses.
const (
	HeaderAPIVersion      = "X-Log-Apiversion"
	HeaderSignatureMethod = "X-Log-Signaturemethod"
	HeaderDate            = "X-Log-Date"
	HeaderContentSHA256   = "X-Log-Content-Sha256"
	HeaderSecurityToken   = "X-Acs-Security-Token" //nolint:gosec // a header's name, no secret
)

// apiVersion is the only one that there is.
const apiVersion = "0.6.0"

// Claim is who a request says it is from, and the proof.
type Claim struct {
	// AccessKeyID is not verified before Verify returns nil.
	AccessKeyID string
	// Version is 1 or 4.
	Version int
	// Time is when it was signed.
	Time time.Time
	// Token is the security token that came along, "" if none.
	Token string

	request   *http.Request
	query     url.Values
	date      string
	region    string
	signature string
}

// Parse reads the claim of a request. The request is not changed, and kept for Verify.
func Parse(r *http.Request) (*Claim, error) {
	switch v := r.Header.Get(HeaderAPIVersion); v {
	case apiVersion:
	case "":
		return nil, apierror.Bad("MissingAPIVersion", "x-log-apiversion does not exist in http header: want %s", apiVersion)
	default:
		return nil, apierror.Bad("InvalidAPIVersion", "x-log-apiversion %.40q is unsupported: want %s", v, apiVersion)
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, apierror.Invalid("the query can't be read: %v", err)
	}
	c := &Claim{request: r, query: query, Token: r.Header.Get(HeaderSecurityToken)}
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch scheme {
	case "LOG":
		return c, c.readV1(rest)
	case algorithmV4:
		return c, c.readV4(rest)
	case "":
		return nil, apierror.Unauthorized("the request is not signed: Authorization does not exist in http header")
	}
	return nil, apierror.Unauthorized("Authorization begins with %.40q: want LOG or %s", scheme, algorithmV4)
}

// Query returns the request's query.
func (c *Claim) Query() url.Values { return c.query }

// readTime reads the time that the signature covers. It must be written as a layout has it, to the letter:
// time.Parse also takes any number of decimals of a second.
func (c *Claim) readTime(layouts ...string) (err error) {
	if c.date == "" {
		return apierror.Bad("MissingDate", "Date does not exist in http header")
	}
	for _, layout := range layouts {
		if c.Time, err = time.Parse(layout, c.date); err == nil && c.Time.Format(layout) == c.date {
			return nil
		}
	}
	return apierror.Bad("InvalidDateFormat", "Date %.60q must follow %s", c.date, layouts[0])
}
