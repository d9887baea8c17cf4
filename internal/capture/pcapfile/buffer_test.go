package pcapfile

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func TestBufferMovesTheTail(t *testing.T) {
	var b buffer
	b.reset(iotest.OneByteReader(bytes.NewReader([]byte("abcdef"))))
	if !b.fillTo(3) {
		t.Fatal("no three octets")
	}
	b.start = 2
	if !b.fillTo(3) || string(b.data[b.start:b.end]) != "cde" || b.offset() != 2 {
		t.Errorf("unread %q at %d, must be cde at 2", b.data[b.start:b.end], b.offset())
	}
	if b.fillTo(5) || !errors.Is(b.err, io.EOF) || b.unread() != 4 {
		t.Errorf("%d octets and error %v at the end", b.unread(), b.err)
	}
}

// TestBufferGrowsWithWhatArrives asks for a record of 128 MiB of which a little arrives.
func TestBufferGrowsWithWhatArrives(t *testing.T) {
	for _, arrived := range []int{10, blockSize, 3 * blockSize} {
		var b buffer
		b.reset(bytes.NewReader(make([]byte, arrived)))
		if b.fillTo(maxCaptured) {
			t.Fatal("a record of which only a part is there")
		}
		if b.unread() != arrived || len(b.data) > 2*arrived+blockSize+tailRoom {
			t.Errorf("%d octets arrived, %d are there, in a buffer of %d", arrived, b.unread(), len(b.data))
		}
	}
}

func TestBufferForgetsLargeMemory(t *testing.T) {
	var b buffer
	b.reset(bytes.NewReader(make([]byte, 2*keepSize)))
	b.fillTo(2 * keepSize)
	b.reset(bytes.NewReader(nil))
	if len(b.data) != blockSize+tailRoom {
		t.Errorf("buffer of %d kept", len(b.data))
	}
}

// A reader that breaks io.Reader's rules must end the stream, not the process.
type oddReader struct{ n int }

func (r oddReader) Read([]byte) (int, error) { return r.n, nil }

func TestBufferOfOddReaders(t *testing.T) {
	for name, c := range map[string]struct {
		r    io.Reader
		text string
	}{
		"nothing for ever": {oddReader{0}, io.ErrNoProgress.Error()},
		"less than 0":      {oddReader{-1}, "impossible count"},
		"more than asked":  {oddReader{1 << 30}, "impossible count"},
		"an error":         {iotest.ErrReader(errors.New("disk on fire")), "disk on fire"},
	} {
		var b buffer
		b.reset(c.r)
		if b.fill(1) || b.err == nil || !bytes.Contains([]byte(b.err.Error()), []byte(c.text)) {
			t.Errorf("%s: error %v", name, b.err)
		}
	}
}
