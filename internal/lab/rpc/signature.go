package rpc

import (
	"crypto/subtle"
	"time"
)

// signature is what a request says of who signed it, when and how, in either scheme.
type signature struct {
	keyID, token     string
	nonce, timestamp string
	// value is what the client sent; sign makes what it should be.
	value string
	sign  func(secret string) string
	// stringToSign goes into the message of SignatureDoesNotMatch.
	stringToSign string
	// note goes before it.
	note string
}

// matches compares in constant time.
func (g *signature) matches(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(g.value), []byte(g.sign(secret))) == 1
}

// checkTime compares the request's time with the server's.
func (g *signature) checkTime(now time.Time) error {
	t, err := time.Parse("2006-01-02T15:04:05Z", g.timestamp)
	if err != nil {
		return timestampFormat()
	}
	if d := now.Sub(t); d > window || d < -window {
		return timestampExpired()
	}
	return nil
}
