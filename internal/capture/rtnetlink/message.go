package rtnetlink

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Lengths of headers in octets (netlink(7), rtnetlink(7)).
const (
	messageHeader   = 16
	attributeHeader = 4
)

// attributeType are the bits of an attribute's type that are its type: NLA_F_NESTED and
// NLA_F_NET_BYTEORDER are above them.
const attributeType = 0x3fff

// Message is one netlink message.
type Message struct {
	// Type is RTM_ or NLMSG_, Flags are NLM_F_.
	Type, Flags uint16
	// Sequence is that of the request which it answers.
	Sequence uint32
	// Data follow the header. They are part of what NextMessage was given.
	Data []byte
}

// NextMessage takes the first message off b and returns what follows it.
func NextMessage(b []byte) (m Message, rest []byte, err error) {
	if len(b) < messageHeader {
		return Message{}, nil, fmt.Errorf("netlink message: %d octets are no header", len(b))
	}
	length := uint64(binary.NativeEndian.Uint32(b))
	if length < messageHeader || length > uint64(len(b)) {
		return Message{}, nil, fmt.Errorf("netlink message: length %d, with %d octets there", length, len(b))
	}
	return Message{
		Type:     binary.NativeEndian.Uint16(b[4:]),
		Flags:    binary.NativeEndian.Uint16(b[6:]),
		Sequence: binary.NativeEndian.Uint32(b[8:]),
		Data:     b[messageHeader:length:length],
	}, b[min(aligned(int(length)), len(b)):], nil
}

// Attribute is one attribute of a message, or of an attribute that holds others.
type Attribute struct {
	Type uint16
	// Data are part of what NextAttribute was given.
	Data []byte
}

// NextAttribute takes the first attribute off b and returns what follows it.
func NextAttribute(b []byte) (a Attribute, rest []byte, err error) {
	if len(b) < attributeHeader {
		return Attribute{}, nil, fmt.Errorf("netlink attribute: %d octets are no header", len(b))
	}
	length := int(binary.NativeEndian.Uint16(b))
	if length < attributeHeader || length > len(b) {
		return Attribute{}, nil, fmt.Errorf("netlink attribute: length %d, with %d octets there", length, len(b))
	}
	a.Type = binary.NativeEndian.Uint16(b[2:]) & attributeType
	a.Data = b[attributeHeader:length:length]
	return a, b[min(aligned(length), len(b)):], nil
}

// Uint32 is the attribute's number; ok is false where it has not the 4 octets of one.
func (a Attribute) Uint32() (v uint32, ok bool) {
	if len(a.Data) != 4 {
		return 0, false
	}
	return binary.NativeEndian.Uint32(a.Data), true
}

// Text is the attribute's string: what stands before its first NUL.
func (a Attribute) Text() string {
	text, _, _ := bytes.Cut(a.Data, []byte{0})
	return string(text)
}

// AppendAttribute appends an attribute to a request's body, padded to a multiple of 4 octets.
func AppendAttribute(b []byte, kind uint16, data []byte) []byte {
	b = binary.NativeEndian.AppendUint16(b, uint16(attributeHeader+len(data)))
	b = binary.NativeEndian.AppendUint16(b, kind)
	b = append(b, data...)
	return append(b, make([]byte, aligned(len(data))-len(data))...)
}

// appendMessage appends a request.
func appendMessage(b []byte, kind, flags uint16, sequence uint32, body []byte) []byte {
	b = binary.NativeEndian.AppendUint32(b, uint32(messageHeader+len(body)))
	b = binary.NativeEndian.AppendUint16(b, kind)
	b = binary.NativeEndian.AppendUint16(b, flags)
	b = binary.NativeEndian.AppendUint32(b, sequence)
	b = binary.NativeEndian.AppendUint32(b, 0) // the port: the kernel knows it
	return append(b, body...)
}

// aligned rounds up to NLMSG_ALIGNTO and RTA_ALIGNTO, which are both 4.
func aligned(n int) int { return (n + 3) &^ 3 }
