package loggroup

import (
	"encoding/binary"
	"fmt"
	"math"
)

// kind is a wire type of protobuf.
type kind uint8

const (
	kindVarint  kind = 0
	kindFixed64 kind = 1
	kindBytes   kind = 2
	kindFixed32 kind = 5
)

// maxVarint is the longest varint of 64 bits.
const maxVarint = 10

// maxField is the largest field number that protobuf allows.
const maxField = 1<<29 - 1

// wire is a message that is read; offset is where it begins in the outermost one.
type wire struct {
	text   string
	offset int
}

// field is one field of a message.
type field struct {
	number uint64
	kind   kind
	value  uint64
	body   wire
	offset int
}

func (f field) errorf(format string, args ...any) error {
	return fmt.Errorf("byte %d: %w", f.offset, fmt.Errorf(format, args...))
}

// each calls visit for the fields of a message in order.
func each(w wire, visit func(field) error) error {
	for w.text != "" {
		f, err := w.next()
		if err != nil {
			return err
		}
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

func (w *wire) next() (f field, err error) {
	f.offset = w.offset
	tag, err := w.varint()
	if err != nil {
		return f, err
	}
	f.number, f.kind = tag>>3, kind(tag&7)
	if f.number == 0 || f.number > maxField {
		return f, f.errorf("field number %d: it is 1 to %d", f.number, maxField)
	}
	switch f.kind {
	case kindVarint:
		f.value, err = w.varint()
	case kindFixed64:
		f.body, err = w.take(8)
	case kindFixed32:
		if f.body, err = w.take(4); err == nil {
			f.value = uint64(binary.LittleEndian.Uint32([]byte(f.body.text)))
		}
	case kindBytes:
		f.body, err = w.lengthDelimited()
	default:
		err = f.errorf("field %d has wire type %d: want 0, 1, 2 or 5", f.number, f.kind)
	}
	return f, err
}

func (w *wire) lengthDelimited() (wire, error) {
	n, err := w.varint()
	if err != nil {
		return wire{}, err
	}
	return w.take(n)
}

func (w *wire) take(n uint64) (wire, error) {
	if n > uint64(len(w.text)) {
		return wire{}, fmt.Errorf("byte %d: %d bytes are announced, and %d are left", w.offset, n, len(w.text))
	}
	taken := wire{w.text[:n], w.offset}
	w.skip(int(n))
	return taken, nil
}

func (w *wire) skip(n int) {
	w.text = w.text[n:]
	w.offset += n
}

func (w *wire) varint() (uint64, error) {
	var v uint64
	for i := range min(len(w.text), maxVarint) {
		b := w.text[i]
		if i == maxVarint-1 && b > 1 {
			break
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			w.skip(i + 1)
			return v, nil
		}
	}
	return 0, fmt.Errorf("byte %d: the number does not end, or is larger than 64 bits", w.offset)
}

func (f field) message(name string) (wire, error) {
	if f.kind != kindBytes {
		return wire{}, f.errorf("field %s has wire type %d: want %d", name, f.kind, kindBytes)
	}
	return f.body, nil
}

func (f field) into(name string, to *string) error {
	body, err := f.message(name)
	*to = body.text
	return err
}

func (f field) number32(name string, want kind, to *uint32) error {
	if f.kind != want {
		return f.errorf("field %s has wire type %d: want %d", name, f.kind, want)
	}
	if f.value > math.MaxUint32 {
		return f.errorf("field %s is %d: it is at most %d", name, f.value, uint32(math.MaxUint32))
	}
	*to = uint32(f.value)
	return nil
}
