package spoolctl

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// The paths of the operations. All take POST with a Selection but the totals, which take GET.
const (
	pathTotals = "/v1/totals"
	pathList   = "/v1/list"
	pathRead   = "/v1/read"
	pathRetry  = "/v1/retry"
	pathDrop   = "/v1/drop"
)

const (
	// maxRequest bounds a request's body: the IDs of a full spool are less.
	maxRequest = 4 << 20
	// maxLine bounds a line of an answer: the largest payload that a spool takes, in base 64, and the rest.
	maxLine = 24 << 20
	// maxTotals bounds the totals; 256 damages with their batches are less.
	maxTotals = 64 << 20

	// headerTimeout is how long a request's header and body may take.
	headerTimeout = 10 * time.Second
	// lineTimeout is how long the reader of an answer may take for one line.
	lineTimeout = 30 * time.Second
	// flushEvery is how soon a reader sees what was done.
	flushEvery = 100 * time.Millisecond
	// grace is how long an answer may go on once the server is told to end.
	grace = time.Second
	// maxCalls is how many requests are carried out at a time.
	maxCalls = 8
)

// line is one line of an answer: a value, or the end. An answer without an end was cut.
type line[T any] struct {
	Value *T      `json:"value,omitempty"`
	End   *ending `json:"end,omitempty"`
}

// ending says why an operation ended early, "" where it went through.
type ending struct {
	Error string `json:"error,omitempty"`
}

// refusal is the body of an answer without lines.
type refusal struct {
	Error string `json:"error"`
}

// found is the form of Found in an answer.
type found struct {
	Item    spool.Item `json:"item"`
	Payload []byte     `json:"payload,omitempty"`
	Problem string     `json:"problem,omitempty"`
}

func pack(f Found) found { return found{f.Item, f.Item.Payload, f.Problem} }

func (f found) unpack() Found {
	f.Item.Payload = f.Payload
	return Found{f.Item, f.Problem}
}

// parseSelection reads a request's body: one object, nothing unknown, nothing behind it.
func parseSelection(body io.Reader) (Selection, error) {
	var s Selection
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("read the selection: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return s, fmt.Errorf("read the selection: more behind octet %d", d.InputOffset())
	}
	return s, s.check()
}
