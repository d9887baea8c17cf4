package collector

// tracker follows one session's sequence under one convention. All arithmetic is modulo 2^32, so
// that it wraps as the sequence does.
type tracker struct {
	counts  convention
	started bool
	// first is where the run began, next what is expected, slack how much further it may be.
	first, next, slack uint32
	// seen is how many datagrams the run has, up to 255.
	seen uint8
	gaps gapList
	// excused are the parts of the sequence that unreadable sets may have held.
	excused gapList
	// lost and its kin count what Sequence shows; disorder is how many datagrams did not come as
	// this convention predicted.
	lost, reordered, restarts, deduced, disorder uint64
	// suspicion is what the first datagram says against the convention.
	suspicion uint64
}

// doubt is how badly the convention fits.
func (t *tracker) doubt() uint64 { return t.disorder + t.suspicion }

const (
	// lateWindow is how far behind a datagram may come and still be taken for a late one.
	lateWindow = 4096
	// The largest loss that is believed: this much, and this much more each second that passed.
	believedLoss          = 1 << 20
	believedLossPerSecond = 1_000_000
	// resetBelow is where a sequence that was reset starts: seen far ahead of what is expected,
	// such a number is a reset from the upper half of the range.
	resetBelow = 1 << 16
	// restartDelay in milliseconds: a datagram behind the sequence whose header is younger by this
	// much can't be a late one.
	restartDelay = 1000
	// wrongStart is how many datagrams the first one weighs when conventions are compared.
	wrongStart = 2
)

func (t *tracker) observe(a *arrival) {
	start, n, slack := t.counts.interval(a)
	ahead := int32(start - t.next)
	switch {
	case !t.started:
		if t.counts.startsWrong(a) {
			t.suspicion = wrongStart
		}
		t.started = true
		t.begin(start, n, slack)
		return
	case ahead < 0:
		t.disorder++
		t.behind(a, start, n, slack)
		return
	case ahead > 0:
		if !t.skip(a, start, uint32(ahead), slack) {
			t.restart(start, n, slack)
			return
		}
	case n == 0:
		slack = max(slack, t.slack) // no records, so that it stood before the unreadable ones
	}
	t.next, t.slack = start+n, slack
	t.seen += min(1, 255-t.seen)
}

// begin starts a run of the sequence.
func (t *tracker) begin(start, n, slack uint32) {
	t.first, t.next, t.slack, t.seen = start, start+n, slack, 1
	t.gaps.clear()
	t.excused.clear()
}

func (t *tracker) restart(start, n, slack uint32) {
	t.restarts++
	t.begin(start, n, slack)
}

// skip accounts for a datagram that is ahead of what was expected. Records that the last one may
// have held in unreadable sets come off first; under conventions that include a datagram's own
// records it may be this one's. It reports false if so much can't have been lost.
func (t *tracker) skip(a *arrival, start, ahead, own uint32) bool {
	known := t.slack
	if t.counts.includes() {
		known += own
	}
	if ahead <= known {
		t.excuse(start-ahead, start)
		return true
	}
	t.disorder++
	if a.rebooted || !believable(a, start, ahead) {
		return false
	}
	t.excuse(start-ahead, start-ahead+known)
	t.lose(start-ahead+known, start)
	return true
}

// excuse takes [from, to) as records of unreadable sets. That is the most that they may have held:
// see unread for what is settled later.
func (t *tracker) excuse(from, to uint32) {
	if from != to {
		t.deduced += uint64(to - from)
		t.excused.extend(gap{from, to})
	}
}

func (t *tracker) lose(from, to uint32) {
	t.lost += uint64(to - from)
	t.gaps.add(gap{from, to})
}

func believable(a *arrival, start, ahead uint32) bool {
	if ahead <= believedLoss {
		return true
	}
	passed := uint64(max(a.newer, 0)/1000 + 1)
	return start >= resetBelow && uint64(ahead) <= passed*believedLossPerSecond
}

// behind accounts for a datagram that is behind what was expected: late, or after a restart. What
// the header says comes first, for the numbers of a restart may fall into an old gap.
func (t *tracker) behind(a *arrival, start, n, slack uint32) {
	if a.rebooted || a.newer >= restartDelay {
		t.restart(start, n, slack)
		return
	}
	if filled := t.gaps.fill(start, n, slack); filled >= 0 {
		t.reordered++
		t.lost -= uint64(filled)
		t.excuse(start+n, start+uint32(filled))
		return
	}
	switch {
	case t.precedes(a, start, n):
		t.reordered++
		t.extend(start, n, slack)
	case start == 0, t.next-start > lateWindow:
		t.restart(start, n, slack)
	default:
		// Its gap is forgotten, or it is a duplicate that was, or its place was excused.
		t.reordered++
		t.deduced -= uint64(max(0, t.excused.fill(start, n, 0)))
	}
}

// extend puts a datagram before the first one of the run.
func (t *tracker) extend(start, n, slack uint32) {
	end := start + n
	known := min(slack, t.first-end)
	t.excuse(end, end+known)
	if end+known != t.first {
		t.lose(end+known, t.first)
	}
	t.first = start
}

// precedes reports whether a datagram is from just before the first one of a run that is young.
func (t *tracker) precedes(a *arrival, start, n uint32) bool {
	return t.seen < 64 && a.newer <= 0 && int32(start+n-t.first) <= 0 && t.first-start <= lateWindow
}
