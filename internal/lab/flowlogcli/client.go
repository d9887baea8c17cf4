package flowlogcli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkcredentials "github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/flowlog"
)

// DefaultTimeout is how long one call may take.
const DefaultTimeout = 10 * time.Second

// Options say which API is called, and as whom.
type Options struct {
	// Endpoint is a URL of scheme and host. Plain http is for loopback and the hosts in AllowHTTP.
	Endpoint  string
	AllowHTTP []string
	// Region is the RegionId of every call; it is sent as it is.
	Region string
	// Credentials sign the calls; asked anew for each.
	Credentials credentials.Provider
	// Timeout bounds one call, 0 is DefaultTimeout.
	Timeout time.Duration
}

// Client calls the API. Its methods may be called by any goroutine.
type Client struct {
	o            Options
	scheme, host string
	transport    http.RoundTripper
}

// New returns a Client, or an *OptionError. Nothing is sent before a method is called.
func New(o Options) (*Client, error) {
	scheme, host, err := parseEndpoint(o.Endpoint, o.AllowHTTP)
	if err != nil {
		return nil, err
	}
	if o.Timeout < 0 {
		return nil, &OptionError{Option: "--timeout", Value: o.Timeout.String(), Want: "more than 0"}
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	return &Client{o: o, scheme: scheme, host: host, transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: o.Timeout}).DialContext,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}}, nil
}

// Close ends idle connections.
func (c *Client) Close() {
	if t, ok := c.transport.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

func (c *Client) endpoint() string { return c.scheme + "://" + c.host }

// call sends request with the parameters, and fills response. Errors are *Error where the API refused,
// *AnswerError where the answer is none of the Smartag API's, and name the action and the endpoint otherwise.
func (c *Client) call(ctx context.Context, request requests.AcsRequest, response responses.AcsResponse, p flowlog.Parameters) error {
	keys, err := c.o.Credentials.Get()
	if err != nil {
		return &CredentialsError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	client, err := c.sdkClient(ctx, keys)
	if err != nil {
		return fmt.Errorf("prepare %s: %w", request.GetActionName(), err)
	}
	request.SetScheme(c.scheme)
	request.SetDomain(c.host)
	// All by QueryParams: the SDK leaves a field that is empty out.
	all := flowlog.Parameters{"RegionId": c.o.Region}
	maps.Copy(all, p)
	maps.Copy(request.GetQueryParams(), all)
	return c.explain(request.GetActionName(), do(client, request, response), all, keys)
}

// sdkClient makes a client for one call: the SDK's calls take no context.
func (c *Client) sdkClient(ctx context.Context, keys credentials.Credentials) (*sdk.Client, error) {
	config := sdk.NewConfig().WithTimeout(c.o.Timeout)
	config.Transport = &guard{ctx: ctx, host: c.host, next: c.transport}
	if keys.SecurityToken != "" {
		return sdk.NewClientWithOptions("", config, sdkcredentials.NewStaticSTSCredentialsProvider(
			keys.AccessKeyID, string(keys.AccessKeySecret), string(keys.SecurityToken)))
	}
	return sdk.NewClientWithOptions("", config, sdkcredentials.NewStaticAKCredentialsProvider(
		keys.AccessKeyID, string(keys.AccessKeySecret)))
}

// do is DoAction without its panics.
func do(client *sdk.Client, request requests.AcsRequest, response responses.AcsResponse) (err error) {
	defer func() {
		if recover() != nil {
			err = &AnswerError{Problem: "the SDK can't read it"}
		}
	}()
	// The proxy is the transport's matter; the SDK would refuse to work where the environment holds a
	// pattern that it can't read.
	client.SetNoProxy("localhost")
	err = client.DoAction(request, response)
	if u := (*url.Error)(nil); errors.As(err, &u) { // its text holds the query: key id, token, signature
		err = u.Err
		if u.Timeout() {
			err = context.DeadlineExceeded
		}
	}
	return err
}
