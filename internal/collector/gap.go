package collector

// gap is a part of the sequence that has not arrived, [from, to) modulo 2^32.
type gap struct{ from, to uint32 }

// has reports whether [start, start+n) is within the gap.
func (g gap) has(start, n uint32) bool {
	size, offset := g.to-g.from, start-g.from
	return offset <= size && n <= size-offset
}

// gapList keeps the newest gaps, so that datagrams that come late can be taken off the loss.
type gapList struct {
	gaps [32]gap
	n    int
}

func (l *gapList) clear() { l.n = 0 }

// add forgets the oldest gap when there is no room: its loss is then final.
func (l *gapList) add(g gap) {
	if l.n == len(l.gaps) {
		copy(l.gaps[:], l.gaps[1:])
		l.n--
	}
	l.gaps[l.n] = g
	l.n++
}

// extend adds a gap, to the newest one if that ends where it begins.
func (l *gapList) extend(g gap) {
	if l.n > 0 && l.gaps[l.n-1].to == g.from {
		l.gaps[l.n-1].to = g.to
		return
	}
	l.add(g)
}

// fill takes [start, start+n), and up to slack more, out of the gap that has it. It returns how
// much that was, or -1 if it is in no gap. A datagram without records fills nothing, but is in
// a gap also at its edges.
func (l *gapList) fill(start, n, slack uint32) int64 {
	for i := l.n - 1; i >= 0; i-- {
		g := l.gaps[i]
		if !g.has(start, n) {
			continue
		}
		length := n + min(slack, g.to-start-n)
		if length > 0 {
			l.split(i, start, start+length)
		}
		return int64(length)
	}
	return -1
}

// split removes [from, to) from gap i.
func (l *gapList) split(i int, from, to uint32) {
	g := l.gaps[i]
	switch {
	case from == g.from && to == g.to:
		copy(l.gaps[i:l.n], l.gaps[i+1:l.n])
		l.n--
	case from == g.from:
		l.gaps[i].from = to
	case to == g.to:
		l.gaps[i].to = from
	default:
		l.gaps[i].to = from
		l.add(gap{to, g.to})
	}
}
