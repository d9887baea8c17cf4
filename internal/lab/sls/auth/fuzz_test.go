package auth

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// longest is how long a refusal may be, whatever was sent.
const longest = 1500

// FuzzParse reads requests that anybody may send.
func FuzzParse(f *testing.F) {
	for _, version := range []int{1, 4} {
		r := signed(f, version, http.MethodPost, "/?a=b", []byte("x"), nil)
		f.Add(r.Header.Get("Authorization"), r.Header.Get("Date"), r.Header.Get(HeaderDate), r.URL.RawQuery, []byte("x"))
	}
	f.Add("SLS4-HMAC-SHA256 Credential=a/2/c/sls/aliyun_v4_request,Signature=", "", "2", "%", []byte{})
	long := strings.Repeat("\x80", 500)
	f.Add("LOG a:"+long, "Mon, 23 Nov 2020 09:12:27."+strings.Repeat("0", 2000)+" GMT", "", "", []byte{})
	f.Add("SLS4-HMAC-SHA256 Credential=a/"+long+"/c/"+long+"/"+long+",Signature="+long, "", "20201123T091227."+strings.Repeat("0", 2000)+"Z", "", []byte{})
	f.Add(long+" ", long, long, long, []byte{})
	f.Fuzz(func(t *testing.T, authorization, date, logDate, query string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
		r.URL.RawQuery = query
		for name, value := range map[string]string{
			"Authorization": authorization, "Date": date, HeaderDate: logDate, HeaderAPIVersion: apiVersion, HeaderSignatureMethod: methodV1,
		} {
			r.Header.Set(name, value)
		}
		c, err := Parse(r)
		if err == nil {
			if err := c.CheckTime(now()); err != nil && len(err.Error()) > longest {
				t.Errorf("a refusal of %d bytes: %v", len(err.Error()), err)
			}
			err = c.Verify("a secret that nobody guesses", body)
		}
		if code(err) == "" || len(err.Error()) > longest {
			t.Errorf("got %v, want a refusal of at most %d bytes", err, longest)
		}
	})
}

// FuzzVerify has the SDK's own signers sign any request: it is taken, and is not if a part of it is another.
func FuzzVerify(f *testing.F) {
	f.Add(true, "flows", "key", "0f", "", []byte("x"))
	f.Add(false, "a b/../%2f", "ü &=", "+ *~%/;", "tok/en+=", []byte{})
	f.Add(true, ".", "", "", "t", []byte("\x00"))
	f.Fuzz(func(t *testing.T, v4 bool, segment, name, value, token string, body []byte) {
		if strings.ContainsFunc(token, func(r rune) bool { return r < '!' || r > '~' }) {
			return // no header
		}
		version := 1
		if v4 {
			version = 4
		}
		query := func(value string) string { return url.Values{name: {value}}.Encode() }
		good := func() *http.Request {
			uri := "/logstores/" + url.PathEscape(segment) + "?" + query(value)
			return signed(t, version, http.MethodPost, uri, body, map[string]string{"x-acs-security-token": token})
		}
		if err := verify(good(), body); err != nil {
			t.Fatalf("v%d %s: %v", version, good().URL, err)
		}
		for what, change := range map[string]func(*http.Request){
			"segment": func(r *http.Request) { r.URL.RawPath, r.URL.Path = "", "/logstores/"+segment+"x" },
			"value":   func(r *http.Request) { r.URL.RawQuery = query(value + "x") },
			"query":   func(r *http.Request) { r.URL.RawQuery += "&" + url.QueryEscape(name+"x") + "=" },
			"token":   func(r *http.Request) { r.Header.Set(HeaderSecurityToken, token+"x") },
		} {
			r := good()
			change(r)
			if err := verify(r, body); code(err) != "SignatureNotMatch" {
				t.Errorf("v%d, another %s: %v", version, what, err)
			}
		}
		if err := verify(good(), append([]byte("x"), body...)); code(err) != "SignatureNotMatch" {
			t.Errorf("v%d, another body: %v", version, err)
		}
	})
}
