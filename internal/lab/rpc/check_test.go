package rpc

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// refusalCase is a request with one fault, in either scheme.
type refusalCase struct {
	name    string
	who     identity
	o       order
	action  string
	offset  time.Duration
	status  int
	code    string
	message string
}

func drop(names ...string) order { return order{drop: names} }

func set(name, value string) order { return order{set: map[string]string{name: value}} }

func after(name, value string) order { return order{after: map[string]string{name: value}} }

const notSupplied = "The input parameter %q that is mandatory for processing this request is not supplied."

func TestVersion1Refusals(t *testing.T) {
	wrong, tokenless, mistaken, spare := master, guest, guest, master
	wrong.secret, tokenless.token, mistaken.token, spare.token = "x"+wrong.secret, "", guest.token+"x", "x"
	tests := []refusalCase{
		{name: "no action", o: drop("Action"), status: 404, code: "InvalidAction.NotFound", message: "Specified api is not found, please check your url and method."},
		{name: "empty action", o: set("Action", ""), status: 404, code: "InvalidAction.NotFound"},
		{name: "action in another case", action: "createflowlog", status: 404, code: "InvalidAction.NotFound"},
		{name: "no version", o: drop("Version"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "Version")},
		{name: "other version", o: set("Version", "2018-03-14"), status: 400, code: "InvalidVersion", message: "Specified parameter Version is not valid."},
		{name: "no key", o: drop("AccessKeyId"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "AccessKeyId")},
		{name: "no signature", o: drop("Signature"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "Signature")},
		{name: "no method", o: drop("SignatureMethod"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "SignatureMethod")},
		{name: "no signature version", o: drop("SignatureVersion"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "SignatureVersion")},
		{name: "no nonce", o: drop("SignatureNonce"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "SignatureNonce")},
		{name: "no time", o: set("Timestamp", ""), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "Timestamp")},
		{name: "other method", o: set("SignatureMethod", "HMAC-MD5"), status: 400, code: "InvalidSignatureMethod"},
		{name: "bearer token", o: set("SignatureType", "BEARERTOKEN"), status: 400, code: "InvalidSignatureMethod"},
		{name: "other signature version", o: set("SignatureVersion", "2.0"), status: 400, code: "InvalidParameter"},
		{name: "time in another form", o: set("Timestamp", "2026-11-23 12:00:00"), status: 400, code: "InvalidTimeStamp.Format"},
		{name: "time in another zone", o: set("Timestamp", "2026-11-23T12:00:00+08:00"), status: 400, code: "InvalidTimeStamp.Format"},
		{name: "too old", offset: -window - time.Second, status: 400, code: "InvalidTimeStamp.Expired", message: "Specified time stamp or date value is expired."},
		{name: "too new", offset: window + time.Second, status: 400, code: "InvalidTimeStamp.Expired"},
		{name: "unknown key", who: identity{id: "LTAInobody", secret: "x"}, status: 404, code: "InvalidAccessKeyId.NotFound", message: "Specified access key is not found."},
		{name: "wrong secret", who: wrong, status: 400, code: "SignatureDoesNotMatch"},
		{name: "no token", who: tokenless, status: 400, code: "MissingSecurityToken"},
		{name: "wrong token", who: mistaken, status: 400, code: "InvalidSecurityToken.MismatchWithAccessKey"},
		{name: "token of a key without", who: spare, status: 400, code: "InvalidSecurityToken.MismatchWithAccessKey"},
		{name: "changed value", o: after("Description", "other"), status: 400, code: "SignatureDoesNotMatch"},
		{name: "added value", o: after("Name", "other"), status: 400, code: "SignatureDoesNotMatch"},
		{name: "unknown format", o: set("Format", "YAML"), status: 400, code: "InvalidParameter.Format"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			test.o.method, test.o.query = "GET", map[string]string{"Action": "CreateFlowLog", "Format": "JSON", "Description": "d"}
			if test.action != "" {
				test.o.query["Action"] = test.action
			}
			if test.who.id == "" {
				test.who = master
			}
			test.check(t, l, test.o.version1(l.URL, test.who, "HMAC-SHA1", l.now.Add(test.offset), "n"))
		})
	}
}

func TestACS3Refusals(t *testing.T) {
	wrong, tokenless := master, guest
	wrong.secret, tokenless.token = "x"+wrong.secret, ""
	auth := func(text string) order { return after("Authorization", text) }
	tests := []refusalCase{
		{name: "no action", o: drop("x-acs-action"), status: 404, code: "InvalidAction.NotFound"},
		{name: "unknown action", action: "Create", status: 404, code: "InvalidAction.NotFound"},
		{name: "no version", o: drop("x-acs-version"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "x-acs-version")},
		{name: "other version", o: set("x-acs-version", "1"), status: 400, code: "InvalidVersion"},
		{name: "no authorization", o: drop("Authorization"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "Authorization")},
		{name: "no hash", o: drop("x-acs-content-sha256"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "x-acs-content-sha256")},
		{name: "no nonce", o: drop("x-acs-signature-nonce"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "x-acs-signature-nonce")},
		{name: "no date", o: drop("x-acs-date"), status: 400, code: "MissingParameter", message: fmt.Sprintf(notSupplied, "x-acs-date")},
		{name: "other algorithm", o: auth("ACS3-RSA-SHA256 Credential=a,SignedHeaders=host,Signature=b"), status: 400, code: "InvalidSignatureMethod"},
		{name: "no credential", o: auth("ACS3-HMAC-SHA256 SignedHeaders=host,Signature=b"), status: 400, code: "IncompleteSignature"},
		{name: "no signed headers", o: auth("ACS3-HMAC-SHA256 Credential=a,Signature=b"), status: 400, code: "IncompleteSignature"},
		{name: "no signature", o: auth("ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host"), status: 400, code: "IncompleteSignature"},
		{name: "host not signed", o: drop("host"), status: 400, code: "IncompleteSignature"},
		{name: "token not signed", o: after("x-acs-security-token", "x"), status: 400, code: "IncompleteSignature"},
		{name: "another key's header", o: set("x-acs-accesskey-id", guest.id), status: 400, code: "IncompleteSignature"},
		{name: "changed date", o: after("x-acs-date", "2026-11-23T12:00:01Z"), status: 400, code: "SignatureDoesNotMatch"},
		{name: "changed action", o: after("x-acs-action", "DescribeFlowLogs"), status: 400, code: "SignatureDoesNotMatch"},
		{name: "hash of another body", o: after("x-acs-content-sha256", strings.Repeat("0", 64)), status: 400, code: "SignatureDoesNotMatch"},
		{name: "signed hash of another body", o: set("x-acs-content-sha256", strings.Repeat("0", 64)), status: 400, code: "SignatureDoesNotMatch"},
		{name: "time in another form", o: set("x-acs-date", "Mon, 23 Nov 2026 12:00:00 GMT"), status: 400, code: "InvalidTimeStamp.Format"},
		{name: "too old", offset: -window - time.Second, status: 400, code: "InvalidTimeStamp.Expired"},
		{name: "unknown key", who: identity{id: "LTAInobody", secret: "x"}, status: 404, code: "InvalidAccessKeyId.NotFound"},
		{name: "wrong secret", who: wrong, status: 400, code: "SignatureDoesNotMatch"},
		{name: "no token", who: tokenless, status: 400, code: "MissingSecurityToken"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			if test.action == "" {
				test.action = "CreateFlowLog"
			}
			if test.who.id == "" {
				test.who = master
			}
			test.o.method, test.o.query, test.o.form = "POST", map[string]string{"RegionId": "cn-shanghai"}, map[string]string{"Name": "n"}
			test.check(t, l, test.o.acs3(l.URL, test.who, test.action, l.now.Add(test.offset), "n"))
		})
	}
}

func (c refusalCase) check(t *testing.T, l *lab, r *http.Request) {
	t.Helper()
	got := l.do(t, r)
	if got.status != c.status || got.Code != c.code {
		t.Fatalf("%d %s\nwant %d %s", got.status, got.body, c.status, c.code)
	}
	if c.message != "" && got.Message != c.message {
		t.Errorf("message %q, want %q", got.Message, c.message)
	}
	if c.status != 200 && (l.carriedOut() != 0 || got.HostID == "" || got.Recommend == "" || !requestID.MatchString(got.RequestID)) {
		t.Errorf("handler saw %d calls; %s", l.carriedOut(), got.body)
	}
}

// A request stays good to the last second of the window, on both sides.
func TestTheWindowsEdges(t *testing.T) {
	for _, offset := range []time.Duration{-window, window, 0} {
		l := newLab(t)
		o := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}
		if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA1", l.now.Add(offset), "n")); got.status != 200 {
			t.Errorf("%v: %s", offset, got.body)
		}
	}
}

func TestMismatchEndsInTheStringToSign(t *testing.T) {
	l := newLab(t)
	wrong := master
	wrong.secret = "x"
	query := map[string]string{"Action": "CreateFlowLog", "Format": "JSON", "Description": "a b"}
	got := l.do(t, order{method: "POST", query: query}.version1(l.URL, wrong, "HMAC-SHA1", l.now, "n"))
	want := "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&AccessKeyId%3D" + master.id +
		"%26Action%3DCreateFlowLog%26Description%3Da%2520b%26Format%3DJSON%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dn" +
		"%26SignatureVersion%3D1.0%26Timestamp%3D2026-11-23T12%253A00%253A00Z%26Version%3D2018-03-13"
	if got.Message != want {
		t.Errorf("%q, want %q", got.Message, want)
	}
	got = l.do(t, order{method: "GET"}.acs3(l.URL, wrong, "CreateFlowLog", l.now, "n"))
	if !strings.Contains(got.Message, "server canonicalized request is:GET\n/\n\nhost:") ||
		!strings.Contains(got.Message, " server string to sign is:ACS3-HMAC-SHA256\n") {
		t.Errorf("%q", got.Message)
	}
}

// Whose key was refused is logged, but not what no key is called: it may be a secret in the wrong place.
func TestRefusedKeysInTheLog(t *testing.T) {
	for id, want := range map[string]string{master.id: master.id, master.secret: "(unknown)", strings.Repeat("x", 60_000): "(unknown)"} {
		l := newLab(t)
		o := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog"}}
		l.do(t, o.version1(l.URL, identity{id: id, secret: "x"}, "HMAC-SHA1", l.now, "n"))
		l.Close()
		if text := l.logs.String(); !strings.Contains(text, "access-key-id="+want) || len(text) > 1000 || strings.Contains(text, master.secret) {
			t.Errorf("key %.40q: %.1000s", id, text)
		}
	}
}

// Each byte of a signature counts.
func TestEachByteOfASignatureCounts(t *testing.T) {
	l := newLab(t)
	o := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog", "Format": "JSON"}}
	good := o.version1(l.URL, master, "HMAC-SHA256", l.now, "n").URL.Query().Get("Signature")
	for i := range good {
		changed := []byte(good)
		changed[i] ^= 1
		o.after = map[string]string{"Signature": string(changed)}
		if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA256", l.now, "n")); got.Code != "SignatureDoesNotMatch" {
			t.Fatalf("byte %d: %d %s", i, got.status, got.body)
		}
	}
	for _, cut := range []string{good[:len(good)-1], good + "=", good + good} {
		o.after = map[string]string{"Signature": cut}
		if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA256", l.now, "n")); got.Code != "SignatureDoesNotMatch" {
			t.Fatalf("%q: %d %s", cut, got.status, got.body)
		}
	}
	o.after = nil
	if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA256", l.now, "n")); got.status != 200 {
		t.Errorf("the nonce of refused requests is used up: %s", got.body)
	}
}

func TestKeysThatEnd(t *testing.T) {
	call := func(l *lab, who identity) reply {
		o := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog", "Format": "JSON"}}
		return l.do(t, o.version1(l.URL, who, "HMAC-SHA1", l.clock(), l.fresh()))
	}
	l := newLab(t)
	if got := call(l, guest); got.status != 200 {
		t.Fatalf("before the token's end: %s", got.body)
	}
	l.set(time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC))
	if got := call(l, guest); got.Code != "InvalidSecurityToken.Expired" || got.status != 400 {
		t.Errorf("at the token's end: %d %s", got.status, got.body)
	}
	if err := l.keys.Revoke(master.id); err != nil {
		t.Fatal(err)
	}
	if got := call(l, master); got.Code != "InvalidAccessKeyId.Inactive" || got.status != 400 {
		t.Errorf("revoked: %d %s", got.status, got.body)
	}
	if err := l.keys.Restore(master.id); err != nil {
		t.Fatal(err)
	}
	if got := call(l, master); got.status != 200 {
		t.Errorf("restored: %s", got.body)
	}
}
