package exporter

import "time"

// since is a moment: the time from the session's making to it. The zero value is none.
type since time.Duration

// ran is this moment.
func (s *Session) ran() since { return since(time.Since(s.born)) + 1 }

// waits says since when the pending records wait.
type waits []wait

// wait is that the records before end, and behind those of the wait before it, came at a moment.
type wait struct {
	end   int
	since since
}

// oldest is since when the first of the records waits, 0 when there is none.
func (w waits) oldest() since {
	if len(w) == 0 {
		return 0
	}
	return w[0].since
}

// passed forgets what is before head.
func (w *waits) passed(head int) {
	gone := 0
	for gone < len(*w) && (*w)[gone].end <= head {
		gone++
	}
	if gone > 0 {
		*w = append((*w)[:0], (*w)[gone:]...)
	}
}

// moved follows the records, which now begin n places earlier.
func (w waits) moved(n int) {
	for i := range w {
		w[i].end -= n
	}
}

// OldestQueued is how long the oldest record that has no fate yet has waited since it was put, 0
// when there is none. It is known to a chunk of 512 records, and only with SessionOptions.QueueRecords:
// else it is 0. Any goroutine may call it.
func (s *Session) OldestQueued() time.Duration {
	if s.backlog == nil {
		return 0
	}
	oldest := s.backlog.oldest()
	if oldest == 0 {
		return 0
	}
	return time.Duration(s.ran() - oldest)
}
