package smartag

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RPC signature 1.0 is HMAC-SHA1
	"encoding/base64"
	"net/url"
	"strings"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
)

// timestampForm is ISO 8601 in UTC, as RPC signature 1.0 wants it.
const timestampForm = "2006-01-02T15:04:05Z"

// sign signs a call's query by RPC signature 1.0 (HMAC-SHA1): it replaces who signs, when and with which nonce,
// and returns the whole query and the signature alone. All parameters must be in the query.
func sign(method string, query url.Values, keys credentials.Credentials, now time.Time) (signed, signature string) {
	query.Del("Signature")
	query.Del("SecurityToken")
	query.Set("AccessKeyId", keys.AccessKeyID)
	if keys.SecurityToken != "" {
		query.Set("SecurityToken", string(keys.SecurityToken))
	}
	query.Set("SignatureMethod", "HMAC-SHA1")
	query.Set("SignatureVersion", "1.0")
	query.Set("SignatureNonce", rand.Text())
	query.Set("Timestamp", now.UTC().Format(timestampForm))
	canonical := rfc3986(query.Encode())
	mac := hmac.New(sha1.New, []byte(keys.AccessKeySecret+"&"))
	mac.Write([]byte(method + "&%2F&" + rfc3986(url.QueryEscape(canonical))))
	signature = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return canonical + "&Signature=" + url.QueryEscape(signature), signature
}

// rfc3986 turns the form encoding of url.QueryEscape, where a space is a plus sign, into percent encoding.
func rfc3986(form string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(form)
}
