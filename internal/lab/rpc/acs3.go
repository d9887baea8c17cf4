package rpc

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
)

const acs3Algorithm = "ACS3-HMAC-SHA256"

// acs3Signature reads a signature of version 3 (public documentation, "Request syntax and signature method V3"):
// the HMAC-SHA256, by the secret, of the algorithm's name and the hash of the canonical request, in hexadecimal.
func (c *call) acs3Signature() (*signature, error) {
	header := c.http.Header
	for _, name := range []string{"Authorization", "x-acs-content-sha256", "x-acs-signature-nonce", "x-acs-date"} {
		if header.Get(name) == "" {
			return nil, missingParameter(name)
		}
	}
	parts := authorizationParts(header.Get("Authorization"))
	if parts["algorithm"] != acs3Algorithm {
		return nil, signatureMethod("The specified signature algorithm is not supported: it takes " + acs3Algorithm + ".")
	}
	signed, err := c.signedHeaders(parts)
	if err != nil {
		return nil, err
	}
	canonical := c.canonicalRequest(signed)
	digest, body := sha256.Sum256(canonical), sha256.Sum256(c.body)
	hashed := strings.EqualFold(header.Get("x-acs-content-sha256"), hex.EncodeToString(body[:]))
	text := acs3Algorithm + "\n" + hex.EncodeToString(digest[:])
	return &signature{
		keyID: parts["Credential"], token: header.Get("x-acs-security-token"),
		nonce: header.Get("x-acs-signature-nonce"), timestamp: header.Get("x-acs-date"),
		value: parts["Signature"], stringToSign: text,
		note: " server canonicalized request is:" + string(canonical),
		sign: func(secret string) string {
			if !hashed { // then nothing that was signed speaks of this body
				return ""
			}
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(text))
			return hex.EncodeToString(mac.Sum(nil))
		},
	}, nil
}

// authorizationParts splits "ALGORITHM Credential=…,SignedHeaders=…,Signature=…".
func authorizationParts(text string) map[string]string {
	algorithm, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	parts := map[string]string{"algorithm": algorithm}
	for part := range strings.SplitSeq(rest, ",") {
		if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			if _, again := parts[name]; !again {
				parts[name] = value
			}
		}
	}
	return parts
}

// signedHeaders returns the names of the signed headers in order, after the checks that no part of the request
// that means something stands outside the signature.
func (c *call) signedHeaders(parts map[string]string) ([]string, error) {
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if parts[name] == "" {
			return nil, incompleteSignature("Authorization has no " + name + ".")
		}
	}
	signed := strings.Split(strings.ToLower(parts["SignedHeaders"]), ";")
	slices.Sort(signed)
	signed = slices.Compact(signed)
	if !slices.Contains(signed, "host") {
		return nil, incompleteSignature("The header host is not among SignedHeaders.")
	}
	for name, values := range c.http.Header {
		if err := checkHeader(strings.ToLower(name), values, signed); err != nil {
			return nil, err
		}
	}
	if id := c.http.Header.Get("x-acs-accesskey-id"); id != "" && id != parts["Credential"] {
		return nil, incompleteSignature("The header x-acs-accesskey-id is not the Credential of Authorization.")
	}
	return signed, nil
}

func checkHeader(name string, values, signed []string) error {
	if !strings.HasPrefix(name, "x-acs-") {
		return nil
	}
	if len(values) != 1 {
		return incompleteSignature("The header " + shorten(name) + " is given more than once.")
	}
	if !slices.Contains(signed, name) {
		return incompleteSignature("The header " + shorten(name) + " is not among SignedHeaders.")
	}
	return nil
}

// canonicalRequest puts the request in the form that is hashed. The body's hash is made here, not taken over.
func (c *call) canonicalRequest(signed []string) []byte {
	text := append([]byte(c.http.Method), "\n/\n"...)
	text = append(text, canonicalQuery(c.query, "")...)
	text = append(text, '\n')
	for _, name := range signed {
		text = append(text, name...)
		text = append(text, ':')
		text = append(text, headerText(c.http, name)...)
		text = append(text, '\n')
	}
	text = append(text, '\n')
	text = append(text, strings.Join(signed, ";")...)
	text = append(text, '\n')
	digest := sha256.Sum256(c.body)
	return hex.AppendEncode(text, digest[:])
}

// headerText is a header's values, trimmed, sorted and joined by commas.
func headerText(r *http.Request, name string) string {
	if name == "host" {
		return strings.TrimSpace(r.Host)
	}
	values := slices.Clone(r.Header.Values(name))
	for i, v := range values {
		values[i] = strings.TrimSpace(v)
	}
	slices.Sort(values)
	return strings.Join(values, ",")
}
