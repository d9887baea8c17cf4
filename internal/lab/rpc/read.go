package rpc

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// read takes the request in: what it returns is why it can't be served. Also then the call knows its format.
func (c *call) read(w http.ResponseWriter) error {
	queryErr := c.readQuery()
	bodyErr := c.readBody(w)
	formatErr := c.identify()
	if bodyErr == nil && queryErr == nil {
		if bodyErr = c.readForm(); bodyErr == nil {
			bodyErr = c.merge()
		}
		formatErr = c.identify()
	}
	for _, err := range []error{c.checkTarget(w), queryErr, bodyErr, formatErr} {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkTarget refuses what is no call at all.
func (c *call) checkTarget(w http.ResponseWriter) error {
	if m := c.http.Method; m != http.MethodGet && m != http.MethodPost {
		w.Header().Set("Allow", "GET, POST")
		return unsupportedMethod(m)
	}
	if path := c.http.URL.EscapedPath(); path != "/" && path != "" {
		return unknownAction()
	}
	return nil
}

func (c *call) readQuery() (err error) {
	c.query, err = parse("query", c.http.URL.RawQuery)
	c.values = c.query
	return err
}

// readBody reads a bounded body within a time limit.
func (c *call) readBody(w http.ResponseWriter) (err error) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	c.body, err = io.ReadAll(http.MaxBytesReader(w, c.http.Body, maxBody))
	if err == nil { // else net/http reads on, to reuse the connection: within the time limit
		_ = control.SetReadDeadline(time.Time{})
	}
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return bodyTooLarge()
	}
	if err != nil {
		return invalidParameter(fmt.Sprintf("The request body could not be read: %v.", err))
	}
	return nil
}

// readForm takes the body's parameters. An empty body may have any type.
func (c *call) readForm() (err error) {
	if len(c.body) == 0 {
		return nil
	}
	header := c.http.Header
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return unsupportedBody("Content-Encoding", encoding)
	}
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return unsupportedBody("Content-Type", header.Get("Content-Type"))
	}
	c.form, err = parse("form", string(c.body))
	return err
}
