package smartag

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

// answerOf serves one body with one status for the action, and right answers for the other.
func answerOf(action string, status int, body string) http.HandlerFunc {
	api := &fakeAPI{}
	api.bind(describedAs(idA, "192.0.2.1"))
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("Action") != action {
			api.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func kindOfError(err error) Kind {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.Kind
	}
	return ""
}

// hostile are answers that are good for neither action.
var hostile = []struct {
	name   string
	status int
	body   string
	want   Kind
}{
	{"empty", 200, "", Malformed},
	{"blank", 200, " \n", Malformed},
	{"empty object", 200, "{}", Malformed},
	{"null", 200, "null", Malformed},
	{"array", 200, "[]", Malformed},
	{"string", 200, `"x"`, Malformed},
	{"number", 200, "1", Malformed},
	{"numeric Code", 200, `{"Code":500}`, Malformed},
	{"numeric RequestId", 200, `{"RequestId":1}`, Malformed},
	{"empty RequestId", 200, `{"RequestId":""}`, Malformed},
	{"RequestId alone", 200, `{"RequestId":"R"}`, Malformed},
	{"error with 200", 200, errorBody("Throttling.User", "x"), Malformed},
	{"HTML", 200, "<html>login</html>", Malformed},
	{"XML", 200, "<Error><Code>x</Code></Error>", Malformed},
	{"truncated", 200, gatewayBody(gateway, idA)[:60], Malformed},
	{"followed by more", 200, gatewayBody(gateway, idA) + "{}", Malformed},
	{"not UTF-8", 200, "{\"RequestId\":\"\xff\"}", Malformed},
	{"NUL", 200, "\x00", Malformed},
	{"repeated key", 200, `{"RequestId":"R","RequestId":"R"}`, Malformed},
	{"repeated inner key", 200, `{"RequestId":"R","FlowLogIds":{"FlowLogId":[],"FlowLogId":[]}}`, Malformed},
	{"deep", 200, `{"RequestId":"R","x":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, Malformed},
	{"very deep", 200, strings.Repeat("[", 400_000), Malformed},
	{"201", 201, gatewayBody(gateway, idA), Malformed},
	{"too large", 200, `{"RequestId":"` + strings.Repeat("x", answerLimit) + `"}`, TooLarge},
	{"400 numeric Code", 400, `{"Code":500}`, Malformed},
	{"400 numeric RequestId", 400, `{"RequestId":1}`, Malformed},
	{"400 numeric Message", 400, `{"Code":"X","Message":1}`, Malformed},
	{"400 odd AccessDeniedDetail", 400, `{"Code":"X","AccessDeniedDetail":"x"}`, Rejected},
	{"400 odd HostId", 400, `{"Code":"X","HostId":7,"Recommend":[]}`, Rejected},
	{"400 null", 400, "null", Malformed},
	{"400 empty", 400, "", Malformed},
	{"400 no code", 400, `{"Message":"x"}`, Malformed},
	{"400 code of spaces", 400, `{"Code":"a b"}`, Malformed},
	{"500 numeric Code", 500, `{"Code":500}`, Server},
	{"500 HTML", 500, "<html>", Server},
	{"502 empty", 502, "", Server},
	{"503 HTML", 503, "<html>", Throttled},
	{"429 empty", 429, "", Throttled},
	{"500", 500, errorBody("InternalError", "x"), Server},
	{"503", 503, errorBody("ServiceUnavailable", "x"), Throttled},
	{"throttled", 400, errorBody("Throttling.User", "x"), Throttled},
	{"throttled by API", 400, errorBody("Throttling.Api", "x"), Throttled},
	{"key unknown", 404, errorBody("InvalidAccessKeyId.NotFound", "x"), Refused},
	{"signature wrong", 400, errorBody("SignatureDoesNotMatch", "x server string to sign is:POST&%2F&SecurityToken%3D"+percent(percent(token))), Refused},
	{"token expired", 400, errorBody("InvalidSecurityToken.Expired", "x"), Refused},
	{"forbidden", 403, errorBody("Forbidden.RAM", "x"), Refused},
	{"403", 403, errorBody("SomethingElse", "x"), Refused},
	{"clock without Date news", 400, errorBody("InvalidTimeStamp.Expired", "x"), Clock},
	{"nonce used", 400, errorBody("SignatureNonceUsed", "x"), Rejected},
	{"device unknown", 404, errorBody("InvalidSmartAGId.NotFound", "x"), Rejected},
	{"action unknown", 404, errorBody("InvalidAction.NotFound", "x"), Rejected},
	{"redirect", 302, "", Redirect},
	{"not modified", 304, "", Redirect},
}

func TestHostileAnswers(t *testing.T) {
	for _, action := range []string{gatewayAction, flowLogsAction} {
		for _, h := range hostile {
			t.Run(action+"/"+h.name, func(t *testing.T) {
				s := newSource(t, testOptions(answerOf(action, h.status, h.body)))
				got, err := s.client.pull(t.Context())
				if kindOfError(err) != h.want || got != (binding{}) {
					t.Fatalf("pull = %v, %v: want kind %s", got, err, h.want)
				}
				checkNoSecrets(t, err.Error())
				if len(err.Error()) > 600 || strings.Contains(err.Error(), "\n") {
					t.Errorf("the error is %d bytes long, and wants one line: %q", len(err.Error()), err)
				}
			})
		}
	}
}

func TestHostileGateways(t *testing.T) {
	body := func(ids string) string {
		return `{"RequestId":"R","SmartAGId":"` + gateway + `"` + ids + `}`
	}
	for name, c := range map[string]struct {
		body string
		want Kind
	}{
		"another device":      {gatewayBody("sag-another", idA), AnotherDevice},
		"another, unbound":    {gatewayBody("sag-another"), AnotherDevice},
		"case of the device":  {gatewayBody(strings.ToUpper(gateway), idA), AnotherDevice},
		"no SmartAGId":        {`{"RequestId":"R","FlowLogIds":{"FlowLogId":[]}}`, Malformed},
		"no FlowLogIds":       {body(""), Malformed},
		"null FlowLogIds":     {body(`,"FlowLogIds":null`), Malformed},
		"flat FlowLogIds":     {body(`,"FlowLogIds":["` + idA + `"]`), Malformed},
		"text FlowLogIds":     {body(`,"FlowLogIds":"` + idA + `"`), Malformed},
		"null list":           {body(`,"FlowLogIds":{"FlowLogId":null}`), Malformed},
		"null in list":        {body(`,"FlowLogIds":{"FlowLogId":[null]}`), Malformed},
		"number in list":      {body(`,"FlowLogIds":{"FlowLogId":[1]}`), Malformed},
		"empty id":            {body(`,"FlowLogIds":{"FlowLogId":[""]}`), Malformed},
		"id with parameters":  {body(`,"FlowLogIds":{"FlowLogId":["x&Action=DeleteFlowLog"]}`), Malformed},
		"huge id":             {body(`,"FlowLogIds":{"FlowLogId":["` + strings.Repeat("x", 9999) + `"]}`), Malformed},
		"two ids":             {gatewayBody(gateway, idA, idB), Several},
		"one id twice":        {gatewayBody(gateway, idA, idA), Several},
		"odd field elsewhere": {body(`,"FlowLogIds":{"FlowLogId":[]},"Devices":7`), Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSource(t, testOptions(answerOf(gatewayAction, 200, c.body)))
			if got, err := s.client.pull(t.Context()); kindOfError(err) != c.want || got.bound {
				t.Fatalf("pull = %v, %v: want kind %s", got, err, c.want)
			}
		})
	}
}

func TestHostileFlowLogs(t *testing.T) {
	with := func(key string, value any) string {
		f := describedAs(idA, "192.0.2.1")
		f[key] = value
		return flowLogsBody(f)
	}
	for name, c := range map[string]struct {
		body string
		want Kind
	}{
		"another id":          {flowLogsBody(describedAs(idB, "192.0.2.1")), AnotherFlowLog},
		"two":                 {flowLogsBody(describedAs(idA, "192.0.2.1"), describedAs(idB, "192.0.2.1")), Several},
		"no FlowLogs":         {`{"RequestId":"R"}`, Malformed},
		"empty FlowLogs":      {`{"RequestId":"R","FlowLogs":{}}`, Malformed},
		"null list":           {`{"RequestId":"R","FlowLogs":{"FlowLogSetType":null}}`, Malformed},
		"null element":        {`{"RequestId":"R","FlowLogs":{"FlowLogSetType":[null]}}`, AnotherFlowLog},
		"counted, not there":  {`{"RequestId":"R","TotalCount":1,"FlowLogs":{"FlowLogSetType":[]}}`, Malformed},
		"aging of text":       {with("ActiveAging", "soon"), Malformed},
		"aging above":         {with("ActiveAging", 6001), Invalid},
		"aging below":         {with("InactiveAging", 9), Invalid},
		"aging not whole":     {with("ActiveAging", 300.9), Invalid},
		"aging true":          {with("ActiveAging", true), Invalid},
		"aging null":          {with("ActiveAging", nil), Invalid},
		"aging an object":     {with("ActiveAging", map[string]any{}), Malformed},
		"aging overflows":     {with("ActiveAging", 1e30), Invalid},
		"port of text":        {with("NetflowServerPort", "https"), Invalid},
		"port 0":              {with("NetflowServerPort", 0), Invalid},
		"address of a name":   {with("NetflowServerIp", "collector"), Invalid},
		"long address":        {with("NetflowServerIp", strings.Repeat("1", 2000)), Invalid},
		"version":             {with("NetflowVersion", "v9"), Invalid},
		"status":              {with("Status", "Deleting"), Invalid},
		"output":              {with("OutputType", "kafka"), Invalid},
		"sls without project": {with("OutputType", "all"), Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSource(t, testOptions(answerOf(flowLogsAction, 200, c.body)))
			got, err := s.client.pull(t.Context())
			if kindOfError(err) != c.want || got.bound {
				t.Fatalf("pull = %v, %v: want kind %s", got, err, c.want)
			}
			var faults flowlog.Faults
			if errors.As(err, &faults) != (c.want == Invalid) {
				t.Errorf("faults in %v", err)
			}
		})
	}
}

func TestAcceptedForms(t *testing.T) {
	with := func(key string, value any) map[string]any {
		f := describedAs(idA, "192.0.2.1")
		f[key] = value
		return f
	}
	for name, f := range map[string]map[string]any{
		"as it is":         describedAs(idA, "192.0.2.1"),
		"port a number":    with("NetflowServerPort", 9995),
		"aging a string":   with("ActiveAging", "300"),
		"no name":          with("Name", nil),
		"unused SLS":       with("SlsRegionId", "nowhere"),
		"unused, no text":  with("LogstoreName", nil),
		"field that grew":  with("Grown", []any{1, map[string]any{"x": nil}}),
		"long description": with("Description", strings.Repeat("d", 5000)),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSource(t, testOptions(answerOf(flowLogsAction, 200, flowLogsBody(f))))
			got, err := s.client.pull(t.Context())
			want := binding{bound: true, flowLog: wantedAs(idA, "192.0.2.1")}
			if err != nil || got != want {
				t.Fatalf("pull: %v\n%s", err, cmp.Diff(want.flowLog, got.flowLog))
			}
		})
	}
}

func TestUnboundForms(t *testing.T) {
	for _, ids := range []string{`{"FlowLogId":[]}`, `{}`} {
		s := newSource(t, testOptions(answerOf(gatewayAction, 200, `{"RequestId":"R","SmartAGId":"`+gateway+`","FlowLogIds":`+ids+`}`)))
		if got, err := s.client.pull(t.Context()); err != nil || got.bound {
			t.Errorf("FlowLogIds %s: %v, %v", ids, got, err)
		}
	}
}

func TestHundredMegabytes(t *testing.T) {
	written := make(chan int, 2)
	zeros := make([]byte, 1<<20)
	var compressed bytes.Buffer // a member of it, made beforehand: an answer may not take long
	z := gzip.NewWriter(&compressed)
	_, _ = z.Write(zeros)
	_ = z.Close()
	for name, h := range map[string]http.HandlerFunc{
		"plain": func(w http.ResponseWriter, _ *http.Request) {
			n := 0
			for range 100 {
				m, err := w.Write(zeros)
				if n += m; err != nil {
					break
				}
			}
			written <- n
		},
		"gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bytes.Repeat(compressed.Bytes(), 100))
			written <- 0
		},
		"chunks without end": func(w http.ResponseWriter, _ *http.Request) {
			n := 0
			for {
				m, err := fmt.Fprint(w, strings.Repeat(" ", 1000))
				if n += m; err != nil {
					break
				}
			}
			written <- n
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := served(t, h, nil)
			_, err := s.client.pull(context.WithoutCancel(t.Context()))
			// A compressed answer was not asked for: it is no JSON.
			if kind := kindOfError(err); kind != TooLarge && (name != "gzip" || kind != Malformed) {
				t.Fatalf("pull: %v", err)
			}
			s.o.Transport.(*http.Transport).CloseIdleConnections()
			if n := <-written; n > 32<<20 {
				t.Errorf("%d bytes were taken of an answer that is too large", n)
			}
		})
	}
}
