package client

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Whatever comes back, through HTTP's reader, the transport and the SDK: no panic, one request, and an
// acknowledgement only where all of it is there.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nx-log-requestid: 5F3A\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nx-log-requestid: 5F3A\r\n\r\n<html>login</html>",
		"HTTP/1.1 200 OK\r\nx-log-requestid: 5F3A\r\nContent-Length: 9\r\n\r\ncut",
		"HTTP/1.1 200 OK\r\nx-log-requestid: 5F3A\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nx-log-requestid: 5F3A\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 400 Bad\r\nx-log-requestid: 5F3A\r\nDate: Mon, 23 Nov 2026 09:00:00 GMT\r\n\r\n{\"errorCode\":\"RequestTimeTooSkewed\"}",
		"HTTP/1.1 500 Bad\r\nRetry-After: 7\r\n\r\n{\"errorCode\":500,\"errorMessage\":[]}",
		"HTTP/1.1 503 Bad\r\nx-log-requestid: 5F3A\r\n\r\nnull",
		"HTTP/1.0 999 \r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "", "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		requests := 0
		c := mustNew(t, Options{Base: base(func(r *http.Request) (*http.Response, error) {
			requests++
			_, _ = io.Copy(io.Discard, r.Body)
			return http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), r)
		})})
		err := c.Put(context.Background(), requestTo("https://example.com"))
		if requests != 1 {
			t.Errorf("%d requests", requests)
		}
		if err == nil && !mayAcknowledge(answer) {
			t.Errorf("acknowledged by %q", answer)
		}
		if err != nil && !strings.Contains(err.Error(), " ") {
			t.Errorf("an error that says nothing: %q", err)
		}
	})
}

// mayAcknowledge judges an answer by other means.
func mayAcknowledge(answer []byte) bool {
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), nil)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("x-log-requestid") == "" {
		return false
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return err == nil && len(body) <= 128 && !strings.HasPrefix(strings.TrimSpace(string(body)), "<")
}
