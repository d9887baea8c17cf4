package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// maxBody bounds what is read of an answer.
	maxBody = 64 << 10
	// maxAcknowledgement is the longest body of an acknowledgement, in octets. The service sends none.
	maxAcknowledgement = 128

	requestIDHeader = "X-Log-Requestid"
	maxCode         = 64
	maxText         = 512
)

// judge reads an answer and returns nil where it acknowledges.
func judge(resp *http.Response, host string, now time.Time) *Error {
	e := &Error{
		Kind: Refused, Status: resp.StatusCode, Sent: true,
		RequestID: printable(resp.Header.Get(requestIDHeader), maxCode), RetryAfter: retryAfter(resp.Header, now),
	}
	body, err := readBody(resp.Body)
	switch {
	case err != nil:
		e.Kind, e.Err = Network, err
		if errors.Is(err, errEndless) {
			e.Kind = Unacknowledged
		}
	case resp.Request != nil && resp.Request.URL.Host != host:
		e.Kind, e.Err = Unacknowledged, errOtherHost
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		e.Kind, e.Err = Unacknowledged, errRedirect
	case resp.StatusCode == http.StatusOK:
		if e.Err = acknowledged(e.RequestID, body); e.Err == nil {
			return nil
		}
		e.Kind = Unacknowledged
	default:
		e.refusal(body)
	}
	return e
}

func acknowledged(requestID string, body []byte) error {
	switch {
	case requestID == "":
		return errNoRequestID
	case bytes.HasPrefix(bytes.TrimLeft(body, "\ufeff \t\r\n"), []byte("<")):
		return errMarkup
	case len(body) > maxAcknowledgement:
		return errLongBody
	}
	return nil
}

// refusal reads what an answer says that is neither 200 nor a redirect. Without a request's id it is
// not Log Service that refused, but something on the way; 413, 429 and 5xx mean the same from both.
func (e *Error) refusal(body []byte) {
	var text struct {
		Code    string `json:"errorCode"`
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal(body, &text) == nil {
		e.Code, e.Message = printable(text.Code, maxCode), printable(text.Message, maxText)
	}
	own := e.RequestID != "" || e.Status == http.StatusRequestEntityTooLarge || e.Status == http.StatusTooManyRequests || e.Status >= 500
	if !own || e.Status < 400 {
		e.Kind, e.Err = Unacknowledged, errNoRequestID
		if e.RequestID != "" {
			e.Err = fmt.Errorf("status %d means nothing here", e.Status)
		}
	}
}

// readBody reads a body to its end, which must come within the limit.
func readBody(body io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if len(b) > maxBody {
		return nil, errEndless
	}
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	return b, nil
}

// retryAfter reads the header Retry-After (RFC 9110 §10.2.3): seconds, or a date of the server's clock.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(0, at.Sub(now)), 1<<31*time.Second)
}

// printable makes text of the other side fit for a log.
func printable(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s[:min(len(s), most)])
	return strings.ToValidUTF8(s[:min(len(s), most)], "?")
}
