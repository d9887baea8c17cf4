package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var requestID = regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)

// Every way to send a call: both schemes, both hashes, query, form and both, with and without a token.
func TestCallsAreTaken(t *testing.T) {
	action := map[string]string{"Action": "CreateFlowLog"}
	hard := map[string]string{
		"RegionId": "cn-shanghai", "Description": "创建流日志 a+b*c~d%20&=/?\"'<>", "Empty": "", "Tag.1.Key": "k", "A b*": "\x00\xff",
	}
	half := map[string]string{"RegionId": "cn-shanghai", "Name": "x y"}
	rest := map[string]string{"Description": "form + *", "Empty": ""}
	both := merged(half, rest)
	tests := []struct {
		name string
		o    order
		want map[string]string
	}{
		{"GET", order{method: "GET", query: hard}, hard},
		{"POST query", order{method: "POST", query: hard}, hard},
		{"POST form", order{method: "POST", form: hard}, hard},
		{"POST both", order{method: "POST", query: half, form: rest}, both},
	}
	for _, test := range tests {
		for _, who := range []identity{master, guest} {
			for _, scheme := range []string{"HMAC-SHA1", "HMAC-SHA256", acs3Algorithm} {
				t.Run(test.name+" "+scheme+" "+who.id[:3], func(t *testing.T) {
					l := newLab(t)
					var r *http.Request
					if scheme == acs3Algorithm {
						r = test.o.acs3(l.URL, who, "CreateFlowLog", l.now, "n")
					} else {
						o := test.o
						o.set = action
						r = o.version1(l.URL, who, scheme, l.now, "n")
					}
					got := l.do(t, r)
					if got.status != 200 || !requestID.MatchString(got.RequestID) {
						t.Fatalf("%d %s", got.status, got.body)
					}
					want := &Request{
						Action: "CreateFlowLog", Version: testVersion, RegionID: "cn-shanghai",
						RequestID: got.RequestID, AccessKeyID: who.id, Parameters: test.want,
					}
					if diff := cmp.Diff(want, l.last(t)); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
}

func merged(maps ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range maps {
		for name, value := range m {
			all[name] = value
		}
	}
	return all
}

func TestAnswersByFormat(t *testing.T) {
	tests := []struct {
		name, kind string
		acs3       bool
		format     string
		accept     string
	}{
		{"version 1.0 by default", "text/xml;charset=utf-8", false, "", "application/json"},
		{"version 1.0 json", "application/json;charset=utf-8", false, "json", ""},
		{"version 1.0 Xml", "text/xml;charset=utf-8", false, "Xml", ""},
		{"ACS3 by default", "application/json;charset=utf-8", true, "", "*/*"},
		{"ACS3 accept xml", "text/xml;charset=utf-8", true, "", "application/xml"},
		{"ACS3 Format before accept", "text/xml;charset=utf-8", true, "XML", "application/json"},
	}
	for _, test := range tests {
		for _, known := range []bool{true, false} {
			t.Run(fmt.Sprint(test.name, known), func(t *testing.T) {
				l := newLab(t)
				action := map[bool]string{true: "CreateFlowLog", false: "Create"}[known]
				query := map[string]string{"Description": "<&>\x01\xff\u2028"}
				if test.format != "" {
					query["Format"] = test.format
				}
				o := order{method: "GET", query: query}
				r := o.acs3(l.URL, master, action, l.now, "n")
				if !test.acs3 {
					query["Action"] = action
					r = o.version1(l.URL, master, "HMAC-SHA1", l.now, "n")
				}
				r.Header.Set("Accept", test.accept)
				got := l.do(t, r)
				if kind := got.header.Get("Content-Type"); kind != test.kind {
					t.Errorf("content type %q, want %q", kind, test.kind)
				}
				checkBody(t, got, known)
			})
		}
	}
}

func checkBody(t *testing.T, got reply, known bool) {
	t.Helper()
	isXML := strings.HasPrefix(got.body, "<?xml")
	switch {
	case known && (got.status != 200 || (isXML && got.XMLName.Local != "CreateFlowLogResponse")):
		t.Errorf("%d %s", got.status, got.body)
	case !known && (got.status != 404 || got.Code != "InvalidAction.NotFound" || (isXML && got.XMLName.Local != "Error")):
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestErrorBody(t *testing.T) {
	l := newLab(t, func(o *Options) { o.HostID = "smartag.cn-shanghai.aliyuncs.com" })
	l.reply = func(*Request) (Object, error) {
		return nil, fmt.Errorf("wrapped: %w", &Error{"MissingParam.ProjectName", "Specify the <ProjectName> parameter.", 400})
	}
	got := l.get(t, nil)
	want := `{"RequestId":"` + got.RequestID + `","HostId":"smartag.cn-shanghai.aliyuncs.com","Code":"MissingParam.ProjectName",` +
		`"Message":"Specify the <ProjectName> parameter.",` +
		`"Recommend":"https://api.aliyun.com/troubleshoot?product=Smartag&q=MissingParam.ProjectName&requestId=` + got.RequestID + `"}`
	if diff := cmp.Diff(want, got.body); diff != "" || got.status != 400 {
		t.Error(got.status, diff)
	}
	got = l.get(t, map[string]string{"Format": "XML"})
	want = `<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>` + got.RequestID + `</RequestId><HostId>smartag.cn-shanghai.aliyuncs.com</HostId>` +
		`<Code>MissingParam.ProjectName</Code><Message>Specify the &lt;ProjectName&gt; parameter.</Message>` +
		`<Recommend>https://api.aliyun.com/troubleshoot?product=Smartag&amp;q=MissingParam.ProjectName&amp;requestId=` + got.RequestID + `</Recommend></Error>`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Error(diff)
	}
}

func TestHandlersThatFail(t *testing.T) {
	tests := map[string]func(*Request) (Object, error){
		"an unexpected error": func(*Request) (Object, error) { return nil, errors.New("secret detail") },
		"a panic":             func(*Request) (Object, error) { panic("secret detail") },
		"a wrong type":        func(*Request) (Object, error) { return Object{{"A", 1.5}}, nil },
		"a wrong name":        func(*Request) (Object, error) { return Object{{"secret detail", 1}}, nil },
		"no error's status":   func(*Request) (Object, error) { return nil, &Error{"InternalError", "x", 0} },
	}
	for name, reply := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.reply = reply
			got := l.get(t, nil)
			if got.status != 500 || got.Code != "InternalError" || strings.Contains(got.body, "secret") {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

func TestNewChecksItsOptions(t *testing.T) {
	l := newLab(t)
	good := Options{Handler: handlerFunc(l.call), Keys: l.keys, Version: "1", Actions: []string{"A"}}
	tests := map[string]func(*Options){
		"Handler is missing": func(o *Options) { o.Handler = nil },
		"Keys is missing":    func(o *Options) { o.Keys = nil },
		"Version is missing": func(o *Options) { o.Version = "" },
		"Actions is empty":   func(o *Options) { o.Actions = nil },
		"action \"a b\"":     func(o *Options) { o.Actions = []string{"a b"} },
	}
	for want, change := range tests {
		o := good
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}

func TestLogHoldsNoSecret(t *testing.T) {
	l := newLab(t)
	wrong := guest
	wrong.secret = "wrongSecret"
	l.do(t, order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}.version1(l.URL, wrong, "HMAC-SHA1", l.now, "n"))
	l.do(t, order{method: "GET"}.acs3(l.URL, guest, "CreateFlowLog", l.now, "n"))
	text := l.logs.String()
	if !strings.Contains(text, "SignatureDoesNotMatch") || !strings.Contains(text, guest.id) {
		t.Errorf("the refusal is not in the log: %s", text)
	}
	for _, secret := range []string{guest.secret, guest.token, "wrongSecret"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q: %s", secret, text)
		}
	}
}

func TestContextEndsWithTheClient(t *testing.T) {
	begun, ended := make(chan struct{}), make(chan error, 1)
	l := newLab(t, func(o *Options) {
		o.Handler = handlerFunc(func(ctx context.Context, _ *Request) (Object, error) {
			close(begun)
			<-ctx.Done()
			ended <- ctx.Err()
			return nil, ctx.Err()
		})
	})
	ctx, cancel := context.WithCancel(t.Context())
	r := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}.version1(l.URL, master, "HMAC-SHA1", l.now, "n")
	go func() { <-begun; cancel() }()
	if response, err := l.Client().Do(r.WithContext(ctx)); err == nil {
		_ = response.Body.Close()
		t.Error("the call was answered")
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRequestIDsComeFromRandom(t *testing.T) {
	l := newLab(t, func(o *Options) { o.Random = bytes.NewReader([]byte("0123456789abcdef")) })
	if got := l.rpc.requestID(); got != "30313233-3435-4637-B839-616263646566" {
		t.Error(got)
	}
	if got := l.rpc.requestID(); !requestID.MatchString(got) || !strings.Contains(l.logs.String(), "RequestId can't be read") {
		t.Errorf("%s from a source that ended; log: %s", got, l.logs)
	}
}
