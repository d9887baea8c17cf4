package wiretest

import (
	"bytes"
	"testing"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
)

// Sent is a datagram, and what the encoder said of it.
type Sent struct {
	exporter.Encoded
	// Octets are the datagram's own copy.
	Octets []byte
}

// maxWaiting is how many datagrams in a row may leave the records waiting: one of templates that
// are due and one with the template that the first record needs; statistics can take as many as
// there are kinds of them.
const maxWaiting = 6

// Drive exports the records through datagrams of at most limit octets, commits each, and fails the
// test where the encoder breaks its contract. It calls check, if not nil, for each datagram.
func Drive(t testing.TB, e exporter.Encoder, limit int, at exporter.Moment, records []flowtable.Record, check func(Sent)) []Sent {
	t.Helper()
	var all []Sent
	buffer := make([]byte, 0, 65536)
	for waiting := 0; len(records) > 0; {
		s := One(t, e, buffer, limit, at, records)
		if s.Taken == 0 && len(s.Octets) == 0 {
			t.Fatalf("no progress with %d records and limit %d (least %d)", len(records), limit, e.MinLimit())
		}
		if waiting++; s.Taken > 0 || s.FlowRecords > 0 {
			waiting = 0
		}
		if waiting > maxWaiting {
			t.Fatalf("%d datagrams in a row left %d records waiting (limit %d)", waiting, len(records), limit)
		}
		records = records[s.Taken:]
		all = append(all, s)
		if check != nil {
			check(s)
		}
	}
	return all
}

// One makes one datagram, twice, compares the two, checks what it says of itself and commits it.
func One(t testing.TB, e exporter.Encoder, buffer []byte, limit int, at exporter.Moment, records []flowtable.Record) Sent {
	t.Helper()
	first := bytes.Clone(e.Append(buffer[:0], limit, at, records).Datagram)
	enc := e.Append(buffer[:0], limit, at, records)
	if !bytes.Equal(first, enc.Datagram) {
		t.Fatalf("Append twice made two datagrams:\n%x\n%x", first, enc.Datagram)
	}
	if len(enc.Datagram) > limit {
		t.Fatalf("datagram of %d octets, limit %d", len(enc.Datagram), limit)
	}
	if enc.Taken > len(records) || enc.Taken < 0 || enc.Unexportable > enc.Taken || enc.Clamped > enc.Taken {
		t.Fatalf("impossible: %d records, %+v", len(records), counts(enc))
	}
	if enc.Partial && enc.Taken == len(records) {
		t.Fatalf("partial without a record left: %+v", counts(enc))
	}
	if len(enc.Datagram) > 0 {
		e.Commit()
	}
	return Sent{Encoded: enc, Octets: bytes.Clone(enc.Datagram)}
}

// counts is the encoder's answer without the datagram.
func counts(enc exporter.Encoded) exporter.Encoded {
	enc.Datagram = nil
	return enc
}
