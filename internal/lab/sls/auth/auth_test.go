package auth

import (
	"bytes"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/internal/lab/keys"
	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
)

const (
	keyID  = "LTAI5tExample"
	secret = "the secret"
	host   = "proj.cn-hangzhou.log.aliyuncs.com"
)

func now() time.Time { return time.Date(2026, 11, 23, 9, 12, 27, 0, time.UTC) }

// signed is a request that the SDK's own signers signed.
func signed(tb testing.TB, version int, method, uri string, body []byte, more map[string]string) *http.Request {
	tb.Helper()
	headers := map[string]string{"x-log-apiversion": "0.6.0", "x-log-bodyrawsize": "0", "Host": host}
	if body != nil {
		headers["Content-Type"] = "application/x-protobuf"
	}
	maps.Copy(headers, more)
	var err error
	if version == 4 {
		headers["x-log-date"] = now().Format(timeV4)
		err = sdk.NewSignerV4(keyID, secret, "cn-hangzhou").Sign(method, uri, headers, body)
	} else {
		headers["Date"] = now().Format(http.TimeFormat)
		err = sdk.NewSignerV1(keyID, secret).Sign(method, uri, headers, body)
	}
	if err != nil {
		tb.Fatalf("sign: %v", err)
	}
	r := httptest.NewRequest(method, "http://"+host+uri, bytes.NewReader(body))
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	r.Header.Del("Host")
	return r
}

func code(err error) string {
	var e *apierror.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func verify(r *http.Request, body []byte) error {
	c, err := Parse(r)
	if err != nil {
		return err
	}
	if err := c.CheckTime(now()); err != nil {
		return err
	}
	return c.Verify(secret, body)
}

func uris() []string {
	return []string{
		"/", "/logstores/flows", "/logstores/a%20b/shards/route?key=0f", "/logstores/flows?type=log&from=1&to=2&query=a%20b%3A%20%22c%2Bd%22&topic=",
		"/logstores?offset=0&size=500&telemetryType=", "/logstores/x/shards/0?type=logs&cursor=MA%3D%3D&count=1", "/?x=%C3%BC%E4%B8%AD%2F~*",
	}
}

func TestVerify(t *testing.T) {
	for _, version := range []int{1, 4} {
		for _, uri := range uris() {
			for _, body := range [][]byte{nil, []byte("x"), bytes.Repeat([]byte("log"), 1000)} {
				r := signed(t, version, http.MethodPost, uri, body, map[string]string{"x-acs-security-token": "tok/en+=", "x-log-meta-x": "not in v4"})
				if err := verify(r, body); err != nil {
					t.Errorf("v%d %s with %d bytes: %v", version, uri, len(body), err)
				}
			}
		}
	}
}

func TestParse(t *testing.T) {
	for _, version := range []int{1, 4} {
		c, err := Parse(signed(t, version, http.MethodGet, "/?a=b", nil, map[string]string{"x-acs-security-token": "token"}))
		if err != nil {
			t.Fatal(err)
		}
		if c.AccessKeyID != keyID || c.Version != version || !c.Time.Equal(now()) || c.Token != "token" || c.Query().Get("a") != "b" {
			t.Errorf("got %+v", c)
		}
	}
}

// TestTampering changes what a signature covers, one thing at a time.
func TestTampering(t *testing.T) {
	body := []byte("the body of a request")
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, change := range map[string]func(*http.Request){
		"method":       func(r *http.Request) { r.Method = http.MethodPut },
		"path":         func(r *http.Request) { r.URL.Path = "/logstores/other" },
		"query":        func(r *http.Request) { r.URL.RawQuery = "key=1" },
		"more query":   func(r *http.Request) { r.URL.RawQuery += "&more=1" },
		"content type": set("Content-Type", "text/html"),
		"raw size":     set("X-Log-Bodyrawsize", "1"),
		"new header":   set("X-Log-Compresstype", "lz4"),
		"token":        set("X-Acs-Security-Token", "other"),
		"key":          func(r *http.Request) { replace(r, keyID, keyID+"2") },
	} {
		for _, version := range []int{1, 4} {
			r := signed(t, version, http.MethodPost, "/logstores/flows/shards/route?key=0", body, map[string]string{"x-acs-security-token": "token"})
			change(r)
			err := verify(r, body)
			// Version 1 does not cover the name of the key but by its secret.
			if got := code(err); got != "SignatureNotMatch" && (name != "key" || got != "") {
				t.Errorf("v%d %s: got %v", version, name, err)
			}
		}
	}
}

func replace(r *http.Request, old, changed string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, changed, 1))
}

// TestTamperedBytes changes each byte of the body, and of Authorization.
func TestTamperedBytes(t *testing.T) {
	body := []byte("the body of a request")
	for _, version := range []int{1, 4} {
		for i := range body {
			changed := slices.Clone(body)
			changed[i] ^= 1
			if err := verify(signed(t, version, http.MethodPost, "/", body, nil), changed); code(err) != "SignatureNotMatch" {
				t.Errorf("v%d, body byte %d: %v", version, i, err)
			}
		}
		authorization := signed(t, version, http.MethodPost, "/", body, nil).Header.Get("Authorization")
		for i := range authorization {
			r := signed(t, version, http.MethodPost, "/", body, nil)
			changed := []byte(authorization)
			changed[i] ^= 1
			r.Header.Set("Authorization", string(changed))
			claim, err := Parse(r)
			if err == nil && claim.AccessKeyID == keyID && claim.Verify(secret, body) == nil {
				t.Errorf("v%d, byte %d of Authorization: taken", version, i)
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	drop := func(name string) func(*http.Request) { return func(r *http.Request) { r.Header.Del(name) } }
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for name, c := range map[string]struct {
		version int
		change  func(*http.Request)
		code    string
	}{
		"no API version":     {1, drop("X-Log-Apiversion"), "MissingAPIVersion"},
		"other API version":  {1, set("X-Log-Apiversion", "0.1"), "InvalidAPIVersion"},
		"unsigned":           {1, drop("Authorization"), "Unauthorized"},
		"other scheme":       {1, set("Authorization", "Basic eDp5"), "Unauthorized"},
		"no colon":           {1, set("Authorization", "LOG key"), "Unauthorized"},
		"no key":             {1, set("Authorization", "LOG :sig"), "Unauthorized"},
		"no signature":       {1, set("Authorization", "LOG key:"), "Unauthorized"},
		"no method":          {1, drop("X-Log-Signaturemethod"), "MissingSignatureMethod"},
		"other method":       {1, set("X-Log-Signaturemethod", "md5"), "InvalidSignatureMethod"},
		"no date":            {1, drop("Date"), "MissingDate"},
		"wrong date":         {1, set("Date", "yesterday"), "InvalidDateFormat"},
		"date of elsewhere":  {1, set("Date", "Mon, 23 Nov 2026 09:12:27 CST"), "InvalidDateFormat"},
		"date with decimals": {1, set("Date", "Mon, 23 Nov 2026 09:12:27.5 GMT"), "InvalidDateFormat"},
		"query":              {1, func(r *http.Request) { r.URL.RawQuery = "%zz" }, "ParameterInvalid"},
		"v4 date missing":    {4, drop("X-Log-Date"), "MissingDate"},
		"v4 date short":      {4, set("X-Log-Date", "2026"), "InvalidDateFormat"},
		"v4 date decimals":   {4, set("X-Log-Date", "20261123T091227.5Z"), "InvalidDateFormat"},
		"v4 other day":       {4, set("X-Log-Date", "20261122T091227Z"), "Unauthorized"},
		"v4 nothing":         {4, set("Authorization", algorithmV4), "Unauthorized"},
		"v4 no signature":    {4, func(r *http.Request) { replace(r, "Signature=", "") }, "Unauthorized"},
		"v4 no credential":   {4, func(r *http.Request) { replace(r, "Credential=", "") }, "Unauthorized"},
		"v4 no region":       {4, func(r *http.Request) { replace(r, "cn-hangzhou", "") }, "Unauthorized"},
		"v4 other product":   {4, func(r *http.Request) { replace(r, "/sls/", "/oss/") }, "Unauthorized"},
		"v4 four parts":      {4, func(r *http.Request) { replace(r, "/sls/", "/") }, "Unauthorized"},
		"v4 another closing": {4, func(r *http.Request) { replace(r, "aliyun_v4_request", "x") }, "Unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			r := signed(t, c.version, http.MethodPost, "/", []byte("body"), nil)
			c.change(r)
			if _, err := Parse(r); code(err) != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestCheckTime(t *testing.T) {
	for _, version := range []int{1, 4} {
		c, err := Parse(signed(t, version, http.MethodGet, "/", nil, nil))
		if err != nil {
			t.Fatal(err)
		}
		for off, want := range map[time.Duration]string{
			0: "", window: "", -window: "", window + time.Second: "RequestTimeExpired", -window - time.Second: "RequestTimeTooSkewed",
		} {
			if got := code(c.CheckTime(now().Add(off))); got != want {
				t.Errorf("v%d, server %v ahead: %q, want %q", version, off, got, want)
			}
		}
	}
}

func TestCheckPair(t *testing.T) {
	pair := func(token string, expires time.Time, revoked bool) keys.Pair {
		return keys.Pair{Revoked: revoked, Credentials: credentials.Credentials{
			AccessKeyID: keyID, AccessKeySecret: secret, SecurityToken: credentials.Secret(token), Expires: expires,
		}}
	}
	for name, c := range map[string]struct {
		pair  keys.Pair
		token string
		want  string
	}{
		"good":             {pair("", time.Time{}, false), "", ""},
		"good token":       {pair("t", now().Add(1), false), "t", ""},
		"revoked":          {pair("", time.Time{}, true), "", "disabled"},
		"expired":          {pair("", now(), false), "", "AccessKeyId LTAI5tExample has expired"},
		"token expired":    {pair("t", now(), false), "t", "security token you provided has expired"},
		"token missing":    {pair("t", time.Time{}, false), "", "x-acs-security-token does not exist"},
		"token of another": {pair("t", time.Time{}, false), "u", "is not the one"},
		"token too much":   {pair("", time.Time{}, false), "u", "is not the one"},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&Claim{AccessKeyID: keyID, Token: c.token}).CheckPair(c.pair, now())
			if (err == nil) != (c.want == "") || (err != nil && (code(err) != "Unauthorized" || !strings.Contains(err.Error(), c.want))) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestBody(t *testing.T) {
	r := signed(t, 1, http.MethodPost, "/", []byte("x"), nil)
	r.Header.Del("Content-Md5")
	c, err := Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	c.signature = c.signV1(secret)
	if err := c.Verify(secret, []byte("x")); code(err) != "MissingContentMD5" {
		t.Errorf("without Content-MD5: %v", err)
	}
	r = signed(t, 4, http.MethodPost, "/", []byte("x"), nil)
	r.Header.Set("Content-Md5", "00")
	if err := verify(r, []byte("x")); code(err) != "SignatureNotMatch" {
		t.Errorf("v4 with a wrong Content-MD5: %v", err)
	}
}

// TestUTC signs version 1 with a Date that ends in UTC.
func TestUTC(t *testing.T) {
	r := signed(t, 1, http.MethodGet, "/", nil, nil)
	r.Header.Set("Date", strings.Replace(r.Header.Get("Date"), "GMT", "UTC", 1))
	if c, err := Parse(r); err != nil || !c.Time.Equal(now()) {
		t.Errorf("got %+v, %v", c, err)
	}
}

// TestLogDate signs version 1 with x-log-date in the place of Date.
func TestLogDate(t *testing.T) {
	r := signed(t, 1, http.MethodGet, "/", nil, nil)
	r.Header.Set(HeaderDate, r.Header.Get("Date"))
	r.Header.Del("Date")
	c, err := Parse(r)
	if err != nil || !c.Time.Equal(now()) {
		t.Errorf("got %+v, %v", c, err)
	}
}

// TestSpacesAndCase takes headers as proxies and other clients write them.
func TestSpacesAndCase(t *testing.T) {
	for _, version := range []int{1, 4} {
		r := signed(t, version, http.MethodPost, "/logstores/flows", []byte("x"), nil)
		r.Header["X-Log-Bodyrawsize"] = []string{"  0 "}
		if md5 := r.Header.Get("Content-Md5"); md5 != "" && version == 4 {
			t.Errorf("v4 signs Content-MD5 %q", md5)
		}
		if err := verify(r, []byte("x")); err != nil {
			t.Errorf("v%d: %v", version, err)
		}
	}
}

// TestUnsignedHeaders are no matter of the signature.
func TestUnsignedHeaders(t *testing.T) {
	for _, version := range []int{1, 4} {
		r := signed(t, version, http.MethodPost, "/logstores/flows", []byte("x"), nil)
		r.Header.Set("User-Agent", "another")
		r.Header.Set("Accept-Encoding", "lz4")
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
		if err := verify(r, []byte("x")); err != nil {
			t.Errorf("v%d: %v", version, err)
		}
	}
}
