package spool

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// compress returns what goes to disk: the payload, compressed where it isn't.
func (s *Spool) compress(b *Batch) ([]byte, error) {
	if b.Compression != CompressionNone {
		return b.Payload, nil
	}
	if s.compressor == nil {
		enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
		if err != nil {
			return nil, err
		}
		s.compressor = enc
	}
	b.Compression, b.RawSize = CompressionZstd, len(b.Payload)
	s.compressed = s.compressor.EncodeAll(b.Payload, s.compressed[:0])
	if len(s.compressed) > maxPayload {
		return nil, fmt.Errorf("payload of %d octets even compressed, want at most %d", len(s.compressed), maxPayload)
	}
	return s.compressed, nil
}

// Raw returns the batch's log group, of which the caller becomes the owner. It knows the
// compressions zstd and none.
func (b *Batch) Raw() ([]byte, error) {
	switch b.Compression {
	case CompressionNone:
		return b.Payload, nil
	case CompressionZstd:
	default:
		return nil, fmt.Errorf("decompress batch %d of boot %q: compression %q, want zstd or none", b.Number, b.Boot, b.Compression)
	}
	if b.RawSize < 0 || b.RawSize > maxRaw {
		return nil, fmt.Errorf("decompress batch %d of boot %q: raw size %d, want 0 to %d octets", b.Number, b.Boot, b.RawSize, maxRaw)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxRaw))
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	raw, err := dec.DecodeAll(b.Payload, make([]byte, 0, b.RawSize))
	if err == nil && len(raw) != b.RawSize {
		err = fmt.Errorf("%d octets, want %d", len(raw), b.RawSize)
	}
	if err != nil {
		return nil, fmt.Errorf("decompress batch %d of boot %q: %w", b.Number, b.Boot, err)
	}
	return raw, nil
}
