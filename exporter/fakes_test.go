package exporter

import (
	"bytes"
	"encoding/binary"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sagflow/sagflow/flowtable"
)

// fakeEncoder writes datagrams that a test can read again: a sequence number, the clock, flags,
// then 16 octets for each part of a record: the record's First (its identity), the part's number
// and how many parts there are. A record has as many parts as its ToS says, or one; IPv6 records
// are unexportable; templates are a flag that costs 16 octets and is due at start, each interval
// of the wall clock, and after Refresh. One record of each datagram counts as clamped.
type fakeEncoder struct {
	options  EncoderOptions
	minLimit int
	now      fakeState
	next     fakeState
}

type fakeState struct {
	sequence     uint32
	part         int
	templates    time.Time
	refresh      bool
	statistics   Statistics
	finals       int
	hadTemplates bool
}

const (
	fakeHeader    = 16
	fakePart      = 16
	fakeTemplates = 16
	flagTemplates = 1
	flagFinal     = 2
)

func newFake(options EncoderOptions) (Encoder, error) {
	return &fakeEncoder{options: options, minLimit: fakeHeader + fakeTemplates + fakePart}, nil
}

func (e *fakeEncoder) templatesDue(wall time.Time) bool {
	s := &e.now
	return s.refresh || !s.hadTemplates || e.options.TemplateInterval > 0 && wall.Sub(s.templates) >= e.options.TemplateInterval
}

func (e *fakeEncoder) Append(dst []byte, limit int, at Moment, records []flowtable.Record) Encoded {
	e.next = e.now
	var enc Encoded
	flags := byte(0)
	room := (limit - fakeHeader) / fakePart
	dst = append(dst, make([]byte, fakeHeader)...)
	if e.templatesDue(at.Wall) {
		flags |= flagTemplates
		room--
		e.next.templates, e.next.refresh, e.next.hadTemplates = at.Wall, false, true
		dst = append(dst, make([]byte, fakeTemplates)...)
	}
	if at.Final {
		flags |= flagFinal
		e.next.finals++
		if e.options.Statistics != nil {
			e.next.statistics = e.options.Statistics()
		}
	}
	for i := range records {
		r := &records[i]
		if r.IPVersion == 6 {
			enc.Taken++
			enc.Unexportable++
			continue
		}
		parts := max(1, int(r.ToS))
		for room > 0 && e.next.part < parts {
			dst = binary.BigEndian.AppendUint64(dst, uint64(r.First))
			dst = binary.BigEndian.AppendUint32(dst, uint32(e.next.part))
			dst = binary.BigEndian.AppendUint32(dst, uint32(parts))
			e.next.part++
			enc.FlowRecords++
			room--
		}
		if e.next.part < parts {
			enc.Partial = e.next.part > 0
			break
		}
		e.next.part = 0
		enc.Taken++
	}
	if enc.FlowRecords == 0 && flags == 0 {
		enc.Datagram = dst[:0]
		return enc
	}
	binary.BigEndian.PutUint32(dst, e.now.sequence)
	dst[4] = flags
	binary.BigEndian.PutUint64(dst[8:], uint64(at.Clock))
	e.next.sequence += uint32(enc.FlowRecords)
	enc.Datagram, enc.Clamped = dst, min(1, enc.FlowRecords)
	return enc
}

func (e *fakeEncoder) Commit() { e.now = e.next }

func (e *fakeEncoder) Capacity(limit int) int { return (limit - fakeHeader) / fakePart }

func (e *fakeEncoder) MinLimit() int { return e.minLimit }

func (e *fakeEncoder) Refresh() { e.now.refresh = true }

// datagram is what the fake encoder wrote.
type datagram struct {
	Sequence  uint32
	Clock     int64
	Templates bool
	Final     bool
	Records   []int64 // First of each part
}

func decode(b []byte) datagram {
	d := datagram{
		Sequence: binary.BigEndian.Uint32(b), Clock: int64(binary.BigEndian.Uint64(b[8:])),
		Templates: b[4]&flagTemplates != 0, Final: b[4]&flagFinal != 0,
	}
	b = b[fakeHeader:]
	if d.Templates {
		b = b[fakeTemplates:]
	}
	for ; len(b) > 0; b = b[fakePart:] {
		d.Records = append(d.Records, int64(binary.BigEndian.Uint64(b)))
	}
	return d
}

// fakeSink answers from a script, then takes all.
type fakeSink struct {
	mu      sync.Mutex
	limit   int
	answers []error
	discard bool
	slow    time.Duration

	sent   [][]byte // what it took
	times  []time.Time
	tried  int
	closed int
}

func (s *fakeSink) Send(b []byte) error {
	if s.slow > 0 {
		time.Sleep(s.slow)
	}
	if s.discard {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried++
	var err error
	if len(s.answers) > 0 {
		err, s.answers = s.answers[0], s.answers[1:]
	}
	if tooLong := (*TooLongError)(nil); errors.As(err, &tooLong) {
		s.limit = min(s.limit, tooLong.Limit)
	}
	if err == nil && len(b) > s.limit {
		err = &TooLongError{Limit: s.limit}
	}
	if err == nil {
		s.sent, s.times = append(s.sent, slices.Clone(b)), append(s.times, time.Now())
	}
	return err
}

func (s *fakeSink) Limit() int { return s.limit }

func (s *fakeSink) Close() error {
	s.closed++
	return nil
}

func (s *fakeSink) String() string { return "192.0.2.1:2055" }

func (s *fakeSink) datagrams() []datagram {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]datagram, 0, len(s.sent))
	for _, b := range s.sent {
		all = append(all, decode(b))
	}
	return all
}

// records are the identities that arrived, in order, parts of one record once.
func (s *fakeSink) records() []int64 {
	var all []int64
	for _, d := range s.datagrams() {
		all = append(all, d.Records...)
	}
	return slices.Compact(all)
}

var (
	refused     = &SendError{Reason: DropRefused, Err: errors.New("connection refused")}
	unreachable = &SendError{Reason: DropUnreachable, Err: errors.New("no route to host")}
	forbidden   = &SendError{Reason: DropForbidden, Err: errors.New("operation not permitted")}
)

// record makes a record with an identity, and counters that tell records apart in the sums.
func record(id int64) flowtable.Record {
	return flowtable.Record{First: id, Last: id, Packets: uint64(id + 1), Octets: uint64(100*id + 7), IPVersion: 4}
}

func records(from, to int64) []flowtable.Record {
	var all []flowtable.Record
	for id := from; id < to; id++ {
		all = append(all, record(id))
	}
	return all
}

func batchOf(clock int64, rs ...flowtable.Record) *Batch {
	b := &Batch{Records: rs, Clock: clock}
	b.share(1)
	return b
}

// logs collects log lines.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// lines are those that hold all of the words.
func (l *logs) lines(words ...string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for line := range strings.Lines(l.b.String()) {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
			found = append(found, line)
		}
	}
	return found
}
