package collector

import "net/netip"

// sessionKey tells sessions apart: templates and sequence numbers hold per exporter address and
// port and per domain (RFC 7011 §8.4). The version is part of it because V9 and IPFIX may come
// from one socket.
type sessionKey struct {
	exporter netip.AddrPort
	domain   uint32
	version  uint16
}

// session is what is remembered of one of them.
type session struct {
	key          sessionKey
	newer, older *session // in the order of the last datagram

	counters  Counters
	malformed malformedCounts
	templates map[uint16]*template
	fields    int // cost of the templates
	sequence  sequence
	unread    unread
	report    *Report
	boot      int64 // systemInitTimeMilliseconds
	hasBoot   bool
}

// sessionList keeps sessions by their key and in the order of their last datagram, so that the one
// silent longest makes room for a new one.
type sessionList struct {
	byKey          map[sessionKey]*session
	newest, oldest *session
}

// find returns the session of a key as the newest one, nil if there is none.
func (l *sessionList) find(key sessionKey) *session {
	s := l.newest
	if s != nil && s.key == key {
		return s
	}
	if s = l.byKey[key]; s != nil {
		l.unlink(s)
		l.link(s)
	}
	return s
}

func (l *sessionList) add(key sessionKey) *session {
	s := &session{key: key}
	s.sequence.begin(key.version)
	l.byKey[key] = s
	l.link(s)
	return s
}

func (l *sessionList) remove(s *session) {
	delete(l.byKey, s.key)
	l.unlink(s)
}

func (l *sessionList) link(s *session) {
	s.older, s.newer = l.newest, nil
	if l.newest != nil {
		l.newest.newer = s
	} else {
		l.oldest = s
	}
	l.newest = s
}

func (l *sessionList) unlink(s *session) {
	if s.newer != nil {
		s.newer.older = s.older
	} else {
		l.newest = s.older
	}
	if s.older != nil {
		s.older.newer = s.newer
	} else {
		l.oldest = s.newer
	}
}
