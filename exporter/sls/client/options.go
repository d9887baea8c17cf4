package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Signature is how requests are signed.
type Signature string

// The signatures.
const (
	// V4 is SLS4-HMAC-SHA256; it needs the endpoint's region.
	V4 Signature = "v4"
	// V1 is hmac-sha1.
	V1 Signature = "v1"
)

// Defaults of Options.
const (
	DefaultTimeout   = 30 * time.Second
	DefaultUserAgent = "sagflow"
)

// Options are a client's settings.
type Options struct {
	// Credentials gives the access key; it is asked before each request.
	Credentials Provider
	// Signature is V4 or V1; "" means V4.
	Signature Signature
	// AllowHTTP are the hosts off loopback that may be talked to in plain http: the endpoint's host,
	// without the project and port.
	AllowHTTP []string
	// Timeout bounds one request as a whole; 0 means DefaultTimeout.
	Timeout time.Duration
	// UserAgent is what requests carry; "" means DefaultUserAgent.
	UserAgent string
	// Now is the system's clock; nil means time.Now.
	Now func() time.Time
	// Dial connects to HOST:PORT; nil means the system's way. Addresses of projects of an endpoint
	// that is an IP address or localhost are already the endpoint's own.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Base carries the signed requests; nil means HTTP with Dial and the proxy of the environment.
	Base http.RoundTripper
}

func (o Options) complete() (Options, error) {
	if o.Credentials == nil {
		return o, errors.New("client of Log Service: want credentials")
	}
	switch o.Signature {
	case "":
		o.Signature = V4
	case V1, V4:
	default:
		return o, fmt.Errorf("signature %q: want v4 or v1", o.Signature)
	}
	if o.Timeout < 0 {
		return o, fmt.Errorf("request timeout %v: want a duration above 0", o.Timeout)
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.UserAgent == "" {
		o.UserAgent = DefaultUserAgent
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	if o.Base == nil {
		o.Base = newBase(o.Dial)
	}
	return o, nil
}
