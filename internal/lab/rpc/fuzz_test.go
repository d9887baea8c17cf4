package rpc

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse compares the parsing with net/url's, where that takes the text at all.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "a=b", "a=b&a=c", "a", "=", "a=%20+b", "%zz", "&&", "a;b=1", "a=b=c", "%00=%ff", strings.Repeat("x&", 10),
		strings.Repeat("\x80", 70) + "%zz", strings.Repeat("\U000e0001", 70) + "=%zz", "=" + strings.Repeat("\x00", 500),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parse("query", text)
		want, wantErr := url.ParseQuery(text)
		if err != nil {
			if e := (*Error)(nil); !errors.As(err, &e) || e.Status != 400 || len(e.Message) > 300 {
				t.Errorf("error %v", err)
			}
			return
		}
		if strings.Contains(text, ";") {
			return
		}
		if wantErr != nil || len(got) != len(want) {
			t.Fatalf("%q: %q, want %q, %v", text, got, want, wantErr)
		}
		for name, value := range got {
			if len(want[name]) != 1 || want[name][0] != value {
				t.Errorf("%q: %q, want %q", name, value, want[name])
			}
		}
	})
}

// FuzzVersion1Text compares the string to sign with the signer's of the tests, which is written on its own.
func FuzzVersion1Text(f *testing.F) {
	f.Add("GET", "Name", "a b+c*d~e", "创建", "\xff")
	f.Add("POST", "Signature", "x", "A", "")
	f.Add("POST", "a\x00b", "", "a", "\x00b")
	f.Fuzz(func(t *testing.T, method, name1, value1, name2, value2 string) {
		if strings.Contains(name1+name2, "\x00") {
			return
		}
		values := map[string]string{name1: value1, name2: value2}
		got := string(version1Text(method, values))
		delete(values, "Signature")
		if want := method + "&" + escape("/") + "&" + escape(joined(values)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// FuzzACS3Canonical does the same for the canonical request: its signature, made by the test's signer, is taken.
func FuzzACS3Canonical(f *testing.F) {
	f.Add("Name", "a b+c*d~e", "Form", "创建", "a  value")
	f.Add("", "", "", "", "")
	f.Add("a", "\x00\xff", "b", "&=", "\ttab\t")
	f.Fuzz(func(t *testing.T, name, value, formName, formValue, header string) {
		if strings.Contains(name+formName, "\x00") || name == "" || formName == "" || name == formName || strings.ContainsFunc(header, notInHeader) {
			return
		}
		o := order{method: "POST", query: map[string]string{name: value}, form: map[string]string{formName: formValue}, set: map[string]string{"x-acs-extra": header}}
		c := &call{http: o.acs3("http://lab.example", master, "CreateFlowLog", noon, "n")}
		if err := c.read(httptest.NewRecorder()); err != nil {
			if name != "Format" && formName != "Format" {
				t.Fatal(err)
			}
			return
		}
		g, err := c.signature()
		if err != nil {
			t.Fatal(err)
		}
		if !g.matches(master.secret) {
			t.Errorf("refused: %s", g.note)
		}
		if diff := cmp.Diff([]string{name, formName}, slices.Collect(maps.Keys(c.values)), sorted); diff != "" {
			t.Error(diff)
		}
	})
}

var sorted = cmp.Transformer("sorted", func(s []string) string {
	s = slices.Clone(s)
	slices.Sort(s)
	return fmt.Sprintf("%q", s)
})

func notInHeader(r rune) bool { return r < 0x20 && r != '\t' || r >= 0x7f }

// FuzzServe sends any request: each gets one well-formed answer, and none reaches the handler.
func FuzzServe(f *testing.F) {
	f.Add("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	f.Add("POST /?Action=CreateFlowLog&Version=2018-03-13&Format=json HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na=b")
	f.Add("GET /?Action=CreateFlowLog&Version=2018-03-13&AccessKeyId=a&Signature=b&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=c&Timestamp=2026-11-23T12:00:00Z HTTP/1.1\r\nHost: x\r\n\r\n")
	f.Add("POST / HTTP/1.1\r\nHost: x\r\nx-acs-action: CreateFlowLog\r\nx-acs-version: 2018-03-13\r\nx-acs-date: 2026-11-23T12:00:00Z\r\nx-acs-signature-nonce: n\r\n" +
		"x-acs-content-sha256: 0\r\nAuthorization: ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=b\r\n\r\n")
	l := newLab(f)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		l.rpc.ServeHTTP(w, r)
		got := parseReply(t, w.Result())
		if got.status < 400 || got.Code == "" || got.Code == "InternalError" || got.Message == "" || !requestID.MatchString(got.RequestID) {
			t.Errorf("%d %s", got.status, got.body)
		}
		if n := l.carriedOut(); n > 0 {
			t.Errorf("the handler was called %d times", n)
		}
	})
}
