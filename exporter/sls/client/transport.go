package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
)

// call is one request and its fate: the transport that the SDK's client gets for it.
type call struct {
	client      *Client
	ctx         context.Context //nolint:containedctx // the SDK's client takes none
	target      target
	request     *Request
	credentials Credentials

	sent  atomic.Bool
	tried bool
	acked bool
	err   *Error
}

// RoundTrip implements http.RoundTripper. An answer that doesn't acknowledge is an error for the
// SDK, too, so that it neither retries nor follows it anywhere.
func (c *call) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	if c.tried {
		return nil, errOtherRequest
	}
	c.tried = true
	if c.err = c.exchange(r); c.err != nil {
		return nil, c.err
	}
	c.acked = true
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: r,
	}, nil
}

func (c *call) exchange(r *http.Request) *Error {
	if r.Method != http.MethodPost || r.URL.Scheme != c.target.scheme || r.URL.Host != c.target.host || r.URL.RequestURI() != c.target.path {
		return &Error{Kind: Destination, Err: errOtherRequest}
	}
	out, err := c.signed(r)
	if err != nil {
		return &Error{Kind: Destination, Err: err}
	}
	resp, err := c.client.o.Base.RoundTrip(out)
	if err != nil {
		return c.failed(err)
	}
	defer func() { _ = resp.Body.Close() }()
	e := judge(resp, c.target.host, c.client.o.Now())
	if e == nil {
		return nil
	}
	if e.Kind == Network {
		return c.failed(e.Err)
	}
	if isSkew(e) {
		c.client.clock.learn(resp.Header)
	}
	return e
}

// signed is the request as it goes out.
func (c *call) signed(r *http.Request) (*http.Request, error) {
	trace := &httptrace.ClientTrace{WroteHeaders: func() { c.sent.Store(true) }}
	out := r.Clone(httptrace.WithClientTrace(c.ctx, trace))
	out.Header.Del(sdk.HTTPHeaderHost)
	if c.request.Compression != "" {
		out.Header.Set("X-Log-Compresstype", c.request.Compression)
	}
	out.Header.Set(sdk.HTTPHeaderBodyRawSize, strconv.Itoa(c.request.RawSize))
	return out, sign(out, c.client.o.Signature, c.request.Destination.Region, c.credentials, c.request.Payload, c.client.clock.now())
}

// failed is an exchange without a whole answer.
func (c *call) failed(err error) *Error {
	e := &Error{Kind: Network, Sent: c.sent.Load() || !isDialError(err), Err: fmt.Errorf("send to %s: %w", c.target.host, err)}
	if cause := context.Cause(c.ctx); cause != nil {
		e.Kind = Canceled
		if errors.Is(cause, errTimeout) {
			e.Kind, e.Err = Network, fmt.Errorf("send to %s: %w", c.target.host, errTimeout)
		}
	}
	return e
}
