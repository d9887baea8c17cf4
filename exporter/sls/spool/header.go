package spool

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

// header is what an entry says of its batch.
type header struct {
	id ID
	// origin is the ID under which the batch was set aside before it was queued again, or 0.
	origin ID
	batch  Batch // without payload
	// reason and asideAt are set in the entry of a batch that is set aside.
	reason  string
	asideAt time.Time
}

func (h *header) item() Item {
	return Item{ID: h.id, Batch: h.batch, Reason: h.reason, AsideAt: h.asideAt}
}

func (h *header) append(dst []byte) []byte {
	b := &h.batch
	for _, s := range []string{b.Destination.Region, b.Destination.Endpoint, b.Destination.Project, b.Destination.Logstore, b.Boot, b.Compression, h.reason} {
		dst = binary.AppendUvarint(dst, uint64(len(s)))
		dst = append(dst, s...)
	}
	for _, n := range []uint64{
		uint64(h.id), uint64(h.origin), b.Number, uint64(b.First), uint64(b.Count),
		b.Sum.Records, b.Sum.Packets, b.Sum.Octets, uint64(b.RawSize), uint64(nanoseconds(b.Created)), uint64(nanoseconds(h.asideAt)),
	} {
		dst = binary.LittleEndian.AppendUint64(dst, n)
	}
	return dst
}

// nanoseconds since 1970, 0 for the zero time.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func moment(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds).UTC()
}

var errHeader = errors.New("header of an entry has the wrong form")

// parseHeader reads what append writes. Fields that are added behind are ignored.
func parseHeader(b []byte) (header, error) {
	var h header
	d := &h.batch.Destination
	for _, s := range []*string{&d.Region, &d.Endpoint, &d.Project, &d.Logstore, &h.batch.Boot, &h.batch.Compression, &h.reason} {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return header{}, errHeader
		}
		*s = string(b[size : size+int(n)])
		b = b[size+int(n):]
	}
	if len(b) < 11*8 {
		return header{}, errHeader
	}
	n := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	h.id, h.origin, h.batch.Number = ID(n(0)), ID(n(1)), n(2)
	h.batch.First, h.batch.Count = uint32(n(3)), uint32(n(4))
	h.batch.Sum = exporter.Sum{Records: n(5), Packets: n(6), Octets: n(7)}
	h.batch.Created, h.asideAt = moment(int64(n(9))), moment(int64(n(10)))
	if n(8) > maxRaw || h.id == 0 {
		return header{}, errHeader
	}
	h.batch.RawSize = int(n(8))
	return h, nil
}
