package rpc

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuthorizationParts(t *testing.T) {
	tests := []struct {
		text string
		want map[string]string
	}{
		{"", map[string]string{"algorithm": ""}},
		{"ACS3-HMAC-SHA256", map[string]string{"algorithm": "ACS3-HMAC-SHA256"}},
		{"A Credential=a,SignedHeaders=b;c,Signature=d", map[string]string{"algorithm": "A", "Credential": "a", "SignedHeaders": "b;c", "Signature": "d"}},
		{" A  Credential=a , SignedHeaders=b=c", map[string]string{"algorithm": "A", "Credential": "a", "SignedHeaders": "b=c"}},
		{"A Credential=a,Credential=b,,x", map[string]string{"algorithm": "A", "Credential": "a"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, authorizationParts(test.text)); diff != "" {
			t.Errorf("%q: %s", test.text, diff)
		}
	}
}

// Whatever part of a signed request changes on its way, it is refused; unsigned headers may change.
func TestWhatACS3Covers(t *testing.T) {
	tests := []struct {
		name   string
		change func(r *http.Request)
		code   string
	}{
		{"nothing", func(*http.Request) {}, ""},
		{"accept", func(r *http.Request) { r.Header.Set("Accept", "*/*") }, ""},
		{"user agent", func(r *http.Request) { r.Header.Set("User-Agent", "x") }, ""},
		{"order of the query", func(r *http.Request) { r.URL.RawQuery = "RegionId=cn-shanghai&Name=n" }, ""},
		{"query", func(r *http.Request) { r.URL.RawQuery += "&x=y" }, "SignatureDoesNotMatch"},
		{"method", func(r *http.Request) { r.Method = http.MethodGet }, "SignatureDoesNotMatch"},
		{"host", func(r *http.Request) { r.Host = "other.example" }, "SignatureDoesNotMatch"},
		{"body", func(r *http.Request) { *r = *withBody(r, "Description=e") }, "SignatureDoesNotMatch"},
		{"no body", func(r *http.Request) { *r = *withBody(r, "") }, "SignatureDoesNotMatch"},
		{"content type", func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=gbk")
		}, "SignatureDoesNotMatch"},
		{"nonce", func(r *http.Request) { r.Header.Set("x-acs-signature-nonce", "m") }, "SignatureDoesNotMatch"},
		{"version", func(r *http.Request) { r.Header.Set("x-acs-version", "2018-03-14") }, "InvalidVersion"},
		{"another x-acs header", func(r *http.Request) { r.Header.Set("x-acs-more", "m") }, "IncompleteSignature"},
		{"a header twice", func(r *http.Request) { r.Header.Add("x-acs-date", "2026-11-23T12:00:00Z") }, "IncompleteSignature"},
		{"signature in upper case", func(r *http.Request) {
			head, tail, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature="+strings.ToUpper(tail))
		}, "SignatureDoesNotMatch"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			o := order{method: "POST", query: map[string]string{"Name": "n", "RegionId": "cn-shanghai"}, form: map[string]string{"Description": "d"}}
			r := o.acs3(l.URL, guest, "CreateFlowLog", l.now, "n")
			test.change(r)
			got := l.do(t, r)
			if got.Code != test.code || (test.code == "") != (got.status == 200) {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

// withBody is a request with another body and the same headers.
func withBody(r *http.Request, body string) *http.Request {
	changed, err := http.NewRequest(r.Method, r.URL.String(), strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	changed.Header = r.Header
	return changed
}
