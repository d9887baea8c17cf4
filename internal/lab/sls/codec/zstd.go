package codec

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// smallest is the least memory that the decoder is allowed: a window of it must fit.
const smallest = 8 << 20

func unZstd(body []byte, size int) ([]byte, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(uint64(max(size, smallest))))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	raw, err := d.DecodeAll(body, make([]byte, 0, size))
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		return nil, fmt.Errorf("%w: %w", ErrSize, err)
	}
	return raw, err
}

func toZstd(raw []byte) ([]byte, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("compress %d bytes by zstd: %w", len(raw), err)
	}
	return e.EncodeAll(raw, nil), e.Close()
}
