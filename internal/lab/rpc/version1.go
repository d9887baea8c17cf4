package rpc

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // HMAC-SHA1 is the scheme's own default
	"crypto/sha256"
	"encoding/base64"
	"hash"
)

// version1 reads a signature of version 1.0 (public documentation, "Signature" of RPC APIs): the HMAC, by the
// secret and an ampersand, of METHOD&%2F& and the canonical query of all parameters encoded once more, in Base64.
func (c *call) version1() (*signature, error) {
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"} {
		if c.values[name] == "" {
			return nil, missingParameter(name)
		}
	}
	algorithm, err := c.version1Hash()
	if err != nil {
		return nil, err
	}
	text := version1Text(c.http.Method, c.values)
	return &signature{
		keyID: c.values["AccessKeyId"], token: c.values["SecurityToken"],
		nonce: c.values["SignatureNonce"], timestamp: c.values["Timestamp"],
		value: c.values["Signature"], stringToSign: string(text),
		sign: func(secret string) string {
			mac := hmac.New(algorithm, []byte(secret+"&"))
			mac.Write(text)
			return base64.StdEncoding.EncodeToString(mac.Sum(nil))
		},
	}, nil
}

func (c *call) version1Hash() (func() hash.Hash, error) {
	if v := c.values["SignatureVersion"]; v != "1.0" {
		return nil, invalidParameter("The specified parameter \"SignatureVersion\" is not valid: it takes 1.0.")
	}
	if c.values["SignatureType"] != "" {
		return nil, signatureMethod("The specified SignatureType is not supported: it takes none.")
	}
	switch c.values["SignatureMethod"] {
	case "HMAC-SHA1":
		return sha1.New, nil
	case "HMAC-SHA256":
		return sha256.New, nil
	}
	return nil, signatureMethod("The specified SignatureMethod is not supported: it takes HMAC-SHA1 or HMAC-SHA256.")
}

// version1Text is the string to sign.
func version1Text(method string, values map[string]string) []byte {
	text := append([]byte(method), "&%2F&"...)
	return appendPercent(text, string(canonicalQuery(values, "Signature")))
}
