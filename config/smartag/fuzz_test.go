package smartag

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/sagflow/sagflow/config/flowlog"
)

// fuzzed answers both actions with what the fuzzer made up.
type fuzzed struct {
	gateway, flowLogs []byte
	status            int
	header            string
}

func (f fuzzed) RoundTrip(r *http.Request) (*http.Response, error) {
	body := f.gateway
	if r.URL.Query().Get("Action") == flowLogsAction {
		body = f.flowLogs
	}
	h := http.Header{"Date": {f.header}, "Retry-After": {f.header}, "Location": {f.header}, "Content-Type": {f.header}}
	return &http.Response{
		StatusCode: f.status, Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: -1, Request: r,
	}, nil
}

// FuzzAnswers holds the SDK and the exchange against any answer: no panic, also none that was recovered from, an
// error of a kind or a FlowLog that is right by the rules, and no secrets in errors.
func FuzzAnswers(f *testing.F) {
	good, set := []byte(gatewayBody(gateway, idA)), []byte(flowLogsBody(describedAs(idA, "192.0.2.1")))
	f.Add(good, set, 200, "Mon, 23 Nov 2026 09:12:27 GMT")
	f.Add([]byte(gatewayBody(gateway)), set, 200, "")
	f.Add(good, []byte(flowLogsBody()), 200, "1")
	for _, h := range hostile {
		if len(h.body) < 10_000 {
			f.Add([]byte(h.body), set, h.status, "7")
			f.Add(good, []byte(h.body), h.status, "7")
		}
	}
	f.Add([]byte(errorBody("InvalidTimeStamp.Expired", keySecret)), set, 400, "Mon, 23 Nov 2009 09:12:27 GMT")
	f.Fuzz(func(t *testing.T, gatewayAnswer, flowLogsAnswer []byte, status int, header string) {
		o := testOptions(nil)
		o.Transport = fuzzed{gatewayAnswer, flowLogsAnswer, status, header}
		s := newSource(t, o)
		got, err := s.client.pull(t.Context())
		s.health.polled(err)
		if err != nil {
			var failure *Error
			if !errors.As(err, &failure) || failure.Kind == Internal || got.bound {
				t.Fatalf("pull = %v, %v", got, err)
			}
			if len(err.Error()) > 64<<10 || bytes.ContainsAny([]byte(err.Error()), "\r\x00\x1b") {
				t.Fatalf("the error is unfit for a log: %q", err)
			}
			return
		}
		checkBinding(t, got)
	})
}

// checkBinding holds what was pulled against the rules.
func checkBinding(t *testing.T, got binding) {
	t.Helper()
	f := got.flowLog
	if !got.bound {
		if f != (flowlog.FlowLog{}) {
			t.Fatalf("unbound, and yet %v", f)
		}
		return
	}
	if err := (lastGood{RegionId: region, FlowLog: &f}).check(); err != nil || f.RegionId != region {
		t.Fatalf("pulled %v: %v", f, err)
	}
}
