package rpc

import (
	"fmt"
	"net/http"
	"net/url"
)

// refusal makes the common errors of RPC APIs (public documentation, "Common error codes"; statuses as tried or
// as the readings of this project have them).
func refusal(status int, code, message string) error {
	return &Error{Code: code, Message: message, Status: status}
}

func unknownAction() error {
	return refusal(http.StatusNotFound, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
}

func invalidVersion() error {
	return refusal(http.StatusBadRequest, "InvalidVersion", "Specified parameter Version is not valid.")
}

func missingParameter(name string) error {
	return refusal(http.StatusBadRequest, "MissingParameter",
		fmt.Sprintf("The input parameter %q that is mandatory for processing this request is not supplied.", name))
}

func invalidParameter(message string) error {
	return refusal(http.StatusBadRequest, "InvalidParameter", message)
}

func repeated(name string) error {
	return invalidParameter(fmt.Sprintf("The parameter %s is given more than once.", quote(name)))
}

func tooMany() error {
	return invalidParameter(fmt.Sprintf("The request has more than %d parameters.", maxParameters))
}

func invalidFormat() error {
	return refusal(http.StatusBadRequest, "InvalidParameter.Format", "The specified parameter \"Format\" is not valid: it takes JSON or XML.")
}

func timestampFormat() error {
	return refusal(http.StatusBadRequest, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
}

func timestampExpired() error {
	return refusal(http.StatusBadRequest, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
}

func keyNotFound() error {
	return refusal(http.StatusNotFound, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
}

func keyInactive() error {
	return refusal(http.StatusBadRequest, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
}

func missingToken() error {
	return refusal(http.StatusBadRequest, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
}

func tokenMismatch() error {
	return refusal(http.StatusBadRequest, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.")
}

func tokenExpired() error {
	return refusal(http.StatusBadRequest, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
}

func signatureMethod(message string) error {
	return refusal(http.StatusBadRequest, "InvalidSignatureMethod", message)
}

func incompleteSignature(message string) error {
	return refusal(http.StatusBadRequest, "IncompleteSignature", "The request signature does not conform to Alibaba Cloud standards. "+message)
}

func signatureMismatch(g *signature) error {
	return refusal(http.StatusBadRequest, "SignatureDoesNotMatch",
		"Specified signature is not matched with our calculation."+g.note+" server string to sign is:"+g.stringToSign)
}

func nonceUsed() error {
	return refusal(http.StatusBadRequest, "SignatureNonceUsed", "Specified signature nonce was used already.")
}

func throttled() error {
	return refusal(http.StatusBadRequest, "Throttling.User", "Request was denied due to user flow control.")
}

func unsupportedMethod(method string) error {
	return refusal(http.StatusMethodNotAllowed, "UnsupportedHTTPMethod",
		fmt.Sprintf("The HTTP method %s is not supported: it takes GET or POST.", quote(method)))
}

func bodyTooLarge() error {
	return refusal(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", fmt.Sprintf("The request body is larger than %d bytes.", maxBody))
}

func unsupportedBody(header, value string) error {
	return refusal(http.StatusUnsupportedMediaType, "UnsupportedMediaType",
		fmt.Sprintf("The %s %s of the request body is not supported: it takes application/x-www-form-urlencoded as it is.", header, quote(value)))
}

func internalError() *Error {
	return &Error{Code: "InternalError", Message: "The request processing has failed due to some unknown error.", Status: http.StatusInternalServerError}
}

func unavailable() *Error {
	return &Error{Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server.", Status: http.StatusServiceUnavailable}
}

// status is the error's HTTP status, or 500 if a handler gave none that is one of an error.
func (e *Error) status() int {
	if e.Status < 400 || e.Status > 599 {
		return http.StatusInternalServerError
	}
	return e.Status
}

// errorObject is an error's body.
func (s *Server) errorObject(c *call, e *Error) Object {
	host := s.o.HostID
	if host == "" {
		host = c.http.Host
	}
	query := url.Values{"q": {e.Code}, "requestId": {c.id}}
	if s.o.Product != "" {
		query.Set("product", s.o.Product)
	}
	return Object{
		{"RequestId", c.id},
		{"HostId", host},
		{"Code", e.Code},
		{"Message", e.Message},
		{"Recommend", "https://api.aliyun.com/troubleshoot?" + query.Encode()},
	}
}
