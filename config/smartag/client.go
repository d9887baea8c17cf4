package smartag

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	sdkcredentials "github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"

	"github.com/sagflow/sagflow/config/credentials"
)

// client calls the API. One goroutine at a time.
type client struct {
	gatewayID, region string
	endpoint          endpoint
	base              http.RoundTripper
	provider          credentials.Provider
	clock             *clock
	// used are the keys of the last call: no text of its answer may hold them.
	used credentials.Credentials
}

// prepare makes the request of one call and the response that it fills.
type prepare func() (requests.AcsRequest, responses.AcsResponse)

// call makes a call, and makes it once more for each cause that it can mend: the clock, and keys that changed.
func (c *client) call(ctx context.Context, p prepare) (object, error) {
	keys, err := c.provider.Get()
	if err != nil {
		return nil, &Error{Kind: Credentials, Err: fmt.Errorf("get credentials: %w", err)}
	}
	mended := map[Kind]bool{}
	for {
		answer, err := c.once(ctx, keys, p)
		var failure *Error
		if !errors.As(err, &failure) || mended[failure.Kind] || !c.mend(failure, &keys) {
			return answer, err
		}
		mended[failure.Kind] = true
	}
}

// mend says whether the call should be made again, with keys that may have changed.
func (c *client) mend(failure *Error, keys *credentials.Credentials) bool {
	switch failure.Kind {
	case Clock:
		return c.clock.learn(failure.date)
	case Refused:
		fresh, err := c.provider.Refresh()
		news := err == nil && !sameKeys(fresh, *keys)
		if news {
			*keys = fresh
		}
		return news
	default:
		return false
	}
}

// redact is for texts of the last answer.
func (c *client) redact(text string) string {
	return redact(text, string(c.used.AccessKeySecret), string(c.used.SecurityToken), c.used.AccessKeyID)
}

func sameKeys(a, b credentials.Credentials) bool {
	return a.AccessKeyID == b.AccessKeyID && a.AccessKeySecret == b.AccessKeySecret && a.SecurityToken == b.SecurityToken
}

// once makes one call and returns the answer's body.
func (c *client) once(ctx context.Context, keys credentials.Credentials, p prepare) (object, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	c.used = keys
	request, response := p()
	e := &exchange{
		ctx: ctx, base: c.base, endpoint: c.endpoint, clock: c.clock, keys: keys, action: request.GetActionName(),
	}
	err := c.do(e, request, response)
	if err == nil && e.failure == nil && e.answer != nil {
		return e.answer, nil
	}
	return nil, e.outcome(err)
}

// outcome is why a call failed: what the exchange says, completed by what the SDK says.
func (e *exchange) outcome(err error) *Error {
	var answered *sdkerrors.ServerError
	switch {
	case e.failure == nil && e.answer != nil && err != nil:
		return e.fail(Malformed, errors.New(e.redact(err.Error())))
	case e.failure == nil:
		return e.fail(Internal, fmt.Errorf("the SDK sent nothing: %s", e.redact(fmt.Sprint(err))))
	case errors.As(err, &answered):
		e.failure.Code, e.failure.Message, e.failure.RequestID = answered.ErrorCode(), answered.Message(), answered.RequestId()
	}
	return e.failure
}

// do runs the SDK. It signs with placeholders, so that nothing that it prints or returns holds a secret. Its
// proxy settings are unused with a transport of our own, yet it fails on environments that it can't read.
func (c *client) do(e *exchange, request requests.AcsRequest, response responses.AcsResponse) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the SDK panicked: %v", r)
		}
	}()
	settings := sdk.NewConfig()
	settings.Transport = e
	inner, err := sdk.NewClientWithOptions(c.region, settings, &sdkcredentials.AccessKeyCredential{
		AccessKeyId: "placeholder", AccessKeySecret: "placeholder",
	})
	if err != nil {
		return fmt.Errorf("make SDK client: %w", err)
	}
	inner.SetHttpProxy("unused")
	inner.SetHttpsProxy("unused")
	inner.SetNoProxy("unused")
	inner.SetReadTimeout(callTimeout + time.Minute) // the exchange's context ends it before
	request.SetScheme(c.endpoint.scheme)
	request.SetDomain(c.endpoint.host)
	return inner.DoAction(request, response)
}
