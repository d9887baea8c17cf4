package client

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
)

// sign sets the time and the signature. The SDK's signers work on a map, in which x-log- and x-acs-
// headers are in lower case and the others as HTTP has them.
func sign(r *http.Request, signature Signature, region string, c Credentials, body []byte, now time.Time) error {
	if c.SecurityToken != "" {
		r.Header.Set(sdk.HTTPHeaderAcsSecurityToken, c.SecurityToken)
	}
	headers := make(map[string]string, len(r.Header)+6)
	for key, values := range r.Header {
		headers[signedKey(key)] = values[0]
	}
	headers[sdk.HTTPHeaderHost] = r.URL.Host
	var signer sdk.Signer
	if signature == V1 {
		headers[sdk.HTTPHeaderDate] = now.UTC().Format(http.TimeFormat)
		signer = sdk.NewSignerV1(c.AccessKeyID, c.AccessKeySecret)
	} else {
		headers[sdk.HTTPHeaderLogDate] = now.UTC().Format(sdk.ISO8601)
		signer = sdk.NewSignerV4(c.AccessKeyID, c.AccessKeySecret, region)
	}
	if err := signer.Sign(r.Method, r.URL.RequestURI(), headers, body); err != nil {
		return fmt.Errorf("sign request: %w", err)
	}
	for key, value := range headers {
		if key != sdk.HTTPHeaderHost && key != sdk.HTTPHeaderContentLength {
			r.Header.Set(key, value)
		}
	}
	return nil
}

func signedKey(key string) string {
	if lower := strings.ToLower(key); strings.HasPrefix(lower, "x-log-") || strings.HasPrefix(lower, "x-acs-") {
		return lower
	}
	return key
}
