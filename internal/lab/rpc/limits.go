package rpc

import "time"

const (
	// maxBody and maxParameters bound a request; maxHeader its first line and headers.
	maxBody       = 1 << 20
	maxParameters = 1000
	maxHeader     = 64 << 10

	// window is how far a request's time may be off (public documentation: 15 minutes).
	window = 15 * time.Minute
	// remembered is how long a nonce is kept: a request from the window's far end stays valid so long.
	remembered = 2 * window
	// maxNonces bounds the nonces of one key: 145 calls a second all the time.
	maxNonces = 1 << 18

	headerTimeout = 10 * time.Second
	bodyTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
)
