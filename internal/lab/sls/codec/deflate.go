package codec

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

func inflate(body []byte, size int) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err != nil {
		return nil, err
	}
	return raw, r.Close()
}

func deflate(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(raw); err != nil {
		return nil, fmt.Errorf("compress %d bytes by deflate: %w", len(raw), err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress %d bytes by deflate: %w", len(raw), err)
	}
	return out.Bytes(), nil
}
