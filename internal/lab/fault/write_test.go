package fault

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var answer = Answer{Status: 200, ContentType: "text/plain", Body: []byte("0123456789")}

// fetched is what a client got to see.
type fetched struct {
	status int
	length string
	body   string
	err    error
}

// fetch has a server answer once with a fault.
func fetch(t *testing.T, kind string, values Values) fetched {
	t.Helper()
	p := New(Options{})
	add(t, p, Rule{Kind: kind, Parameters: values})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, _ := p.Take("A", nothing).Group(Outcome)
		if !i.Write(w, r, answer) {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	t.Cleanup(server.Close)
	response, err := server.Client().Transport.RoundTrip(httptest.NewRequest(http.MethodGet, server.URL, nil))
	if err != nil {
		return fetched{err: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return fetched{response.StatusCode, response.Header.Get("Content-Length"), string(text), err}
}

func TestWrite(t *testing.T) {
	tests := []struct {
		kind   string
		values Values
		status int
		body   string
		cut    bool
	}{
		{CutBody, nil, 200, "01234", true},
		{CutBody, Values{"percent": "0"}, 200, "", true},
		{CutBody, Values{"percent": "99"}, 200, "012345678", true},
		{TruncatedJSON, Values{"percent": "30"}, 200, "012", false},
		{WrongJSON, Values{"body": "[]\n", "status": "500"}, 500, "[]\n", false},
		{EmptyBody, nil, 200, "", false},
		{EmptyBody, Values{"status": "204"}, 204, "", false},
		{EmptyObject, nil, 200, "{}", false},
		{Null, nil, 200, "null", false},
		{Redirect, Values{"status": "301"}, 301, "", false},
		{HTMLPage, Values{"status": "403"}, 403, loginPage, false},
		{Status, nil, 418, "", false},
		{Throttling, nil, 418, "", false},
		{OldData, nil, 418, "", false},
		{OtherDevice, nil, 418, "", false},
	}
	for _, test := range tests {
		got := fetch(t, test.kind, test.values)
		if got.status != test.status || got.body != test.body || errors.Is(got.err, io.ErrUnexpectedEOF) != test.cut {
			t.Errorf("%s %v: %+v", test.kind, test.values, got)
		}
	}
	for _, kind := range []string{CutBefore, CutAfter} {
		if got := fetch(t, kind, nil); got.err == nil {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}

func TestHugeBodiesAreExact(t *testing.T) {
	for _, size := range []string{"64", "32768", "32784", "65552", "1000001"} {
		got := fetch(t, HugeBody, Values{"bytes": size})
		if got.err != nil || got.length != size || !json.Valid([]byte(got.body)) || !strings.HasSuffix(got.body, `A"}`) {
			t.Errorf("%s: %d bytes, %v", size, len(got.body), got.err)
		}
	}
}

// Where a connection can't be had, a cut ends the answer and breaks nothing.
func TestCutWithoutAConnection(t *testing.T) {
	w := httptest.NewRecorder()
	Cut(w)
	Send(w, answer)
	if w.Body.String() != "0123456789" || w.Header().Get("Content-Length") != "10" {
		t.Errorf("%q", w.Body)
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		if err := Sleep(t.Context(), time.Hour); err != nil || time.Since(begun) != time.Hour {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun = time.Now()
		if err := Sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		if err := Sleep(ctx, 0); err == nil {
			t.Error("a context that ended is not seen")
		}
	})
}
