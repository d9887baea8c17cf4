package flowlogcli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/flowlog"
)

// Error is a refusal of the API.
type Error struct {
	// Action is what was asked; Code, Message, Status and RequestID are the answer's.
	Action, Code, Message string
	Status                int
	RequestID             string
	// want is what the rules say about the parameter that the code is about, nil for none.
	want *flowlog.Fault
	// asked are the parameters that were sent.
	asked flowlog.Parameters
}

// Error is one line with all of it.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s: %s (status %d, RequestId %s)", e.Action, e.Code, e.Message, e.Status, e.RequestID)
}

// NetworkError says that there was no answer.
type NetworkError struct {
	Action, Endpoint string
	Err              error
}

// Error names action, endpoint and cause.
func (e *NetworkError) Error() string {
	if errors.Is(e.Err, context.DeadlineExceeded) {
		return fmt.Sprintf("%s: %s: no answer in time", e.Action, e.Endpoint)
	}
	return fmt.Sprintf("%s: %s: %v", e.Action, e.Endpoint, e.Err)
}

// Unwrap returns the cause.
func (e *NetworkError) Unwrap() error { return e.Err }

// CredentialsError says that there is nothing to sign with.
type CredentialsError struct{ Err error }

// Error is the provider's.
func (e *CredentialsError) Error() string { return fmt.Sprintf("read credentials: %v", e.Err) }

// Unwrap returns the provider's.
func (e *CredentialsError) Unwrap() error { return e.Err }

// explain turns the SDK's error of an action into one of ours.
func (c *Client) explain(action string, err error, p flowlog.Parameters, keys credentials.Credentials) error {
	refused, answer := (*sdkerrors.ServerError)(nil), (*AnswerError)(nil)
	endpoint := c.endpoint()
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return &Error{
			Action: action, Code: printable(refused.ErrorCode()), Message: withoutSecrets(printable(refused.Message()), keys),
			Status: refused.HttpStatus(), RequestID: printable(refused.RequestId()),
			want: faultOf(refused.ErrorCode(), p), asked: p,
		}
	case errors.As(err, &answer):
		answer.Action, answer.Endpoint = action, endpoint
		return answer
	case isClientError(err):
		return &AnswerError{Action: action, Endpoint: endpoint, Problem: "a field is of the wrong type"}
	}
	return &NetworkError{Action: action, Endpoint: endpoint, Err: err}
}

// isClientError says that the SDK itself failed: after the guard, only at the fields of an answer.
func isClientError(err error) bool {
	e := (*sdkerrors.ClientError)(nil)
	return errors.As(err, &e)
}

// withoutSecrets cuts the string to sign off, which holds the token, and masks what else is secret.
func withoutSecrets(message string, keys credentials.Credentials) string {
	if head, _, cut := strings.Cut(message, sdkerrors.MessageContain); cut {
		message = strings.TrimSpace(head) + " (the server's string to sign is left out)"
	}
	for _, secret := range []credentials.Secret{keys.AccessKeySecret, keys.SecurityToken} {
		if secret != "" {
			message = strings.NewReplacer(string(secret), "…", url.QueryEscape(string(secret)), "…").Replace(message)
		}
	}
	return message
}

// printable replaces what could steer a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, text)
}
