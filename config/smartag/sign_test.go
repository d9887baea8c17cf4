package smartag

import (
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/config/credentials"
)

func TestSignIsTheSpecifications(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		query := url.Values{"Action": {"X"}, "SignatureType": {""}, "Signature": {"old"}, "SecurityToken": {"old"}}
		for k, v := range rapid.MapOf(rapid.StringMatching(`[A-Za-z.0-9]{1,9}`), rapid.String()).Draw(r, "parameters") {
			query.Set("P"+k, v)
		}
		keys := credentials.Credentials{
			AccessKeyID:     rapid.StringMatching(`[A-Za-z0-9]{1,20}`).Draw(r, "id"),
			AccessKeySecret: credentials.Secret(rapid.String().Draw(r, "secret")),
			SecurityToken:   credentials.Secret(rapid.String().Draw(r, "token")),
		}
		now := time.Unix(rapid.Int64Range(0, 4e9).Draw(r, "now"), 0)
		signed, _ := sign("POST", query, keys, now)
		verifySignature(t, "POST", signed, string(keys.AccessKeySecret))
		got, err := url.ParseQuery(signed)
		if err != nil {
			r.Fatalf("parse %q: %v", signed, err)
		}
		if got.Get("Timestamp") != now.UTC().Format("2006-01-02T15:04:05Z") || got.Get("AccessKeyId") != keys.AccessKeyID ||
			got.Get("SecurityToken") != string(keys.SecurityToken) || len(got["Signature"]) != 1 {
			r.Fatalf("signed %v with %v at %v", got, keys, now)
		}
	})
}

func TestSignDrawsANewNonce(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		signed, _ := sign("POST", url.Values{}, credentials.Credentials{}, time.Unix(0, 0))
		q, _ := url.ParseQuery(signed)
		if nonce := q.Get("SignatureNonce"); nonce == "" || seen[nonce] {
			t.Fatalf("nonce %q again", nonce)
		} else {
			seen[nonce] = true
		}
	}
}

// The example of the specification's page of RPC signature 1.0, whose nonce and time are fixed.
func TestPercentEncodingOfTheSpecification(t *testing.T) {
	for in, want := range map[string]string{"a b": "a%20b", "*": "%2A", "~": "~", "+": "%2B", "/": "%2F", "创": "%E5%88%9B"} {
		if got := rfc3986(url.QueryEscape(in)); got != want {
			t.Errorf("encode %q = %q, want %q", in, got, want)
		}
	}
}
