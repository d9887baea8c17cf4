package smartag

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/sagflow/sagflow/config/credentials"
)

// exchange is the http.RoundTripper of one call: what stands between the SDK and the network.
type exchange struct {
	ctx       context.Context
	base      http.RoundTripper
	endpoint  endpoint
	clock     *clock
	keys      credentials.Credentials
	action    string
	signature string
	// answer is the body, once it proved to be a right answer; failure why there is none.
	answer  object
	failure *Error
}

// RoundTrip signs and sends the SDK's request, and hands it an answer that it can decode.
func (e *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, failure := e.trade(req)
	if failure != nil {
		e.failure = failure
		return nil, failure
	}
	return resp, nil
}

func (e *exchange) trade(req *http.Request) (*http.Response, *Error) {
	if req.URL.Scheme != e.endpoint.scheme || req.URL.Host != e.endpoint.host || req.ContentLength > 0 {
		return nil, e.fail(Internal, errors.New("the SDK asked for another host, or for a body"))
	}
	resp, err := e.base.RoundTrip(e.signed(req))
	if err != nil {
		return nil, e.fail(Network, e.plain(err))
	}
	defer resp.Body.Close() //nolint:errcheck // nothing more is wanted of it
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return nil, e.answered(Redirect, resp, errors.New("redirects are not followed"))
	}
	body, failure := e.read(resp)
	if failure != nil {
		return nil, failure
	}
	if resp.StatusCode != http.StatusOK {
		return e.refusal(req, resp, body)
	}
	if e.answer, err = parseAnswer(body); err != nil {
		return nil, e.answered(Malformed, resp, err)
	}
	return rebuilt(req, resp.StatusCode, body), nil
}

// signed is the request with our context and signature. Headers that tell of the SDK's keys go.
func (e *exchange) signed(req *http.Request) *http.Request {
	out := req.Clone(e.ctx)
	out.Host = e.endpoint.host
	out.Header.Del("X-Acs-Credentials-Provider")
	delete(out.Header, "x-acs-credentials-provider")
	out.URL.RawQuery, e.signature = sign(req.Method, req.URL.Query(), e.keys, e.clock.now())
	return out
}

// read takes the whole body, up to the limit.
func (e *exchange) read(resp *http.Response) ([]byte, *Error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit+1))
	switch {
	case err != nil:
		return nil, e.answered(Network, resp, fmt.Errorf("read answer: cut after %d bytes: %w", len(body), e.plain(err)))
	case len(body) > answerLimit:
		return nil, e.answered(TooLarge, resp, fmt.Errorf("the answer is longer than %d bytes", answerLimit))
	}
	return body, nil
}

// refusal hands the SDK an error of the API, freed of secrets.
func (e *exchange) refusal(req *http.Request, resp *http.Response, body []byte) (*http.Response, *Error) {
	refused, err := parseRefusal(body, e.redact)
	if err != nil {
		return nil, e.answered(kindOfStatus(resp.StatusCode), resp, err)
	}
	e.failure = e.answered(kindOf(resp.StatusCode, refused.Code), resp, nil)
	return rebuilt(req, resp.StatusCode, refused.json()), nil
}

// answered is a failure that came with an answer.
func (e *exchange) answered(kind Kind, resp *http.Response, err error) *Error {
	failure := e.fail(kind, err)
	failure.Status = resp.StatusCode
	failure.date = dateOf(resp.Header)
	failure.RetryAfter = retryAfter(resp.Header, e.clock.now())
	return failure
}

func (e *exchange) fail(kind Kind, err error) *Error {
	return &Error{Kind: kind, Action: e.action, Err: err}
}

// plain is an error of the transport without the URL, which is signed, and without other secrets.
func (e *exchange) plain(err error) error {
	if cause := e.ctx.Err(); errors.Is(cause, context.DeadlineExceeded) {
		return fmt.Errorf("no whole answer in time: %w", cause)
	}
	var withURL *url.Error
	if errors.As(err, &withURL) {
		err = withURL.Err
	}
	if text := e.redact(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

func (e *exchange) redact(text string) string {
	return redact(text, e.signature, string(e.keys.AccessKeySecret), string(e.keys.SecurityToken), e.keys.AccessKeyID)
}

// rebuilt is an answer of this body, without the headers of the real one.
func rebuilt(req *http.Request, status int, body []byte) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)), Request: req,
	}
}
