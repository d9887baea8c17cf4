package pcapfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/sagflow/sagflow/internal/capture/pcapfile/inflate"
)

const (
	// compressedBlock is the octets asked of each read of a zstd file.
	compressedBlock = 256 << 10
	// maxWindow is the zstd window that zstd(1) reads without being asked to (--long=27).
	maxWindow = 128 << 20
)

// decompress returns the stream behind a gz or zstd stream: head are the octets of it that were
// read already, rest brings the others. Errors, of the first header too, come from Read, after all
// octets before them. Decompression happens in Read, on the reader's goroutine: a second one
// would have to be stopped while it waits for standard input.
func decompress(f format, head []byte, rest io.Reader) io.ReadCloser {
	all := io.MultiReader(bytes.NewReader(bytes.Clone(head)), rest)
	if f == formatGzip {
		return io.NopCloser(inflate.NewReader(all))
	}
	return &zstdStream{in: bufio.NewReaderSize(all, compressedBlock)}
}

// zstdStream reads the frames of a zstd stream one after another (RFC 8878 §3).
type zstdStream struct {
	in  *bufio.Reader
	z   *zstd.Decoder
	err error // what ended the stream
}

// Read keeps the stream's error until the decoder has nothing more: with a block whose checksum or
// size is wrong the decoder returns the error first, and the block's octets when it is read again.
func (s *zstdStream) Read(p []byte) (int, error) {
	if s.z == nil && s.err == nil {
		s.z, s.err = zstd.NewReader(s.in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	}
	if s.z == nil {
		return 0, noEOF(s.err)
	}
	n, err := s.z.Read(p)
	if s.err == nil && err != nil {
		s.err = err
		if n == 0 && !errors.Is(err, io.EOF) {
			n, _ = s.z.Read(p)
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, s.err
}

// Close implements io.Closer.
func (s *zstdStream) Close() error {
	if s.z != nil {
		s.z.Close()
	}
	return nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// streamFault says what is wrong with a compressed stream that brought total octets and then err.
func streamFault(name string, total int64, err error) *fault {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return cut(total, "%s stream cut short", name)
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return damaged(total, "zstd window above %d MiB: decompress it first with zstd -d --long=31", maxWindow>>20)
	default:
		return &fault{total, fmt.Sprintf("%s stream damaged: %v", name, err), errors.Join(ErrDamaged, err)}
	}
}
