// Package apierror is a refusal of Log Service: an HTTP status, and the body {"errorCode":…,"errorMessage":…}.
// Codes and statuses are those of the public documentation ("Error codes", and those of each action), where it has
// them; docs/lab-sls.md lists them, and which ones are a reading of this project.
package apierror

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is one refusal.
type Error struct {
	Status        int
	Code, Message string
}

// New makes an Error.
func New(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Error returns "Code: Message".
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Bad is a refusal with status 400.
func Bad(code, format string, args ...any) *Error {
	return New(http.StatusBadRequest, code, format, args...)
}

// Unauthorized is the refusal of a caller who could not be recognised.
func Unauthorized(format string, args ...any) *Error {
	return New(http.StatusUnauthorized, "Unauthorized", format, args...)
}

// Invalid is a parameter with a value that it can't have.
func Invalid(format string, args ...any) *Error { return Bad("ParameterInvalid", format, args...) }

// NotSupported is what the cloud does and the lab does not.
func NotSupported(format string, args ...any) *Error {
	return New(http.StatusNotImplemented, "NotSupported", format, args...)
}

// Of returns the refusal that err wraps; anything else is an InternalServerError that says nothing of it.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(http.StatusInternalServerError, "InternalServerError", "The server could not do this; its log says why.")
}
