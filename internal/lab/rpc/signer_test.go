package rpc

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"maps"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"
)

// A client's side of both schemes, written on its own from the public description, by other means than the server.

// identity is a client's key.
type identity struct{ id, secret, token string }

// order is a call before it is signed.
type order struct {
	method      string
	query, form map[string]string
	// set and drop change the common parameters or headers before the signature, after what is sent behind it.
	set   map[string]string
	drop  []string
	after map[string]string
}

const stamp = "2006-01-02T15:04:05Z"

func escape(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

func joined(values map[string]string) string {
	var parts []string
	for name, value := range values {
		parts = append(parts, name+"\x00"+value)
	}
	sort.Strings(parts)
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "\x00")
		parts[i] = escape(name) + "=" + escape(value)
	}
	return strings.Join(parts, "&")
}

// version1 signs with signature version 1.0, its own parameters going into the query.
func (o order) version1(base string, who identity, algorithm string, now time.Time, nonce string) *http.Request {
	query := map[string]string{
		"Version": testVersion, "AccessKeyId": who.id, "Timestamp": now.UTC().Format(stamp),
		"SignatureMethod": algorithm, "SignatureVersion": "1.0", "SignatureNonce": nonce,
	}
	if who.token != "" {
		query["SecurityToken"] = who.token
	}
	maps.Copy(query, o.query)
	maps.Copy(query, o.set)
	for _, name := range o.drop {
		delete(query, name)
	}
	all := maps.Clone(query)
	maps.Copy(all, o.form)
	digest := map[bool]func() hash.Hash{true: sha256.New, false: sha1.New}[algorithm == "HMAC-SHA256"]
	mac := hmac.New(digest, []byte(who.secret+"&"))
	mac.Write([]byte(o.method + "&" + escape("/") + "&" + escape(joined(all))))
	if _, ok := query["Signature"]; !ok {
		query["Signature"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	for _, name := range o.drop {
		delete(query, name)
	}
	maps.Copy(query, o.after)
	return o.request(base, query, nil)
}

// acs3 signs with ACS3-HMAC-SHA256.
func (o order) acs3(base string, who identity, action string, now time.Time, nonce string) *http.Request {
	payload := sha256.Sum256([]byte(joined(o.form)))
	header := map[string]string{
		"host": strings.TrimPrefix(base, "http://"), "x-acs-action": action, "x-acs-version": testVersion,
		"x-acs-date": now.UTC().Format(stamp), "x-acs-signature-nonce": nonce,
		"x-acs-content-sha256": hex.EncodeToString(payload[:]),
	}
	if o.form != nil {
		header["content-type"] = "application/x-www-form-urlencoded"
	}
	if who.token != "" {
		header["x-acs-security-token"], header["x-acs-accesskey-id"] = who.token, who.id
	}
	maps.Copy(header, o.set)
	for _, name := range o.drop {
		delete(header, name)
	}
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	sort.Strings(names)
	var lines strings.Builder
	for _, name := range names {
		lines.WriteString(name + ":" + strings.TrimSpace(header[name]) + "\n")
	}
	canonical := strings.Join([]string{o.method, "/", joined(o.query), lines.String(), strings.Join(names, ";"), hex.EncodeToString(payload[:])}, "\n")
	digest := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(who.secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(digest[:])))
	header["accept"] = "application/json"
	header["Authorization"] = "ACS3-HMAC-SHA256 Credential=" + who.id + ",SignedHeaders=" + strings.Join(names, ";") +
		",Signature=" + hex.EncodeToString(mac.Sum(nil))
	for _, name := range o.drop {
		delete(header, name)
	}
	maps.Copy(header, o.after)
	return o.request(base, o.query, header)
}

func (o order) request(base string, query, header map[string]string) *http.Request {
	r, err := http.NewRequest(o.method, base+"/?"+joined(query), strings.NewReader(joined(o.form)))
	if err != nil {
		panic(err)
	}
	if o.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		if name != "host" {
			r.Header.Set(name, value)
		}
	}
	return r
}
