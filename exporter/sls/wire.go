package sls

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var errCut = errors.New("ends in the middle of a field")

// field is one field of a protobuf message.
type field struct {
	tag uint64
	// whole is the field with its tag; body is what it holds, nil where it is a number.
	whole, body []byte
}

// nextField takes the first field off a message that is not empty.
func nextField(b []byte) (field, []byte, error) {
	tag, n := binary.Uvarint(b)
	if n <= 0 {
		return field{}, nil, errCut
	}
	skip, length := n, uint64(0)
	switch tag & 7 {
	case 0:
		_, m := binary.Uvarint(b[n:])
		if m <= 0 {
			return field{}, nil, errCut
		}
		skip += m
	case 1:
		length = 8
	case 2:
		var m int
		if length, m = binary.Uvarint(b[n:]); m <= 0 {
			return field{}, nil, errCut
		}
		skip += m
	case 5:
		length = 4
	default:
		return field{}, nil, fmt.Errorf("field %d has the wire type %d, want 0, 1, 2 or 5", tag>>3, tag&7)
	}
	if length > uint64(len(b)-skip) {
		return field{}, nil, errCut
	}
	end := skip + int(length)
	f := field{tag: tag, whole: b[:end], body: b[skip:end]}
	return f, b[end:], nil
}

// pairOf reads a LogTag or LogContent.
func pairOf(b []byte) (key, value []byte, err error) {
	for len(b) > 0 {
		var f field
		if f, b, err = nextField(b); err != nil {
			return nil, nil, err
		}
		switch f.tag {
		case tagKey:
			key = f.body
		case tagValue:
			value = f.body
		}
	}
	return key, value, nil
}
