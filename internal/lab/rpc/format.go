package rpc

import (
	"strings"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// format is how an answer is written.
type format int

const (
	formatXML format = iota
	formatJSON
)

func (f format) contentType() string {
	if f == formatJSON {
		return "application/json;charset=utf-8"
	}
	return "text/xml;charset=utf-8"
}

// chooseFormat finds out how the client wants its answer. With an error, it has the scheme's own.
func (c *call) chooseFormat() error {
	c.format = formatXML
	if c.acs3 {
		c.format = acceptFormat(c.http.Header.Get("Accept"))
	}
	switch want := c.values["Format"]; {
	case want == "":
	case strings.EqualFold(want, "JSON"):
		c.format = formatJSON
	case strings.EqualFold(want, "XML"):
		c.format = formatXML
	default:
		return invalidFormat()
	}
	return nil
}

// acceptFormat is JSON unless XML alone is asked for.
func acceptFormat(accept string) format {
	accept = strings.ToLower(accept)
	if strings.Contains(accept, "xml") && !strings.Contains(accept, "json") {
		return formatXML
	}
	return formatJSON
}

// encode writes an object, with root as XML's outermost element.
func encode(f format, root string, o Object) ([]byte, error) {
	if f == formatJSON {
		return appendJSON(nil, o)
	}
	return appendXML([]byte(`<?xml version="1.0" encoding="UTF-8"?>`), root, o)
}

func (c *call) wrap(status int, body []byte) fault.Answer {
	return fault.Answer{Status: status, ContentType: c.format.contentType(), Body: body}
}

// withRequestID puts the RequestId in front, if the handler gave none.
func (o Object) withRequestID(id string) Object {
	for _, f := range o {
		if f.Name == "RequestId" {
			return o
		}
	}
	return append(Object{{"RequestId", id}}, o...)
}

// isName says whether s can be the name of an XML element, and needs no escape in JSON.
func isName(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case 'A' <= b && b <= 'Z', 'a' <= b && b <= 'z', b == '_':
		case i > 0 && ('0' <= b && b <= '9' || b == '-' || b == '.'):
		default:
			return false
		}
	}
	return s != ""
}
