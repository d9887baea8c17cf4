package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

// Put is one log group on its way into the store.
type Put struct {
	Project, Logstore string
	// Key is the MD5 in hex by which the shard is chosen; "" takes the shards in turn.
	Key string
	// Body is the LogGroup as the client compressed it, RawSize its size before. The store keeps Body
	// until the put is done, and does not change it.
	Codec   codec.Codec
	RawSize int
	Body    []byte
	// First and Last are the earliest and the latest time of its logs in seconds, Logs how many there are.
	First, Last uint32
	Logs        int
	Received    time.Time
	// Make makes the project and the logstore if they are not there.
	Make bool
}

// putEntry is a put's payload: the strings and numbers as varints with the body behind them.
type putEntry struct {
	project, logstore string
	received          int64
	shard             uint64
	first, last, logs uint64
	codec             codec.Codec
	rawSize           uint64
	body              []byte
}

func (p putEntry) encode() []byte {
	b := make([]byte, 0, len(p.project)+len(p.logstore)+len(p.body)+64)
	b = appendText(b, p.project)
	b = appendText(b, p.logstore)
	b = binary.AppendVarint(b, p.received)
	for _, n := range []uint64{p.shard, p.first, p.last, p.logs, uint64(p.codec), p.rawSize} {
		b = binary.AppendUvarint(b, n)
	}
	return append(b, p.body...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodePut reads a payload; the body is part of it.
func decodePut(b []byte) (putEntry, error) {
	r := reader{rest: b}
	p := putEntry{project: r.text(), logstore: r.text(), received: r.varint()}
	p.shard, p.first, p.last, p.logs = r.uvarint(), r.uvarint(), r.uvarint(), r.uvarint()
	p.codec, p.rawSize, p.body = codec.Codec(r.uvarint()), r.uvarint(), r.rest
	if r.failed || p.rawSize > maxPayload {
		return putEntry{}, errors.New("read a put: its payload is none")
	}
	return p, nil
}

// raw returns the LogGroup.
func (p putEntry) raw() ([]byte, error) {
	b, err := codec.Decompress(p.codec, p.body, int(p.rawSize))
	if err != nil {
		return nil, fmt.Errorf("read a put: %w", err)
	}
	return b, nil
}

// reader takes a payload apart.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) step(n int) {
	if n <= 0 || n > len(r.rest) {
		r.failed, r.rest = true, nil
		return
	}
	r.rest = r.rest[n:]
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.step(n)
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.rest)
	r.step(n)
	return v
}

func (r *reader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.failed, r.rest = true, nil
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}
