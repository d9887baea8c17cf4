package collector

// unread counts the sets that could not be read for want of a template. The sequence numbers around
// them tell how many records arrived in them or were lost beside them; their lengths tell how many
// arrived, once the template has come.
type unread struct {
	// newest are the sets of the newest datagram: how many records they held, the next one tells.
	newest []unreadSet
	// sets are those before that still have no template, up to maxUnread kinds of them.
	sets []unreadSets
	// records is how many the others held, at most.
	records uint64
}

type unreadSet struct {
	id     uint16
	octets uint16 // without the set's header
}

type unreadSets struct {
	unreadSet
	count uint64
}

const (
	// maxUnread bounds what a session keeps, and what is kept of a datagram. Exporters fill their
	// datagrams, so that there are few different lengths.
	maxUnread = 64
	// smallestRecord in octets is taken for a record's length while its template is unknown: two
	// IPv4 addresses, or one and a counter. A smaller one makes less of a loss appear.
	smallestRecord = 8
)

// appendUnread adds a set to those of a datagram. Sets without octets say nothing, and of a datagram
// with very many sets the last ones are taken together under an id that no template has.
func appendUnread(sets []unreadSet, id uint16, octets int) []unreadSet {
	switch {
	case octets == 0:
		return sets
	case len(sets) == maxUnread:
		last := &sets[maxUnread-1]
		last.id = 0
		last.octets += uint16(octets)
		return sets
	default:
		return append(sets, unreadSet{id, uint16(octets)})
	}
}

// account takes in the unreadable sets of a datagram. Those of one that came late are already in
// the sequence.
func (u *unread) account(templates map[uint16]*template, sets []unreadSet, late bool) {
	if late {
		u.add(templates, sets)
		return
	}
	u.add(templates, u.newest)
	u.newest = append(u.newest[:0], sets...)
}

func (u *unread) add(templates map[uint16]*template, sets []unreadSet) {
	for _, s := range sets {
		t := templates[s.id]
		if t != nil || !u.keep(s) {
			u.records += s.records(t)
		}
	}
}

// keep reports false if there is no room.
func (u *unread) keep(s unreadSet) bool {
	for i := range u.sets {
		if u.sets[i].unreadSet == s {
			u.sets[i].count++
			return true
		}
	}
	if len(u.sets) == maxUnread {
		return false
	}
	u.sets = append(u.sets, unreadSets{s, 1})
	return true
}

// settle counts the records of sets whose template has come. An id that means something else by
// then is not to be told from one that doesn't.
func (u *unread) settle(templates map[uint16]*template) {
	left := u.sets[:0]
	for _, s := range u.sets {
		if t := templates[s.id]; t != nil {
			u.records += s.count * s.records(t)
			continue
		}
		left = append(left, s)
	}
	u.sets = left
}

// records is how many records the set held: at most if they have fields of variable length, or if
// the template is unknown.
func (s unreadSet) records(t *template) uint64 {
	if t != nil {
		return uint64(int(s.octets) / t.minLength)
	}
	return max(1, uint64(s.octets/smallestRecord))
}

// excess is how many of the records that the tracker took for those of unreadable sets can't have
// been in them: they are lost.
func (u *unread) excess(t *tracker) uint64 {
	most := u.records
	for _, s := range u.sets {
		most += s.count * s.records(nil)
	}
	if t.counts.includes() {
		for _, s := range u.newest {
			most += s.records(nil)
		}
	}
	return t.deduced - min(most, t.deduced)
}
