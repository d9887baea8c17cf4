package sls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// TestTable asks for each answer of the table, before and after the commit, and counts what was written.
func TestTable(t *testing.T) {
	l := newLab(t, nil)
	committed := uint64(0)
	for i, row := range answers() {
		for _, commit := range []string{"no", "yes"} {
			l.inject(fmt.Sprintf(`{"action":"PutLogs","kind":"answer","count":1,"parameters":{"code":%q,"commit":%q,"retry-after":7}}`, row.code, commit))
			a := l.answered(write(t, codec.LZ4, groupOf(commit, i, 0, 3)))
			if a.status != row.status || a.code != row.code || a.message != row.message || a.requestID == "" || a.header.Get("Retry-After") != "7" {
				t.Errorf("%s: got %d %s %q, %v", row.code, a.status, a.code, a.message, a.header)
			}
			if commit == "yes" {
				committed += 3
			}
			if got := l.tally(); got.Unique != committed {
				t.Errorf("%s, commit %s: %d records, want %d", row.code, commit, got.Unique, committed)
			}
		}
	}
	log := l.faults()
	if want := uint64(2 * len(answers())); log.Faults[KindAnswer] != want || log.Calls["PutLogs"] != want {
		t.Errorf("the log says %+v", log)
	}
}

// TestFaults injects each other kind into one write, and says what came and whether it was committed.
func TestFaults(t *testing.T) {
	tried := []string{KindAnswer, fault.CutBody} // TestTable, TestFaultsOfReads
	for _, c := range []struct {
		rule      string
		committed bool
		// broken says that there is no whole answer; else status, code, a request id or none, and a body.
		broken bool
		status int
		code   string
		noID   bool
		body   string
	}{
		{rule: `{"kind":"latency","parameters":{"delay":"50ms"}}`, committed: true, status: 200},
		{rule: `{"kind":"latency","parameters":{"delay":"50ms","at":"after"}}`, committed: true, status: 200},
		{rule: `{"kind":"status"}`, status: 503, code: "ServerBusy"},
		{rule: `{"kind":"status","parameters":{"status":500}}`, status: 500, code: "InternalServerError"},
		{rule: `{"kind":"status","parameters":{"status":429,"message":"slow down"}}`, status: 429, code: "ServerBusy"},
		{rule: `{"kind":"status","parameters":{"status":418,"code":"Teapot"}}`, status: 418, code: "Teapot"},
		{rule: `{"kind":"cut-before"}`, broken: true},
		{rule: `{"kind":"cut-after"}`, committed: true, broken: true},
		{rule: `{"kind":"clock-skew","parameters":{"offset":"1h"}}`, status: 400, code: "RequestTimeExpired"},
		{rule: `{"kind":"clock-skew","parameters":{"offset":"-1h"}}`, status: 400, code: "RequestTimeTooSkewed"},
		{rule: `{"kind":"key-revoked"}`, status: 401, code: "Unauthorized"},
		{rule: `{"kind":"key-expired"}`, status: 401, code: "Unauthorized"},
		{rule: `{"kind":"html-page"}`, status: 200, noID: true, body: "<!DOCTYPE html>"},
		{rule: `{"kind":"redirect"}`, status: 307, noID: true},
		{rule: `{"kind":"no-request-id"}`, status: 200, noID: true},
		{rule: `{"kind":"no-request-id","parameters":{"commit":"yes"}}`, committed: true, status: 200, noID: true},
		{rule: `{"kind":"endless-body"}`, committed: true, status: 200, body: `{"RequestId":"AAAA`},
		{rule: `{"kind":"huge-body","parameters":{"bytes":100000}}`, committed: true, status: 200, body: `{"RequestId":"AAAA`},
		{rule: `{"kind":"empty-body","parameters":{"status":500}}`, committed: true, status: 500},
		{rule: `{"kind":"empty-object"}`, committed: true, status: 200, body: `{}`},
		{rule: `{"kind":"null"}`, committed: true, status: 200, body: `null`},
		{rule: `{"kind":"wrong-json"}`, committed: true, status: 200, body: `{"RequestId":1}`},
		{rule: `{"kind":"truncated-json"}`, committed: true, status: 200},
	} {
		var rule fault.Rule
		must(t, json.Unmarshal([]byte(c.rule), &rule))
		tried = append(tried, rule.Kind)
		t.Run(c.rule, func(t *testing.T) {
			l := newLab(t, nil)
			l.inject(`{"action":"PutLogs","where":{"Project":"sag-lab","Logstore":"flows","AccessKeyId":"LTAI5tDefault"},"count":1,` + c.rule[1:])
			a, err := l.send(write(t, codec.Zstd, groupOf("b", 1, 0, 3)))
			if (err != nil) != c.broken {
				t.Fatalf("error %v", err)
			}
			if a.status != c.status || a.code != c.code || (!c.broken && (a.requestID == "") != c.noID) || !strings.HasPrefix(string(a.body), c.body) {
				t.Errorf("got %d %q, request id %q, %.60s", a.status, a.code, a.requestID, a.body)
			}
			if got := l.tally().Unique; (got == 3) != c.committed {
				t.Errorf("%d records are there", got)
			}
			if a := l.answered(write(t, codec.Zstd, groupOf("b", 1, 0, 3))); a.status != http.StatusOK {
				t.Errorf("the next write: %d %s", a.status, a.body)
			}
			if got := l.tally(); got.Unique != 3 || (got.Resent == 3) != c.committed {
				t.Errorf("after the next write: %+v", got)
			}
		})
	}
	for _, k := range Kinds() {
		if !slices.Contains(tried, k.Name) {
			t.Errorf("the kind %s is not tried", k.Name)
		}
	}
}

// TestFaultsOfRefusals spoils the answer of a write that was refused for its key: nothing acknowledges it.
func TestFaultsOfRefusals(t *testing.T) {
	for _, c := range []struct {
		kind   string
		broken bool
		status int
	}{
		{"empty-body", false, 401},
		{"empty-object", false, 401},
		{"null", false, 401},
		{"wrong-json", false, 401},
		{"huge-body", false, 401},
		{"endless-body", false, 401},
		{"truncated-json", false, 401},
		{"cut-body", true, 401},
		{"cut-after", true, 0},
	} {
		l := newLab(t, nil)
		l.inject(`[{"action":"PutLogs","kind":"key-revoked"},{"action":"PutLogs","kind":"` + c.kind + `"}]`)
		a, err := l.send(write(t, codec.Zstd, groupOf("b", 1, 0, 3)))
		if (err != nil) != c.broken || a.status != c.status || l.tally().Unique != 0 {
			t.Errorf("%s: %d %.60s, %v, %d records", c.kind, a.status, a.body, err, l.tally().Unique)
		}
	}
}

// TestSkewedDate learns the offset from the answer, as a device does, and comes through.
func TestSkewedDate(t *testing.T) {
	l := newLab(t, nil)
	l.inject(`{"kind":"clock-skew","parameters":{"offset":"1h"}}`)
	a := l.answered(write(t, codec.None, groupOf("b", 1, 0, 1)))
	at, err := http.ParseTime(a.header.Get("Date"))
	if err != nil || a.code != "RequestTimeExpired" {
		t.Fatalf("%+v, %v", a, err)
	}
	q := write(t, codec.None, groupOf("b", 1, 0, 1))
	q.at = at
	if a := l.answered(q); a.status != http.StatusOK {
		t.Errorf("with the server's time: %d %s", a.status, a.body)
	}
}

// TestFaultsOfReads spoils answers that have a body.
func TestFaultsOfReads(t *testing.T) {
	l := newLab(t, nil)
	l.answered(write(t, codec.None, groupOf("b", 1, 0, 5)))
	read := request{method: http.MethodGet, uri: "/logstores/flows?type=log&from=1&to=1800000000"}
	whole := l.answered(read)
	l.inject(`[{"action":"GetLogs","kind":"truncated-json","count":1},{"action":"GetLogs","kind":"cut-body","count":1}]`)
	if a := l.answered(read); len(a.body) != len(whole.body)/2 {
		t.Errorf("truncated: %d of %d bytes", len(a.body), len(whole.body))
	}
	if a, err := l.send(read); !errors.Is(err, io.ErrUnexpectedEOF) || len(a.body) >= len(whole.body) {
		t.Errorf("cut: %d bytes, %v", len(a.body), err)
	}
}

// TestLatency holds calls up before and after the commit, until their clients go away.
func TestLatency(t *testing.T) {
	l := newLab(t, nil)
	for i, at := range []string{"before", "after"} {
		l.inject(`{"kind":"latency","count":1,"parameters":{"delay":"10m","at":"` + at + `"}}`)
		ctx, goAway := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			resp, err := l.client.Do(l.sign(write(t, codec.None, groupOf(at, 1, 0, 3))).WithContext(ctx))
			if err == nil {
				_ = resp.Body.Close()
			}
			gone <- err
		}()
		for l.faults().Faults[fault.Latency] == uint64(i) {
			time.Sleep(time.Millisecond)
		}
		goAway()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", at, err)
		}
	}
	l.stopped()
	ledger, err := ReadLedger(l.dir)
	must(t, err)
	if ledger.Has(Record{"before", 1, 0}) || !ledger.Has(Record{"after", 1, 0}) {
		t.Errorf("%+v", ledger.Tally())
	}
}

// TestHalfClosed holds a write up whose client has said that it sends nothing more, and still reads: what is not
// carried out is not acknowledged.
func TestHalfClosed(t *testing.T) {
	l := newLab(t, nil)
	for _, at := range []string{"before", "after"} {
		l.inject(`{"kind":"latency","count":1,"parameters":{"delay":"10s","at":"` + at + `"}}`)
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(l.at.SLS, "http://"))
		must(t, err)
		must(t, c.SetDeadline(time.Now().Add(20*time.Second)))
		must(t, l.sign(write(t, codec.None, groupOf(at, 1, 0, 3))).Write(c))
		must(t, c.(*net.TCPConn).CloseWrite())
		answer, err := io.ReadAll(c)
		if err != nil || len(answer) != 0 {
			t.Errorf("%s: %q, %v", at, answer, err)
		}
		must(t, c.Close())
	}
	equal(t, "records", uint64(3), l.tally().Unique)
}

func TestKinds(t *testing.T) {
	var names []string
	for _, k := range Kinds() {
		if slices.Contains(names, k.Name) {
			t.Errorf("%s is there twice", k.Name)
		}
		names = append(names, k.Name)
		values := fault.Values{}
		for _, p := range k.Parameters {
			if p.Default != "" {
				values[p.Name] = p.Default
			}
		}
		if _, err := fault.New(fault.Options{Kinds: Kinds()}).Add(fault.Rule{Kind: k.Name, Parameters: values}); err != nil {
			t.Errorf("%s does not take its own defaults: %v", k.Name, err)
		}
	}
	for _, k := range []string{fault.OtherDevice, fault.OldData, fault.Throttling} {
		if slices.Contains(names, k) {
			t.Errorf("%s is here", k)
		}
	}
}
