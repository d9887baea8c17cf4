package rpc

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// rule puts one rule in force.
func (l *lab) rule(t *testing.T, kind string, parameters fault.Values, count uint64) {
	t.Helper()
	if _, err := l.faults.Add(fault.Rule{Kind: kind, Count: count, Parameters: parameters}); err != nil {
		t.Fatal(err)
	}
}

func TestFaultsOfTheWholeAnswer(t *testing.T) {
	const whole = `"FlowLogId":"fl-1","Description":""}`
	tests := []struct {
		kind       string
		parameters fault.Values
		status     int
		contains   string
		header     map[string]string
		done       bool
	}{
		{fault.Status, nil, 503, `"Code":"ServiceUnavailable"`, map[string]string{"Retry-After": ""}, false},
		{fault.Status, fault.Values{"status": "500", "retry-after": "7"}, 500, `"Code":"InternalError"`, map[string]string{"Retry-After": "7"}, false},
		{fault.Status, fault.Values{"status": "502", "code": "Bad", "message": "Gate <way>"}, 502, `"Code":"Bad","Message":"Gate <way>"`, nil, false},
		{fault.Throttling, nil, 400, `"Code":"Throttling.User","Message":"Request was denied due to user flow control."`, nil, false},
		{fault.WrongJSON, nil, 200, `{"RequestId":1}`, nil, true},
		{fault.WrongJSON, fault.Values{"body": `{"Code":500}`, "status": "400"}, 400, `{"Code":500}`, nil, true},
		{fault.EmptyBody, nil, 200, "", map[string]string{"Content-Length": "0"}, true},
		{fault.EmptyObject, nil, 200, "{}", nil, true},
		{fault.Null, nil, 200, "null", nil, true},
		{fault.Redirect, fault.Values{"location": "http://127.0.0.2:1/x"}, 307, "", map[string]string{"Location": "http://127.0.0.2:1/x"}, false},
		{fault.HTMLPage, nil, 200, "<!DOCTYPE html>", map[string]string{"Content-Type": "text/html;charset=utf-8"}, false},
		{fault.HugeBody, fault.Values{"bytes": "100000"}, 200, `{"RequestId":"AAAA`, map[string]string{"Content-Length": "100000"}, true},
		{fault.TruncatedJSON, nil, 200, `{"RequestId":"`, nil, true},
	}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			l := newLab(t)
			l.rule(t, test.kind, test.parameters, 1)
			status, body, header, err := l.raw(t)
			if err != nil || status != test.status || !strings.Contains(body, test.contains) || strings.HasSuffix(body, whole) {
				t.Errorf("%d %.200q %v", status, body, err)
			}
			for name, want := range test.header {
				if header.Get(name) != want {
					t.Errorf("%s: %q, want %q", name, header.Get(name), want)
				}
			}
			if done := l.carriedOut() == 1; done != test.done {
				t.Errorf("carried out: %v, want %v", done, test.done)
			}
			if _, body, _, err := l.raw(t); err != nil || !strings.HasSuffix(body, whole) {
				t.Errorf("the next call: %q %v", body, err)
			}
		})
	}
}

// raw makes a call as it is, without following or decoding.
func (l *lab) raw(t *testing.T) (status int, body string, header http.Header, err error) {
	t.Helper()
	o := order{method: "POST", query: map[string]string{"Action": "CreateFlowLog", "Format": "JSON"}}
	response, err := l.Client().Transport.RoundTrip(o.version1(l.URL, master, "HMAC-SHA1", l.clock(), l.fresh()))
	if err != nil {
		return 0, "", nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), response.Header, err
}

func TestCuts(t *testing.T) {
	tests := []struct {
		kind string
		done bool
		body bool
	}{{fault.CutBefore, false, false}, {fault.CutAfter, true, false}, {fault.CutBody, true, true}}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			l := newLab(t)
			l.rule(t, test.kind, nil, 0)
			status, body, header, err := l.raw(t)
			if err == nil || (status == 200) != test.body {
				t.Errorf("%d %q %v", status, body, err)
			}
			if test.body && (!errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(body, `{"RequestId":"`) || header.Get("Content-Length") == "") {
				t.Errorf("%q %v %v", body, err, header)
			}
			if done := l.carriedOut() > 0; done != test.done {
				t.Errorf("carried out: %v", done)
			}
		})
	}
}

// An endless body goes on until the client leaves, and the server's handler ends then.
func TestEndlessBody(t *testing.T) {
	l := newLab(t)
	l.rule(t, fault.EndlessBody, nil, 1)
	conn, err := net.Dial("tcp", l.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	r := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}.version1(l.URL, master, "HMAC-SHA1", l.now, "n")
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if n, err := io.CopyN(io.Discard, response.Body, 8<<20); err != nil || response.ContentLength >= 0 {
		t.Errorf("%d bytes of %d, %v", n, response.ContentLength, err)
	}
	_ = conn.Close()
	l.Close()
}

func TestLatency(t *testing.T) {
	for at, seen := range map[string]int{"before": 0, "after": 1} {
		t.Run(at, func(t *testing.T) {
			l := newLab(t)
			l.rule(t, fault.Latency, fault.Values{"delay": "5s", "jitter": "1s", "at": at}, 0)
			r := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}.version1("http://lab.example", master, "HMAC-SHA1", l.now, "n")
			synctest.Test(t, func(t *testing.T) {
				w, begun, done := httptest.NewRecorder(), time.Now(), make(chan struct{})
				go func() { defer close(done); l.rpc.ServeHTTP(w, r) }()
				synctest.Wait()
				if got := l.carriedOut(); got != seen {
					t.Errorf("while waiting, %d calls were carried out, want %d", got, seen)
				}
				<-done
				if d := time.Since(begun); d < 5*time.Second || d > 6*time.Second {
					t.Errorf("held up for %v", d)
				}
				if w.Code != 200 || l.carriedOut() != 1 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		})
	}
}

// A client that has closed its half of the connection, and still reads, gets no empty 200.
func TestHalfClosed(t *testing.T) {
	for _, at := range []string{"before", "after"} {
		l := newLab(t)
		l.rule(t, fault.Latency, fault.Values{"delay": "10m", "at": at}, 0)
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		r := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}.version1(l.URL, master, "HMAC-SHA1", l.now, "n")
		if err := errors.Join(r.Write(conn), conn.(*net.TCPConn).CloseWrite()); err != nil {
			t.Fatal(err)
		}
		if answer, err := io.ReadAll(conn); err != nil || len(answer) != 0 {
			t.Errorf("%s: %q, %v", at, answer, err)
		}
		_ = conn.Close()
	}
}

func TestClockSkew(t *testing.T) {
	for offset, date := range map[string]string{"1h": "Mon, 23 Nov 2026 13:00:00 GMT", "-16m": "Mon, 23 Nov 2026 11:44:00 GMT"} {
		l := newLab(t)
		l.rule(t, fault.ClockSkew, fault.Values{"offset": offset}, 0)
		got := l.get(t, nil)
		if got.Code != "InvalidTimeStamp.Expired" || got.header.Get("Date") != date {
			t.Errorf("%s: %d %s, Date %q", offset, got.status, got.body, got.header.Get("Date"))
		}
		shown, err := http.ParseTime(got.header.Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		o := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}
		if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA1", shown, "n")); got.status != 200 {
			t.Errorf("a client that learnt the offset: %s", got.body)
		}
		if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA1", shown, "n")); got.Code != "SignatureNonceUsed" {
			t.Errorf("its replay: %s", got.body)
		}
	}
}

func TestKeyFaults(t *testing.T) {
	for kind, code := range map[string]string{fault.KeyRevoked: "InvalidAccessKeyId.Inactive", fault.KeyExpired: "InvalidSecurityToken.Expired"} {
		l := newLab(t)
		if _, err := l.faults.Add(fault.Rule{Kind: kind, Where: map[string]string{"AccessKeyId": master.id}}); err != nil {
			t.Fatal(err)
		}
		if got := l.get(t, nil); got.Code != code || l.carriedOut() != 0 {
			t.Errorf("%s: %s", kind, got.body)
		}
		if got := l.do(t, order{method: "GET"}.acs3(l.URL, master, "CreateFlowLog", l.now, "a")); got.Code != code {
			t.Errorf("%s, ACS3: %s", kind, got.body)
		}
		if got := l.do(t, order{method: "GET"}.acs3(l.URL, guest, "CreateFlowLog", l.now, "b")); got.status != 200 {
			t.Errorf("%s, another key: %s", kind, got.body)
		}
	}
}

func TestOldData(t *testing.T) {
	l := newLab(t)
	value := "one"
	l.reply = func(r *Request) (Object, error) { return Object{{"FlowLogId", value + r.Parameters["Name"]}}, nil }
	ask := func(name string) string { return l.get(t, map[string]string{"Name": name}).FlowLogID }
	first := l.get(t, map[string]string{"Name": ""})
	got := []string{first.FlowLogID, ask("x")}
	value = "two"
	got = append(got, ask(""))
	value = "three"
	l.rule(t, fault.OldData, nil, 0)
	got = append(got, ask(""), ask(""), ask("x"), ask("y"))
	l.faults.Remove("")
	l.rule(t, fault.OldData, fault.Values{"back": "2"}, 0)
	old := l.get(t, map[string]string{"Name": ""})
	got = append(got, old.FlowLogID)
	want := []string{"one", "onex", "two", "two", "two", "onex", "threey", "one"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if old.RequestID != first.RequestID {
		t.Errorf("RequestId %s, want the old answer's, %s", old.RequestID, first.RequestID)
	}
	notes := 0
	for _, line := range l.faults.Log().Injected {
		if line.Note != "" {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("%d notes, want one: the question about y had no earlier answer", notes)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	h := newHistory()
	c := &call{action: "A", values: map[string]string{}}
	for i := range 3 * maxQuestions {
		c.values["N"] = strings.Repeat("x", i)
		h.add(c, Object{{"N", i}})
	}
	if len(h.answers) != maxQuestions || len(h.order) != maxQuestions {
		t.Errorf("%d questions, %d in order", len(h.answers), len(h.order))
	}
	for i := range 3 * maxAnswers {
		if n := len(h.add(c, Object{{"V", i}})); n > maxAnswers {
			t.Errorf("%d earlier answers", n)
		}
	}
}

func TestOtherDevice(t *testing.T) {
	l := newLab(t)
	l.reply = func(r *Request) (Object, error) {
		id := r.Parameters["SmartAGId"]
		return Object{{"SmartAGId", id}, {"Name", "of " + id}, {"FlowLogIds", List{"FlowLogId", []any{"fl-1", Object{{"Id", id}}}}}}, nil
	}
	query := map[string]string{"SmartAGId": "sag-mine", "Action": "DescribeSmartAccessGatewayAttribute"}
	const shape = `"SmartAGId":"%s","Name":"of %s","FlowLogIds":{"FlowLogId":["fl-1",{"Id":"%s"}]}}`
	tests := []struct {
		parameters fault.Values
		id, name   string
	}{
		{nil, otherSmartAG, "sag-mine"},
		{fault.Values{"SmartAGId": "sag-other"}, "sag-other", "sag-other"},
	}
	for _, test := range tests {
		l.rule(t, fault.OtherDevice, test.parameters, 1)
		got := l.get(t, query)
		want := strings.Replace(strings.Replace(strings.Replace(shape, "%s", test.id, 1), "%s", test.name, 1), "%s", test.id, 1)
		if !strings.HasSuffix(got.body, want) {
			t.Errorf("%s, want %s", got.body, want)
		}
	}
	if got := l.get(t, query); !strings.Contains(got.body, "of sag-mine") || strings.Contains(got.body, "other") {
		t.Errorf("afterwards: %s", got.body)
	}
}

// Data faults never answer a call whose signature is refused.
func TestFaultsDoNotReplaceTheSignature(t *testing.T) {
	l := newLab(t)
	if got := l.get(t, map[string]string{"Name": "a"}); got.status != 200 {
		t.Fatal(got.body)
	}
	wrong := master
	wrong.secret = "x"
	for _, kind := range []string{fault.OldData, fault.OtherDevice} {
		l.rule(t, kind, nil, 1)
		o := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog", "Format": "JSON", "Name": "a"}}
		if got := l.do(t, o.version1(l.URL, wrong, "HMAC-SHA1", l.now, l.fresh())); got.Code != "SignatureDoesNotMatch" {
			t.Errorf("%s: %s", kind, got.body)
		}
	}
}

func TestCallsAreCounted(t *testing.T) {
	l := newLab(t, func(o *Options) { o.Faults = fault.New(fault.Options{Actions: o.Actions}) })
	l.get(t, nil)
	l.get(t, nil)
	l.get(t, map[string]string{"Action": "Nonsense"})
	l.do(t, order{method: "GET"}.acs3(l.URL, master, "DescribeFlowLogs", l.now, "n"))
	want := map[string]uint64{"CreateFlowLog": 2, "DescribeFlowLogs": 1, "(unknown)": 1}
	if diff := cmp.Diff(want, l.rpc.o.Faults.Log().Calls); diff != "" {
		t.Error(diff)
	}
	none := newLab(t, func(o *Options) { o.Faults = nil })
	if got := none.get(t, nil); got.status != 200 {
		t.Errorf("without a plan: %s", got.body)
	}
}
