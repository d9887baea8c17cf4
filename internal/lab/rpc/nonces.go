package rpc

import (
	"crypto/sha256"
	"crypto/subtle"
	"sync"
	"time"
)

// digest is a nonce in little and bounded space.
type digest [16]byte

func digestOf(s string) digest {
	full := sha256.Sum256([]byte(s))
	return digest(full[:16])
}

// nonces remembers what keys signed with.
type nonces struct {
	mu    sync.Mutex
	byKey map[string]*seen
	most  int
}

// seen is one key's nonces, with the order in which they end.
type seen struct {
	known map[digest]struct{}
	queue []entry
}

type entry struct {
	nonce digest
	until time.Time
}

func newNonces() *nonces { return &nonces{byKey: map[string]*seen{}, most: maxNonces} }

// use takes a nonce, or refuses it. now is the server's own clock: a fault that moves the clock that requests
// are compared with must not make it forget.
func (n *nonces) use(keyID, nonce string, now time.Time) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.byKey[keyID]
	if s == nil {
		s = &seen{known: map[digest]struct{}{}}
		n.byKey[keyID] = s
	}
	s.forget(now)
	d := digestOf(nonce)
	if _, ok := s.known[d]; ok {
		return nonceUsed()
	}
	if len(s.known) >= n.most {
		return throttled()
	}
	s.known[d] = struct{}{}
	s.queue = append(s.queue, entry{d, now.Add(remembered)})
	return nil
}

// forget drops what no request in the window can repeat.
func (s *seen) forget(now time.Time) {
	i := 0
	for i < len(s.queue) && now.After(s.queue[i].until) {
		delete(s.known, s.queue[i].nonce)
		i++
	}
	s.queue = s.queue[i:]
}

// equal compares secrets in constant time.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
