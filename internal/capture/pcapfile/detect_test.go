package pcapfile

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		head string
		want format
	}{
		{"\xd4\xc3\xb2\xa1", formatPcapLittle},
		{"\x4d\x3c\xb2\xa1", formatPcapLittle},
		{"\x34\xcd\xb2\xa1", formatPcapLittle},
		{"\xa1\xb2\xc3\xd4", formatPcapBig},
		{"\xa1\xb2\x3c\x4d", formatPcapBig},
		{"\xa1\xb2\xcd\x34", formatPcapBig},
		{"\x0a\x0d\x0d\x0a", formatPcapng},
		{"\x1f\x8b", formatGzip},
		{"\x1f\x8b\x08\x00", formatGzip},
		{"\x28\xb5\x2f\xfd", formatZstd},
		{"\x50\x2a\x4d\x18", formatZstd},
		{"\x5f\x2a\x4d\x18", formatZstd},
		{"\x60\x2a\x4d\x18", formatUnknown},
		{"\xa1\xb2\xc3", formatUnknown},
		{"\x1f", formatUnknown},
		{"", formatUnknown},
		{"BZh9", formatUnknown},
	} {
		if got := detect([]byte(c.head)); got != c.want {
			t.Errorf("% x: format %d, must be %d", c.head, got, c.want)
		}
	}
}

func TestHints(t *testing.T) {
	for head, want := range map[string]string{
		"BZh9": "bzip2", "\xfd7zXZ\x00": "xz data", "\x04\x22\x4d\x18": "lz4", "PK\x03\x04": "zip archive",
		"snoop\x00\x00\x00": "snoop capture", "GMBU": "Network Monitor",
	} {
		_, _, err := readBytes(t, []byte(head))
		oneError(t, err, 0, ErrNotCapture, want)
	}
	if h := hint([]byte("GM")); h != "" {
		t.Errorf("hint %q for two octets", h)
	}
}

func TestFileErrorText(t *testing.T) {
	for _, c := range []struct {
		err  FileError
		want string
	}{
		{FileError{File: "a b.pcap", Offset: 40, Reason: "record header cut short"}, `read capture "a b.pcap": at byte 40: record header cut short`},
		{FileError{File: "a.gz", Offset: 40, Compression: "gz", Reason: "cut"}, `read capture "a.gz": at byte 40 after decompression: cut`},
		{FileError{File: "-", Offset: -1, Compression: "gz", Reason: "empty"}, `read capture "-": empty`},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%s\nmust be %s", got, c.want)
		}
	}
}

// TestSystemFault says the name of a file once.
func TestSystemFault(t *testing.T) {
	s := New(Options{Files: []string{"no/such/file"}})
	_, err := drain(t, s, 1)
	if !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), "no/such/file") != 1 {
		t.Error(err)
	}
}
