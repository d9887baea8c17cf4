package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// Request is one log group on its way.
type Request struct {
	Destination spool.Destination
	// Payload is a LogGroup, compressed as Compression says: lz4, zstd, deflate, or "" for not at all.
	// It must stay as it is until Put returned and, after an error, for good: a part of the HTTP
	// client may read on.
	Payload     []byte
	Compression string
	// RawSize is the number of octets before compression.
	RawSize int
}

// Client sends log groups. Its methods may be called by any number of goroutines.
type Client struct {
	o     Options
	clock clock
}

var (
	errTimeout      = errors.New("no answer in time")
	errNotConfirmed = errors.New("the SDK reports success without an acknowledgement")
)

// New makes a client.
func New(o Options) (*Client, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	c := &Client{o: o}
	c.clock.system = o.Now
	return c, nil
}

// ClockOffset is how far the service's clock is ahead of the system's, as far as that is known.
func (c *Client) ClockOffset() time.Duration { return time.Duration(c.clock.offset.Load()) }

// Refresh reads the credentials anew, and says whether they are others than before.
func (c *Client) Refresh() (changed bool, err error) {
	before, beforeErr := c.o.Credentials.Get()
	after, err := c.o.Credentials.Refresh()
	if err != nil {
		return false, fmt.Errorf("read credentials: %w", err)
	}
	return beforeErr != nil || before != after, nil
}

// Close closes the connections that no request uses.
func (c *Client) Close() {
	if b, ok := c.o.Base.(interface{ CloseIdleConnections() }); ok {
		b.CloseIdleConnections()
	}
}

// Credentials returns the credentials in force.
func (c *Client) Credentials() (Credentials, error) { return c.o.Credentials.Get() }

// Put sends a log group once. It returns nil only where the batch is acknowledged, and otherwise an
// *Error. The SDK and its libraries may panic: that is an error, too.
func (c *Client) Put(ctx context.Context, r *Request) error {
	t, err := c.target(r.Destination)
	if err != nil {
		return err
	}
	if len(r.Payload) == 0 {
		return &Error{Kind: Destination, Err: errors.New("send log group: it is empty")}
	}
	key, err := c.o.Credentials.Get()
	if err != nil {
		return &Error{Kind: NoCredentials, Err: fmt.Errorf("read credentials: %w", err)}
	}
	if key.AccessKeyID == "" || key.AccessKeySecret == "" {
		return &Error{Kind: NoCredentials, Err: errors.New("read credentials: they hold no access key id and secret")}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.o.Timeout, errTimeout)
	defer cancel()
	return (&call{client: c, ctx: ctx, target: t, request: r, credentials: key}).do()
}

// do has the SDK's client send the request. The octets are compressed already: it is told that they
// are not, and the transport puts the headers right.
func (c *call) do() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Kind: Unacknowledged, Sent: c.tried, Err: fmt.Errorf("the SDK panicked: %v", p)}
		}
	}()
	one := &sdk.Client{
		Endpoint: c.target.endpoint, UserAgent: c.client.o.UserAgent, AuthVersion: sdk.AuthV0,
		HTTPClient: &http.Client{Transport: c, CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect }},
	}
	d := c.request.Destination
	sdkErr := one.PutRawLogWithCompressType(d.Project, d.Logstore, c.request.Payload, sdk.Compress_None)
	switch {
	case c.err != nil:
		return c.err
	case sdkErr != nil:
		return &Error{Kind: Unacknowledged, Sent: c.tried, Err: sdkErr}
	case !c.acked:
		return &Error{Kind: Unacknowledged, Err: errNotConfirmed}
	}
	return nil
}

// isDialError says that there was no connection: then nothing was sent.
func isDialError(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}
