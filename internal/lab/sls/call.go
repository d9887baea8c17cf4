package sls

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/auth"
	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

const (
	// MaxRaw is the most that a log group may have before compression: the service's limit.
	MaxRaw = 10 << 20
	// maxBody leaves room for what compression adds to what does not compress.
	maxBody = MaxRaw + MaxRaw/64

	bodyTimeout = time.Minute
)

// call is one request on its way.
type call struct {
	route
	http   *http.Request
	query  url.Values
	id     string
	claim  *auth.Claim
	body   []byte
	now    time.Time
	faults fault.Decision
}

// newCall reads a request. What it returns besides is why it can't be served.
func newCall(w http.ResponseWriter, r *http.Request) (*call, error) {
	query, queryErr := url.ParseQuery(r.URL.RawQuery)
	c := &call{http: r, query: query, route: routeOf(r.Method, r.Host, r.URL.Path, query)}
	bodyErr := c.read(w)
	claim, claimErr := auth.Parse(r)
	if claim != nil {
		c.claim = claim
	}
	if queryErr != nil {
		queryErr = apierror.Invalid("the query can't be read: %v", queryErr)
	}
	for _, err := range []error{claimErr, queryErr, bodyErr} {
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// read takes the body in, bounded in size and time.
func (c *call) read(w http.ResponseWriter) (err error) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	c.body, err = io.ReadAll(http.MaxBytesReader(w, c.http.Body, maxBody))
	_ = control.SetReadDeadline(time.Time{})
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return bodyTooLarge(int64(maxBody))
	}
	if err != nil {
		return apierror.Bad("PostBodyInvalid", "the body can't be read: %v", err)
	}
	return nil
}

func bodyTooLarge(size int64) error {
	return apierror.Bad("PostBodyTooLarge", "the body has more than %d bytes: at most %d are taken before compression", size, MaxRaw)
}

// lookup is how rules of faults see a call.
func (c *call) lookup(name string) (string, bool) {
	switch name {
	case "Project":
		return c.project, c.project != ""
	case "Logstore":
		return c.logstore, c.logstore != ""
	case "Shard":
		return c.shard, c.shard != ""
	case "AccessKeyId":
		if c.claim == nil {
			return "", false
		}
		return c.claim.AccessKeyID, true
	}
	return c.query.Get(name), c.query.Has(name)
}

// raw checks the sizes of the body and decompresses it.
func (c *call) raw() ([]byte, codec.Codec, error) {
	header := c.http.Header.Get("X-Log-Bodyrawsize")
	if header == "" {
		return nil, 0, apierror.Bad("MissingBodyRawSize", "x-log-bodyrawsize does not exist in header when it is necessary")
	}
	size, err := strconv.ParseUint(header, 10, 32)
	if err != nil {
		return nil, 0, apierror.Bad("InvalidBodyRawSize", "x-log-bodyrawsize %.40q is invalid: want a whole number", header)
	}
	if size > MaxRaw {
		return nil, 0, bodyTooLarge(int64(size) - 1)
	}
	kind, err := codec.Parse(c.http.Header.Get("X-Log-Compresstype"))
	if err != nil {
		return nil, 0, apierror.Bad("InvalidCompressType", "x-log-compresstype is unsupported: %v", err)
	}
	raw, err := codec.Decompress(kind, c.body, int(size))
	switch {
	case err != nil && kind == codec.None:
		return nil, 0, apierror.Bad("InvalidBodyRawSize", "x-log-bodyrawsize %d is invalid: the body has %d bytes", size, len(c.body))
	case err != nil:
		return nil, 0, apierror.Bad("PostBodyUncompressError", "Failed to decompress logs: %v", err)
	}
	return raw, kind, nil
}

// accepts says which compression the client wants its answer in.
func (c *call) accepts() codec.Codec {
	for name := range strings.SplitSeq(c.http.Header.Get("Accept-Encoding"), ",") {
		if kind, err := codec.Parse(strings.TrimSpace(name)); err == nil && kind != codec.None && kind != codec.Deflate {
			return kind
		}
	}
	return codec.None
}
