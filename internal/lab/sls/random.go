package sls

import (
	"fmt"
	"io"
	"sync"
)

// lockedReader lets several goroutines read.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.r, b)
}

// requestID draws an x-log-requestid: 24 hexadecimal digits.
func (h *Handler) requestID() string {
	var b [12]byte
	if _, err := io.ReadFull(h.o.Random, b[:]); err != nil {
		h.o.Log.Error("random bytes for a request id can't be read", "error", err)
	}
	return fmt.Sprintf("%X", b)
}
