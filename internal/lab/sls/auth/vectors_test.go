package auth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// vector is a request with a signature that was made from the written-out string to sign by another program's HMAC.
type vector struct {
	name, method, uri, body string
	headers                 map[string]string
}

func vectors() []vector {
	return []vector{
		{
			"v1, a write", http.MethodPost, "/logstores/flows", "hello",
			map[string]string{
				"Content-Md5": "5D41402ABC4B2A76B9719D911017C592", "Content-Type": "application/x-protobuf",
				"Date": "Mon, 23 Nov 2026 09:12:27 GMT", "X-Log-Apiversion": "0.6.0", "X-Log-Bodyrawsize": "5",
				"X-Log-Signaturemethod": "hmac-sha1", "Authorization": "LOG LTAI5tExample:EHUc/aL0Pf/ULM286PgSj1jbZHo=",
			},
		},
		{
			"v1, a search with a token", http.MethodGet, "/logstores/flows?type=log&query=a%20b%3A%2F&from=1&to=2", "",
			map[string]string{
				"Date": "Mon, 23 Nov 2026 09:12:27 GMT", "X-Acs-Security-Token": "tok/en+=", "X-Log-Apiversion": "0.6.0",
				"X-Log-Bodyrawsize": "0", "X-Log-Signaturemethod": "hmac-sha1", "Authorization": "LOG LTAI5tExample:yoouYHmi79Rg31m5p/JoORdo+XY=",
			},
		},
		{
			"v4, a write", http.MethodPost, "/logstores/flows/shards/route?key=0f", "hello",
			map[string]string{
				"Content-Type": "application/x-protobuf", "X-Log-Apiversion": "0.6.0", "X-Log-Bodyrawsize": "5",
				"X-Log-Content-Sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
				"X-Log-Date":           "20261123T091227Z",
				"Authorization":        "SLS4-HMAC-SHA256 Credential=LTAI5tExample/20261123/cn-hangzhou/sls/aliyun_v4_request,Signature=e0031c97c8af6214ef02845154c18d37613263eeb6a2ae5245d891ff01baea5b",
			},
		},
	}
}

// request makes the vector's request, with the host that was signed.
func (v vector) request() *http.Request {
	r := httptest.NewRequest(v.method, "http://"+host+v.uri, strings.NewReader(v.body))
	for name, value := range v.headers {
		r.Header.Set(name, value)
	}
	return r
}

func TestVectors(t *testing.T) {
	for _, v := range vectors() {
		t.Run(v.name, func(t *testing.T) {
			if err := verify(v.request(), []byte(v.body)); err != nil {
				t.Error(err)
			}
			c, err := Parse(v.request())
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Verify("another secret", []byte(v.body)); code(err) != "SignatureNotMatch" {
				t.Errorf("with another secret: %v", err)
			}
		})
	}
}
