package flowlogcli

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

const good = `{"RequestId":"650CB9E8-20F3-4538-A4FC-1DA1B36E42D9","FlowLogId":"fl-aaaaaaaaaaaaaaaaa"}`

// What is absent is not sent, what is empty is sent empty, and the region is sent as it is.
func TestParametersGoOutAsGiven(t *testing.T) {
	var sent url.Values
	c := client(t, func(r *http.Request) (int, string, error) {
		sent = r.URL.Query()
		return http.StatusOK, good, nil
	})
	c.o.Region = "no region at all"
	answer, err := c.Create(t.Context(), flowlog.Parameters{"Name": "创建流日志", "NetflowServerPort": "", "ActiveAging": "abc"})
	if err != nil || answer.FlowLogId != "fl-aaaaaaaaaaaaaaaaa" {
		t.Fatalf("Create = %+v, %v", answer, err)
	}
	for _, signed := range []string{"Signature", "SignatureNonce", "Timestamp"} {
		if sent.Get(signed) == "" {
			t.Errorf("%s was not sent", signed)
		}
		sent.Del(signed)
	}
	want := url.Values{
		"Action": {"CreateFlowLog"}, "Version": {"2018-03-13"}, "Format": {"JSON"}, "RegionId": {"no region at all"},
		"Name": {"创建流日志"}, "NetflowServerPort": {""}, "ActiveAging": {"abc"}, "AccessKeyId": {"LTAItest"},
		"SecurityToken": {testToken}, "SignatureMethod": {"HMAC-SHA1"}, "SignatureType": {""}, "SignatureVersion": {"1.0"},
	}
	if d := cmp.Diff(want, sent); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
}

func TestErrors(t *testing.T) {
	const refusal = `{"RequestId":"R-1","HostId":"h","Code":"IllegalParam.ActiveAging","Message":"The specified ActiveAging is invalid."}`
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"refusal", 400, refusal, "CreateFlowLog: IllegalParam.ActiveAging: The specified ActiveAging is invalid. (status 400, RequestId R-1)"},
		{"control characters", 400, `{"RequestId":"R\u001b[2J","Code":"C\n","Message":"\u0007"}`, "CreateFlowLog: C\uFFFD: \uFFFD (status 400, RequestId R\uFFFD[2J)"},
		{"number for code", 500, `{"Code":500}`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 500: Code is no string"},
		{"number for request id", 200, `{"RequestId":1}`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 200: RequestId is no string"},
		{"no code", 400, `{"RequestId":"R"}`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 400: there is no Code"},
		{"empty object", 200, `{}`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 200: there is no RequestId"},
		{"null", 200, `null`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 200: the body is no JSON object"},
		{"nothing", 200, ``, "CreateFlowLog: answer of http://127.0.0.1:8180: status 200: the body is no JSON object"},
		{"html", 200, `<html>login</html>`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 200: the body is no JSON object"},
		{"redirect", 307, ``, "CreateFlowLog: answer of http://127.0.0.1:8180: status 307: a redirect, which is not followed"},
		{"detail", 403, `{"Code":"NoPermission","AccessDeniedDetail":"x"}`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 403: AccessDeniedDetail is no object"},
		{"wrong type", 200, `{"RequestId":"R","FlowLogId":{"a":1}}`, "CreateFlowLog: answer of http://127.0.0.1:8180: a field is of the wrong type"},
		{"long", 200, `{"RequestId":"` + strings.Repeat("R", maxAnswer) + `"}`, "CreateFlowLog: answer of http://127.0.0.1:8180: status 200: a body of more than 4 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := client(t, always(test.status, test.body)).Create(t.Context(), nil)
			if err == nil || err.Error() != test.want {
				t.Errorf("error\n got %v\nwant %s", err, test.want)
			}
		})
	}
}

// The SDK's errors hold the URL with key id, token and signature, and the string to sign holds the token.
func TestErrorsHoldNoSecrets(t *testing.T) {
	echo := `{"RequestId":"R","Code":"SignatureDoesNotMatch","Message":"Wrong ` + testSecret + `. server string to sign is:POST&SecurityToken%3D` + url.QueryEscape(testToken) + `"}`
	for name, network := range map[string]answers{
		"network": func(*http.Request) (int, string, error) { return 0, "", errNetwork },
		"echo":    always(http.StatusBadRequest, echo),
		"token":   always(http.StatusBadRequest, `{"RequestId":"R","Code":"C","Message":"`+testToken+` `+url.QueryEscape(testToken)+`"}`),
		"timeout": func(r *http.Request) (int, string, error) { <-r.Context().Done(); return 0, "", r.Context().Err() },
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, network)
			c.o.Timeout = time.Millisecond
			_, err := c.Delete(t.Context(), nil)
			if err == nil {
				t.Fatal("no error")
			}
			for _, secret := range []string{testSecret, testToken, url.QueryEscape(testToken), "Signature="} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q holds %q", err, secret)
				}
			}
		})
	}
}

func TestNetworkErrors(t *testing.T) {
	_, err := client(t, func(*http.Request) (int, string, error) { return 0, "", errNetwork }).Delete(t.Context(), nil)
	if !errors.Is(err, errNetwork) || err.Error() != "DeleteFlowLog: http://127.0.0.1:8180: the network is down" {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client(t, func(r *http.Request) (int, string, error) { return 0, "", r.Context().Err() }).Delete(ctx, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: error %v", err)
	}
	c := client(t, always(http.StatusOK, good))
	c.o.Credentials = fixed{err: errors.New("there are none")}
	_, err = c.Delete(t.Context(), nil)
	if err == nil || err.Error() != "read credentials: there are none" {
		t.Errorf("credentials: error %v", err)
	}
}

// The SDK refuses to work where the environment holds a proxy pattern that it can't read; we don't.
func TestEnvironmentOfProxies(t *testing.T) {
	t.Setenv("NO_PROXY", "[")
	if _, err := client(t, always(http.StatusOK, good)).Delete(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// Whatever answers, a call ends in an error of ours or in a RequestId, and never in a panic.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		good, `{"Code":500}`, `{"RequestId":1}`, `{}`, `null`, ``, `{"RequestId":"R","FlowLogs":{"FlowLogSetType":[{"FlowLogId":1}]}}`,
		`{"RequestId":"R","TotalCount":"7","FlowLogs":{"FlowLogSetType":[{}]}}`, `{"RequestId":"R","FlowLogs":[]}`, `{"RequestId":"R","requestid":{}}`,
	} {
		f.Add(200, body)
		f.Add(400, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		c := client(t, always(status, body))
		answer, err := c.Create(t.Context(), nil)
		if err == nil && answer.GetHttpStatus() >= 300 {
			t.Errorf("status %d is no success", status)
		}
		found, _, err := c.FlowLog(t.Context(), "fl-a")
		if err == nil && found.Value.FlowLogId != "fl-a" {
			t.Errorf("found %q", found.Value.FlowLogId)
		}
		if err != nil && (strings.Contains(err.Error(), testSecret) || strings.Contains(err.Error(), testToken)) {
			t.Errorf("%q holds a secret", err)
		}
	})
}
