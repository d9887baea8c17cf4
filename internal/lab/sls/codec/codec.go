package codec

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Codec is a compression. Its number is written to disk.
type Codec uint8

// The compressions.
const (
	None Codec = iota
	LZ4
	Zstd
	Deflate
)

// ErrSize says that a body does not decompress to the size announced.
var ErrSize = errors.New("the size is not the one announced")

func names() []string { return []string{"", "lz4", "zstd", "deflate"} }

// String is the name in x-log-compresstype, "" for None.
func (c Codec) String() string {
	if int(c) < len(names()) {
		return names()[c]
	}
	return fmt.Sprintf("codec %d", uint8(c))
}

// Parse reads the value of x-log-compresstype; "" is None.
func Parse(name string) (Codec, error) {
	if i := slices.Index(names(), name); i >= 0 {
		return Codec(i), nil
	}
	return None, fmt.Errorf("compression %.40q: want one of %s, or none at all", name, strings.Join(names()[1:], ", "))
}

// Decompress returns the size bytes that body stands for. An error wraps ErrSize if they are more or fewer.
// With None it is body itself.
func Decompress(c Codec, body []byte, size int) ([]byte, error) {
	raw, err := decompress(c, body, size)
	if err == nil && len(raw) != size {
		err = fmt.Errorf("%w: %d bytes, not %d", ErrSize, len(raw), size)
	}
	if err != nil {
		return nil, fmt.Errorf("decompress %d bytes of %s: %w", len(body), c.Title(), err)
	}
	return raw, nil
}

// Title is the name for people, "none" for None.
func (c Codec) Title() string {
	if c == None {
		return "none"
	}
	return c.String()
}

func decompress(c Codec, body []byte, size int) ([]byte, error) {
	switch c {
	case None:
		return body, nil
	case LZ4:
		return unLZ4(body, size)
	case Zstd:
		return unZstd(body, size)
	case Deflate:
		return inflate(body, size)
	default:
		return nil, errors.New("it is unknown")
	}
}

// Compress returns raw compressed; with None it is raw itself.
func Compress(c Codec, raw []byte) ([]byte, error) {
	switch c {
	case None:
		return raw, nil
	case LZ4:
		return toLZ4(raw)
	case Zstd:
		return toZstd(raw)
	case Deflate:
		return deflate(raw)
	default:
		return nil, fmt.Errorf("compress %d bytes by %s: it is unknown", len(raw), c)
	}
}
