package sls

import (
	"encoding/binary"
	"net/netip"
	"strconv"
)

// Field tags of log.proto: number << 3 | wire type.
const (
	tagLogs    = 1<<3 | 2 // LogGroup.Logs
	tagTopic   = 3<<3 | 2 // LogGroup.Topic
	tagSource  = 4<<3 | 2 // LogGroup.Source
	tagLogTags = 6<<3 | 2 // LogGroup.LogTags
	tagTime    = 1 << 3   // Log.Time
	tagKey     = 1<<3 | 2 // LogContent.Key, LogTag.Key
	tagValue   = 2<<3 | 2 // LogContent.Value, LogTag.Value
)

// Log.Contents with the keys whose values are short: field 2, its length, field 1 with the key,
// field 2, its length. Both lengths are filled in behind the value; they fit one octet each, as
// no value is longer than 45 octets.
const (
	contentStart    = "\x12\x00\x0a\x05start\x12\x00"
	contentEnd      = "\x12\x00\x0a\x03end\x12\x00"
	contentProtocol = "\x12\x00\x0a\x08protocol\x12\x00"
	contentSrcAddr  = "\x12\x00\x0a\x07srcaddr\x12\x00"
	contentSrcPort  = "\x12\x00\x0a\x07srcport\x12\x00"
	contentDstAddr  = "\x12\x00\x0a\x07dstaddr\x12\x00"
	contentDstPort  = "\x12\x00\x0a\x07dstport\x12\x00"
	contentPackets  = "\x12\x00\x0a\x07packets\x12\x00"
	contentBytes    = "\x12\x00\x0a\x05bytes\x12\x00"
	contentTCPFlags = "\x12\x00\x0a\x09tcp-flags\x12\x00"
	contentToS      = "\x12\x00\x0a\x03tos\x12\x00"
	contentInPort   = "\x12\x00\x0a\x06inport\x12\x00"
	contentOutPort  = "\x12\x00\x0a\x07outport\x12\x00"
)

func appendUint(dst []byte, content string, v uint64) []byte {
	dst = append(dst, content...)
	at := len(dst)
	return closeContent(strconv.AppendUint(dst, v, 10), at, len(content))
}

func appendInt(dst []byte, content string, v int64) []byte {
	dst = append(dst, content...)
	at := len(dst)
	return closeContent(strconv.AppendInt(dst, v, 10), at, len(content))
}

// appendAddr writes IPv6 as RFC 5952 says.
func appendAddr(dst []byte, content string, a netip.Addr) []byte {
	dst = append(dst, content...)
	at := len(dst)
	return closeContent(a.AppendTo(dst), at, len(content))
}

// closeContent fills in the lengths of a content of which the value begins at an offset.
func closeContent(dst []byte, at, content int) []byte {
	n := len(dst) - at
	dst[at-1] = byte(n)
	dst[at-content+1] = byte(n + content - 2)
	return dst
}

// appendPair writes a key and a value of any length as a message: a LogContent or a LogTag.
func appendPair(dst []byte, tag byte, key, value string) []byte {
	dst = append(dst, tag)
	dst = binary.AppendUvarint(dst, uint64(2+sizeUvarint(len(key))+len(key)+sizeUvarint(len(value))+len(value)))
	return appendString(appendString(dst, tagKey, key), tagValue, value)
}

func appendString(dst []byte, tag byte, s string) []byte {
	dst = binary.AppendUvarint(append(dst, tag), uint64(len(s)))
	return append(dst, s...)
}

func sizeUvarint(n int) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}
