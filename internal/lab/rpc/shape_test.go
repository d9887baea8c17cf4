package rpc

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// What is no call at all gets a clear answer.
func TestShapeOfRequests(t *testing.T) {
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
	many := strings.Repeat("&p", maxParameters+1)
	var different strings.Builder
	for i := range maxParameters/2 + 1 {
		fmt.Fprintf(&different, "&p%d=1", i)
	}
	tests := []struct {
		name, method, target, body string
		header                     map[string]string
		status                     int
		code, message              string
	}{
		{"HEAD", "HEAD", "/", "", nil, 405, "", ""},
		{"PUT", "PUT", "/?Format=JSON", "", nil, 405, "UnsupportedHTTPMethod", `The HTTP method "PUT" is not supported: it takes GET or POST.`},
		{"OPTIONS", "OPTIONS", "/", "", nil, 405, "UnsupportedHTTPMethod", ""},
		{"another path", "GET", "/v2/flowlogs", "", nil, 404, "InvalidAction.NotFound", ""},
		{"nothing at all", "GET", "/", "", nil, 404, "InvalidAction.NotFound", ""},
		{"twice in the query", "GET", "/?Action=A&Action=B", "", nil, 400, "InvalidParameter", `The parameter "Action" is given more than once.`},
		{"twice alike", "GET", "/?Name=A&Name=A", "", nil, 400, "InvalidParameter", `The parameter "Name" is given more than once.`},
		{"in query and form", "POST", "/?Name=A", "Name=A", form, 400, "InvalidParameter", `The parameter "Name" is given more than once.`},
		{"bad name", "GET", "/?%zz=1", "", nil, 400, "InvalidParameter", `The name of a parameter in the query is not percent-encoded: "%zz".`},
		{"bad value", "POST", "/", "Name=%", form, 400, "InvalidParameter", `The value of the parameter "Name" in the form is not percent-encoded.`},
		{"no name", "GET", "/?=1", "", nil, 400, "InvalidParameter", `A parameter in the query has no name: "=1".`},
		{"many alike", "GET", "/?" + many, "", nil, 400, "InvalidParameter", `The parameter "p" is given more than once.`},
		{"too many", "POST", "/?" + different.String(), strings.ReplaceAll(different.String(), "p", "q"), form, 400, "InvalidParameter", "The request has more than 1000 parameters."},
		{"a large body", "POST", "/", strings.Repeat("x", maxBody+1), form, 413, "RequestEntityTooLarge", "The request body is larger than 1048576 bytes."},
		{"JSON", "POST", "/", "{}", map[string]string{"Content-Type": "application/json"}, 415, "UnsupportedMediaType", ""},
		{"no type", "POST", "/", "a=b", nil, 415, "UnsupportedMediaType", ""},
		{"a broken type", "POST", "/", "a=b", map[string]string{"Content-Type": ";;"}, 415, "UnsupportedMediaType", ""},
		{"compressed", "POST", "/", "a=b", map[string]string{"Content-Type": form["Content-Type"], "Content-Encoding": "gzip"}, 415, "UnsupportedMediaType", ""},
		{"any type of an empty body", "POST", "/", "", map[string]string{"Content-Type": "application/json"}, 404, "InvalidAction.NotFound", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			r, err := http.NewRequest(test.method, l.URL+test.target, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range test.header {
				r.Header.Set(name, value)
			}
			got := l.do(t, r)
			if got.status != test.status || got.Code != test.code || (test.message != "" && got.Message != test.message) {
				t.Errorf("%d %s", got.status, got.body)
			}
			if allow := got.header.Get("Allow"); (test.status == 405) != (allow == "GET, POST") {
				t.Errorf("Allow: %q", allow)
			}
		})
	}
}

// Bytes that are no HTTP, and headers without end, leave the server standing.
func TestHostileConnections(t *testing.T) {
	l := newLab(t)
	for _, text := range []string{
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"GET / HTTP/1.1\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\nshort",
		"GET /?" + strings.Repeat("a", 2*maxHeader) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: <\"&>\r\nAuthorization: ACS3-\r\n\r\n",
		"GET * HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", l.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
	if got := l.get(t, nil); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}
