package rpc

import (
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// call is one request on its way through the server.
type call struct {
	http *http.Request
	id   string
	// query and form are the parameters by where they came; values are both.
	query, form, values map[string]string
	body                []byte
	acs3                bool
	action              string
	keyID               string
	format              format
	faults              fault.Decision
	now                 time.Time
}

// isCommon says whether a parameter belongs to the protocol, not to the action.
func isCommon(name string) bool {
	switch name {
	case "Action", "Version", "Format", "AccessKeyId", "SecurityToken", "Timestamp",
		"Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType":
		return true
	}
	return false
}

// request is what the handler gets to see.
func (c *call) request(version string) *Request {
	parameters := make(map[string]string, len(c.values))
	for name, value := range c.values {
		if !isCommon(name) {
			parameters[name] = value
		}
	}
	return &Request{
		Action: c.action, Version: version, RegionID: parameters["RegionId"],
		RequestID: c.id, AccessKeyID: c.keyID, Parameters: parameters,
	}
}

// lookup finds a parameter for the rules of faults; AccessKeyId is known for either scheme.
func (c *call) lookup(name string) (string, bool) {
	if name == "AccessKeyId" {
		return c.keyID, c.keyID != ""
	}
	value, ok := c.values[name]
	return value, ok
}

// identify finds out the scheme, action, key and format, as far as the request says them. An x-acs-action alone
// does not make the scheme ACS3: the official Go SDK sends it beside a signature of version 1.0.
func (c *call) identify() error {
	header := c.http.Header
	_, named := c.values["Action"]
	c.acs3 = strings.HasPrefix(header.Get("Authorization"), "ACS3-") || (header.Get("x-acs-action") != "" && !named)
	c.action, c.keyID = c.values["Action"], c.values["AccessKeyId"]
	if c.acs3 {
		c.action = header.Get("x-acs-action")
		c.keyID = authorizationParts(header.Get("Authorization"))["Credential"]
	}
	return c.chooseFormat()
}

// merge makes one set of query and form.
func (c *call) merge() error {
	c.values = maps.Clone(c.query)
	for name, value := range c.form {
		if _, ok := c.values[name]; ok {
			return repeated(name)
		}
		c.values[name] = value
	}
	if len(c.values) > maxParameters {
		return tooMany()
	}
	return nil
}
