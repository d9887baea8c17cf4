package pcapfile

import (
	"encoding/binary"
	"fmt"
)

// format is what the first octets of a stream say that it is.
type format uint8

const (
	formatUnknown format = iota
	formatPcapLittle
	formatPcapBig
	formatPcapng
	formatGzip
	formatZstd
)

// magicSize is how many octets detect looks at.
const magicSize = 4

// detect tells a stream's format from its first octets, of which there may be fewer than magicSize.
func detect(head []byte) format {
	if len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b { // RFC 1952 §2.3.1
		return formatGzip
	}
	if len(head) < magicSize {
		return formatUnknown
	}
	switch binary.LittleEndian.Uint32(head) {
	case magicMicro, magicNano, magicModified:
		return formatPcapLittle
	case blockSectionHeader:
		return formatPcapng
	}
	switch binary.BigEndian.Uint32(head) {
	case magicMicro, magicNano, magicModified:
		return formatPcapBig
	case 0x28b52ffd: // RFC 8878 §3.1.1
		return formatZstd
	}
	if head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18 {
		return formatZstd // begins with a skippable frame, RFC 8878 §3.1.2
	}
	return formatUnknown
}

// foreign are formats that people take for captures, or pack captures in: their first octets and
// what to do with them.
var foreign = []struct{ magic, hint string }{
	{"BZh", "bzip2 data: decompress it first"},
	{"\xfd7zX", "xz data: decompress it first"},
	{"\x04\x22\x4d\x18", "lz4 data: decompress it first"},
	{"PK\x03\x04", "a zip archive: unpack it first"},
	{"snoo", "a snoop capture: convert it with editcap -F pcapng"},
	{"GMBU", "a Network Monitor capture: convert it with editcap -F pcapng"},
	{"\x1f\x8b", "gz data inside compressed data: decompress it once first"},
	{"\x28\xb5\x2f\xfd", "zstd data inside compressed data: decompress it once first"},
}

// hint says what a stream that is no capture might be, or "".
func hint(head []byte) string {
	for _, f := range foreign {
		if len(head) >= len(f.magic) && string(head[:len(f.magic)]) == f.magic {
			return "; it looks like " + f.hint
		}
	}
	return ""
}

// hexBytes writes octets as a person reads them: "7f 45 4c 46".
func hexBytes(b []byte) string { return fmt.Sprintf("% x", b) }
