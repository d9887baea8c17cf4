package sls

import (
	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// parcel is a closed batch on its way: in memory, on disk, or both. It is guarded by Sender.mu.
type parcel struct {
	// batch is nil where it is on disk only; what it points to doesn't change.
	batch *spool.Batch
	// id is its place on disk, 0 where it has none.
	id     spool.ID
	sum    exporter.Sum
	ledger *ledger
	// live says that it is in its lane's waiting, or being sent from there.
	live bool
	// gone says that it has its fate.
	gone bool
	// tries counts the refusals after which it is going to be set aside.
	tries int
	// unsure says that it may have arrived already; a batch in parts has that in them.
	unsure bool
	// parts are what is still to be sent of a batch that is too large, nil for all of it.
	parts []part
}

// part is a run of a batch's logs.
type part struct {
	from, count int
	unsure      bool
}

// piece is what the next request carries: all, or the first part.
func (p *parcel) piece(b *spool.Batch) part {
	if p.parts != nil {
		return p.parts[0]
	}
	return part{0, int(b.Count), p.unsure}
}

// doubt takes note that what the last request carried may have arrived.
func (p *parcel) doubt() {
	if p.parts != nil {
		p.parts[0].unsure = true
		return
	}
	p.unsure = true
}

// split puts the halves of the next piece in its place. It reports false where that is one log.
func (p *parcel) split(b *spool.Batch) bool {
	whole := p.piece(b)
	if whole.count < 2 {
		return false
	}
	half := whole.count / 2
	halves := []part{{whole.from, half, whole.unsure}, {whole.from + half, whole.count - half, whole.unsure}}
	if p.parts == nil {
		p.parts = halves
	} else {
		p.parts = append(halves, p.parts[1:]...)
	}
	return true
}

// advance is called when a piece was acknowledged, and reports whether it was the last.
func (p *parcel) advance() bool {
	if len(p.parts) > 1 {
		p.parts = p.parts[1:]
		return false
	}
	return true
}

// cut returns the batch of one part, compressed.
func cut(b *spool.Batch, of part, enc *zstd.Encoder) (*spool.Batch, error) {
	raw, err := b.Raw()
	if err != nil {
		return nil, err
	}
	group, err := AppendPart(nil, raw, of.from, of.count)
	if err != nil {
		return nil, err
	}
	one := *b
	one.First, one.Count = b.First+uint32(of.from), uint32(of.count)
	one.RawSize, one.Compression = len(group), spool.CompressionZstd
	one.Payload = enc.EncodeAll(group, nil)
	return &one, nil
}

func newEncoder() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
}
