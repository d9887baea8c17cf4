package sls

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// answerRow is a row of the table of answers as the documentation has it.
type answerRow struct {
	name string
	answer
	action Action
	state  string
}

// answerRows spells the table out, code by code.
func answerRows() []answerRow {
	var rows []answerRow
	add := func(action Action, status int, codes ...string) {
		for _, c := range codes {
			rows = append(rows, answerRow{fmt.Sprint(status, " ", c), refuse(status, c), action, c})
		}
	}
	add(Retry, 500, "InternalServerError", "SomethingNew", "PostBodyInvalid")
	add(Retry, 503, "ServerBusy")
	add(Retry, 429, "TooManyRequests")
	add(RetrySlowly, 403, "WriteQuotaExceed", "ShardWriteQuotaExceed", "ProjectQuotaExceed")
	add(AdjustClock, 400, "RequestTimeTooSkewed", "RequestTimeExpired")
	add(Reauthorize, 401, "Unauthorized", "SignatureNotMatch", "SecurityTokenExpired")
	add(Reauthorize, 403, "Unauthorized", "SecurityToken.Expired", "InvalidSecurityToken")
	add(Wait, 404, "ProjectNotExist", "LogStoreNotExist")
	add(Wait, 403, "ProjectForbidden")
	add(Split, 400, "PostBodyTooLarge")
	add(Split, 413, "PostBodyTooLarge")
	add(SetAside, 400, "PostBodyInvalid", "PostBodyUncompressError", "InvalidKey", "InvalidTimestamp", "InvalidEncoding", "MissingContentType")
	add(RetryThenSetAside, 400, "SomethingNew")
	add(RetryThenSetAside, 405, "InvalidMethod")
	html := "<html><title>Log in</title></html>"
	return append(rows,
		answerRow{"502 of a proxy", answer{status: 502, body: html, noID: true}, Retry, "status-502"},
		answerRow{"413 of a proxy", answer{status: 413, body: html, noID: true}, Split, "status-413"},
		answerRow{"403 of a proxy", answer{status: 403, body: html, noID: true}, Retry, "unacknowledged"},
		answerRow{"404 of a proxy", answer{status: 404, code: "PostBodyInvalid", noID: true}, Retry, "unacknowledged"},
		answerRow{"400 without a code", answer{status: 400, body: "{}"}, RetryThenSetAside, "status-400"},
		answerRow{"401 without a code", answer{status: 401, body: "[]"}, Reauthorize, "status-401"},
		answerRow{"200 without a request id", answer{status: 200, noID: true}, Retry, "unacknowledged"},
		answerRow{"200 with markup", answer{status: 200, body: html}, Retry, "unacknowledged"},
		answerRow{"200 with a long body", answer{status: 200, body: strings.Repeat("x", 200)}, Retry, "unacknowledged"},
		answerRow{"200 with an endless body", answer{status: 200, body: strings.Repeat("x", 1<<20)}, Retry, "unacknowledged"},
		answerRow{"another 2xx", answer{status: 202}, Retry, "unacknowledged"},
		answerRow{"a redirect", answer{status: 307, headers: http.Header{"Location": {"/logstores/records"}}}, Retry, "unacknowledged"},
		answerRow{"an empty answer", answer{cut: true}, Retry, "network"},
	)
}

// handler answers in HTTP.
func (a answer) handler(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if a.cut {
		panic(http.ErrAbortHandler)
	}
	for key, values := range a.headers {
		w.Header()[key] = values
	}
	if !a.noID {
		w.Header().Set("x-log-requestid", "5F3A")
	}
	if a.code != "" && a.body == "" {
		a.body = fmt.Sprintf(`{"errorCode":%q,"errorMessage":"as scripted"}`, a.code)
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// Each row of the table of answers, through HTTP and the SDK.
func TestAnswersOverHTTP(t *testing.T) {
	for _, row := range answerRows() {
		t.Run(row.name, func(t *testing.T) {
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				row.handler(w, r)
			}))
			defer server.Close()
			c, err := client.New(client.Options{Credentials: client.Fixed{AccessKeyID: "a", AccessKeySecret: "b"}})
			if err != nil {
				t.Fatal(err)
			}
			err = c.Put(context.Background(), &client.Request{
				Destination: spool.Destination{Region: "cn-shanghai", Endpoint: server.URL, Project: "flows", Logstore: "records"},
				Payload:     []byte{1, 2, 3}, Compression: "zstd", RawSize: 3,
			})
			if err == nil {
				t.Fatal("acknowledged")
			}
			v := Judge(err)
			if v.Action != row.action || v.State != row.state || v.Hint == "" {
				t.Errorf("%v %q %q for %v, want %v %q and a hint", v.Action, v.State, v.Hint, err, row.action, row.state)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("%d requests for one Put", n)
			}
		})
	}
}

// Each row of the table, as the sender acts on it: the service answers so for a while, and then as it
// should.
func TestActions(t *testing.T) {
	for _, row := range answerRows() {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { tryAction(t, row) })
		})
	}
}

func tryAction(t *testing.T, row answerRow) {
	w, lines := newWorld(1), &logLines{}
	w.log = lines.logger()
	began, last := time.Now(), 3*time.Minute
	w.service.next = func(_, _ string, logs int) answer {
		if time.Since(began) > last || row.action == Split && logs <= 3 {
			return answer{}
		}
		return row.answer
	}
	d, err := w.start()
	if err == nil {
		err = d.export("records")
	}
	if err == nil {
		err = d.putRecords(40)
	}
	if err != nil {
		t.Fatal(err)
	}
	sleep(20 * time.Minute)
	session := d.session
	if err := d.balance(); err != nil {
		t.Error(err)
	}
	_ = d.stop()
	c := session.Counters()
	if row.action == SetAside {
		if c.SetAside.Records != 40 || c.Acknowledged.Records != 0 {
			t.Errorf("%+v, want all set aside", c)
		}
	} else if c.Acknowledged.Records != 40 || len(w.service.counts) != 40 {
		t.Errorf("%d records in the store, and the counters %+v", len(w.service.counts), c)
	}
	// One line for the state and one for its end; a batch in parts needs none.
	want := 2
	switch row.action {
	case Split:
		want = 0
	case SetAside:
		want = 1
	default:
	}
	if len(lines.all) != want {
		t.Errorf("%d lines in the log, want %d: %q", len(lines.all), want, lines.all)
	}
	if row.action != Split && !strings.Contains(strings.Join(lines.all, ""), "hint=") {
		t.Errorf("no line says what to do: %q", lines.all)
	}
	checkPace(t, w.service.times, row.action)
}

// checkPace sees to it that nothing is tried in a tight loop.
func checkPace(t *testing.T, times []time.Time, a Action) {
	t.Helper()
	most := map[Action]int{Retry: 60, AdjustClock: 60, Reauthorize: 80, RetrySlowly: 20, Wait: 30, Split: 90, RetryThenSetAside: 20, SetAside: 10}[a]
	if len(times) > most {
		t.Errorf("%d requests, want at most %d", len(times), most)
	}
}

// An error that isn't the client's is taken for the network's.
func TestJudgeOthers(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Action
	}{
		{errors.New("strange"), Retry},
		{&client.Error{Kind: client.NoCredentials}, Reauthorize},
		{&client.Error{Kind: client.Destination}, Wait},
		{&client.Error{Kind: client.Canceled}, Retry},
		{fmt.Errorf("put: %w", &client.Error{Kind: client.Refused, Status: 404, Code: "ProjectNotExist"}), Wait},
	} {
		if v := Judge(c.err); v.Action != c.want || v.Hint == "" || v.State == "" {
			t.Errorf("%v: %+v, want %v", c.err, v, c.want)
		}
	}
	if Action(200).String() != "unknown" || Wait.String() != "wait" {
		t.Error("names of actions")
	}
}

// Waits grow to their bound, are drawn from all of it, and do what the service asks.
func TestWaits(t *testing.T) {
	w := waits{float64: func() float64 { return 1 }}
	var got []time.Duration
	for range 8 {
		got = append(got, w.next(Verdict{Action: Retry}))
	}
	s := time.Second
	if d := cmp.Diff([]time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 60 * s, 60 * s}, got); d != "" {
		t.Error(d)
	}
	if n := w.next(Verdict{Action: Wait}); n != 5*s {
		t.Errorf("another action begins with %v", n)
	}
	w.float64 = func() float64 { return 0 }
	if n := w.next(Verdict{Action: Wait}); n != minWait {
		t.Errorf("the least wait is %v", n)
	}
	if n := w.next(Verdict{Action: Wait, RetryAfter: 90 * s}); n != 90*s {
		t.Errorf("Retry-After gives %v", n)
	}
	if n := w.next(Verdict{Action: Wait, RetryAfter: 1000 * time.Hour}); n != maxRetryAfter {
		t.Errorf("Retry-After gives %v", n)
	}
}
