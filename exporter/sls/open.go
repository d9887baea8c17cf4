package sls

import (
	"bytes"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/flowtable"
)

// openBatch is the batch that records are being added to. Its buffers are used again and again.
type openBatch struct {
	raw        []byte
	compressed []byte
	sum        exporter.Sum
	since      time.Time // when its first record came
	encoder    *zstd.Encoder
}

// add appends records up to the limits, and returns how many.
func (b *openBatch) add(o *SessionOptions, records []flowtable.Record, now time.Time) int {
	limit := o.BatchOctets - o.Identity.RecordRoom() - tailRoom(o)
	n := 0
	for n < len(records) && b.sum.Records < uint64(o.BatchRecords) && (len(b.raw) <= limit || b.sum.Records == 0) {
		if b.sum.Records == 0 {
			b.since = now
		}
		r := &records[n]
		b.raw = AppendLog(b.raw, &o.Identity, r)
		b.sum = b.sum.Plus(exporter.Sum{Records: 1, Packets: r.Packets, Octets: r.Octets})
		n++
	}
	return n
}

func tailRoom(o *SessionOptions) int { return 512 + 2*len(o.Identity.InstanceID) }

// close makes a batch of it and begins the next.
func (b *openBatch) close(o *SessionOptions, boot string, number uint64, now time.Time) (*spool.Batch, error) {
	if b.encoder == nil {
		enc, err := newEncoder()
		if err != nil {
			return nil, err
		}
		b.encoder = enc
	}
	name := BatchName{Boot: boot, Number: number, Count: uint32(b.sum.Records)}
	b.raw = AppendTail(b.raw, &o.Identity, &name)
	b.compressed = b.encoder.EncodeAll(b.raw, b.compressed[:0])
	batch := &spool.Batch{
		Destination: o.Destination, Boot: boot, Number: number, Count: name.Count, Sum: b.sum, Created: now,
		RawSize: len(b.raw), Compression: spool.CompressionZstd, Payload: bytes.Clone(b.compressed),
	}
	b.reset()
	return batch, nil
}

func (b *openBatch) reset() { b.raw, b.sum = b.raw[:0], exporter.Sum{} }
