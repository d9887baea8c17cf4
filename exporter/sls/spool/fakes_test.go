package spool

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
)

var (
	shanghai = Destination{"cn-shanghai", "cn-shanghai.log.aliyuncs.com", "flows", "office"}
	qingdao  = Destination{"cn-qingdao", "cn-qingdao.log.aliyuncs.com", "flows", "office"}
)

// fataler is a test, or one case of a property.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// clock is a clock that moves when it is told to.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 23, 9, 12, 27, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

// batch makes the batch of a number: everything in it, also its payload of so many octets, follows
// from that.
func batch(d Destination, number uint64, octets int) Batch {
	r := rand.New(rand.NewPCG(number, 1))
	payload := make([]byte, (octets+7)/8*8)
	for i := 0; i < octets; i += 8 {
		binary.LittleEndian.PutUint64(payload[i:], r.Uint64())
	}
	payload = payload[:octets]
	n := number%50 + 1
	return Batch{
		Destination: d, Boot: "b00t", Number: number, First: 3, Count: uint32(n),
		Sum: exporter.Sum{Records: n, Packets: 7*n + number, Octets: 1000*n + number}, Created: newClock().now,
		RawSize: 3 * octets, Compression: "lz4", Payload: payload,
	}
}

// options are those of most tests: a spool of 64 KiB with segments of 8 KiB.
func options(dir string) Options {
	return Options{Dir: dir, MaxBytes: 64 << 10, MinFree: -1, Now: newClock().Now}
}

func mustOpen(t fataler, o Options) *Spool {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustAppend(t fataler, s *Spool, b Batch) ID {
	t.Helper()
	id, err := s.Append(b)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func must(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// numbers lists the numbers of entries, after it has compared each batch with what it must be.
func numbers(t fataler, s *Spool, entries []Entry) []uint64 {
	t.Helper()
	out := []uint64{}
	for _, e := range entries {
		item, err := s.Read(e.ID)
		if err != nil {
			t.Fatalf("read batch %d: %v", e.ID, err)
		}
		checkBatch(t, item.Batch)
		out = append(out, item.Number)
	}
	return out
}

// checkBatch compares a batch with the one that has its number.
func checkBatch(t fataler, got Batch) {
	t.Helper()
	want := batch(got.Destination, got.Number, len(got.Payload))
	got.Created = want.Created
	if !bytes.Equal(got.Payload, want.Payload) {
		t.Fatalf("batch %d has another payload", got.Number)
	}
	want.Payload, got.Payload = nil, nil
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("batch %d (-want +got):\n%s", got.Number, cmp.Diff(want, got))
	}
}

// inLane lists what one destination gets, in order.
func inLane(s *Spool, d Destination) (out []Entry) {
	for after := ID(0); ; after = out[len(out)-1].ID {
		e, ok := s.Next(d, after)
		if !ok {
			return out
		}
		out = append(out, e)
	}
}

func checkBalanced(t fataler, s *Spool) {
	t.Helper()
	if st := s.Stats(); !st.Balanced() {
		t.Fatalf("the sums don't hold: %+v", st)
	}
}

func equal[T any](t testing.TB, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func sumOf(batches ...Batch) (c Count) {
	for _, b := range batches {
		c = c.Plus(Count{1, b.Sum})
	}
	return c
}

// String makes failures of properties readable.
func (c Count) String() string {
	return fmt.Sprintf("%d batches %d/%d/%d", c.Batches, c.Records, c.Packets, c.Octets)
}
