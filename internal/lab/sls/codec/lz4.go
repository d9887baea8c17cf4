package codec

import (
	"fmt"

	"github.com/pierrec/lz4/v4"
)

func unLZ4(body []byte, size int) ([]byte, error) {
	raw := make([]byte, size)
	n, err := lz4.UncompressBlock(body, raw)
	if err != nil {
		// The library does not say whether the block is damaged or longer than announced.
		return nil, fmt.Errorf("%w: it is no lz4 block of at most %d bytes: %w", ErrSize, size, err)
	}
	return raw[:n], nil
}

func toLZ4(raw []byte) ([]byte, error) {
	// With so much room the library also writes what does not compress.
	block := make([]byte, lz4.CompressBlockBound(len(raw)))
	n, err := lz4.CompressBlock(raw, block, nil)
	if err != nil {
		return nil, fmt.Errorf("compress %d bytes by lz4: %w", len(raw), err)
	}
	return block[:n], nil
}
