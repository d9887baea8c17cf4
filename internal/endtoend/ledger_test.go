package endtoend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// batchName names a batch for ever.
type batchName struct {
	boot   string
	number uint64
}

// ledger is what the log lines of all runs of a device say of its batches. They come through a pipe, so that what
// was said before a kill -9 is not lost.
type ledger struct {
	mu sync.Mutex
	// made are the batches that were about to be written to the spool, accepted those that were, with their records.
	made, accepted map[batchName]uint64
	// wrong are lines that can't be.
	wrong []string
}

func newLedger() *ledger {
	return &ledger{made: map[batchName]uint64{}, accepted: map[batchName]uint64{}}
}

// logReader takes in the log of one run.
type logReader struct {
	book *ledger
	rest []byte
	// pending are the batches that were made and not accepted so far. The rest is what people read.
	pending map[batchName]bool
	text    strings.Builder
	batches int
	damages []string
	full    bool // the disk refused something
}

func (b *ledger) reader() *logReader { return &logReader{book: b, pending: map[batchName]bool{}} }

// Write implements io.Writer.
func (r *logReader) Write(p []byte) (int, error) {
	r.book.mu.Lock()
	defer r.book.mu.Unlock()
	r.rest = append(r.rest, p...)
	for {
		line, rest, whole := bytes.Cut(r.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		r.take(line)
		r.rest = rest
	}
}

// logLine is a line of the log in JSON.
type logLine struct {
	Message string `json:"msg"`
	Boot    string `json:"boot"`
	Batch   uint64 `json:"batch"`
	First   uint64 `json:"first"`
	Count   uint64 `json:"count"`
	Damage  string `json:"damage"`
}

func (r *logReader) take(line []byte) {
	var l logLine
	_ = json.Unmarshal(line, &l) // what is no JSON is for people
	name := batchName{l.Boot, l.Batch}
	switch l.Message {
	case "batch made":
		if before, again := r.book.made[name]; again && before != l.Count || l.First != 0 || l.Count == 0 || l.Boot == "" {
			r.book.wrong = append(r.book.wrong, string(line))
		}
		r.book.made[name] = l.Count
		r.pending[name] = true
		r.batches++
	case "batch accepted":
		if r.book.made[name] != l.Count || !r.pending[name] {
			r.book.wrong = append(r.book.wrong, string(line))
		}
		r.book.accepted[name] = l.Count
		delete(r.pending, name)
	case "the spool is damaged: batches may be lost":
		r.damages = append(r.damages, l.Damage)
		fallthrough
	default:
		r.full = r.full || bytes.Contains(line, []byte("no space left on device")) || bytes.Contains(line, []byte("no room in the spool"))
		fmt.Fprintf(&r.text, "%s\n", line)
	}
}

// String is what people read.
func (r *logReader) String() string {
	r.book.mu.Lock()
	defer r.book.mu.Unlock()
	return r.text.String()
}

// count is how many batches were accepted so far.
func (b *ledger) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.accepted)
}
