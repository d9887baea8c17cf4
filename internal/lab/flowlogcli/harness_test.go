package flowlogcli

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config/credentials"
)

const (
	testSecret = "the-secret-of-the-test"
	testToken  = "token+of/the=test"
)

// fixed is a Provider of one access key, or of an error.
type fixed struct {
	credentials.Credentials
	err error
}

func (f fixed) Get() (credentials.Credentials, error)     { return f.Credentials, f.err }
func (f fixed) Refresh() (credentials.Credentials, error) { return f.Credentials, f.err }
func (f fixed) Origin() string                            { return "the test" }

func keyPair(token string) fixed {
	return fixed{Credentials: credentials.Credentials{
		AccessKeyID: "LTAItest", AccessKeySecret: testSecret, SecurityToken: credentials.Secret(token),
	}}
}

// answers is a network that answers each request from a function.
type answers func(*http.Request) (status int, body string, err error)

// RoundTrip implements http.RoundTripper.
func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body, err := a(r)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Location": {"http://192.0.2.1/"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// client returns a Client whose network is a.
func client(t testing.TB, a answers) *Client {
	t.Helper()
	c, err := New(Options{Endpoint: "http://127.0.0.1:8180", Region: "cn-shanghai", Credentials: keyPair(testToken)})
	if err != nil {
		t.Fatal(err)
	}
	c.transport = a
	return c
}

// always answers all requests alike.
func always(status int, body string) answers {
	return func(*http.Request) (int, string, error) { return status, body, nil }
}

var errNetwork = errors.New("the network is down")
