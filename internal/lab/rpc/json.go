package rpc

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// appendJSON writes a Field's value. Strings come out as valid UTF-8 whatever they hold: bytes that are none
// become U+FFFD.
func appendJSON(to []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case string:
		return appendJSONText(to, v), nil
	case int:
		return strconv.AppendInt(to, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(to, v, 10), nil
	case bool:
		return strconv.AppendBool(to, v), nil
	case Object:
		return appendJSONObject(to, v)
	case List:
		return appendJSONList(to, v)
	}
	return to, fmt.Errorf("value of type %T: a field takes string, int, int64, bool, Object or List", value)
}

func appendJSONObject(to []byte, o Object) (_ []byte, err error) {
	to = append(to, '{')
	for i, f := range o {
		if !isName(f.Name) {
			return to, fmt.Errorf("field name %q: it can't be the name of an XML element", f.Name)
		}
		if i > 0 {
			to = append(to, ',')
		}
		to = append(append(append(to, '"'), f.Name...), '"', ':')
		if to, err = appendJSON(to, f.Value); err != nil {
			return to, fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	return append(to, '}'), nil
}

func appendJSONList(to []byte, l List) (_ []byte, err error) {
	if !isName(l.Item) {
		return to, fmt.Errorf("list item name %q: it can't be the name of an XML element", l.Item)
	}
	to = append(append(append(to, `{"`...), l.Item...), `":[`...)
	for i, v := range l.Values {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = appendItem(to, v, appendJSON); err != nil {
			return to, fmt.Errorf("item %d: %w", i, err)
		}
	}
	return append(to, `]}`...), nil
}

// appendItem writes a list's value, which is no list itself.
func appendItem(to []byte, value any, write func([]byte, any) ([]byte, error)) ([]byte, error) {
	if _, ok := value.(List); ok {
		return to, fmt.Errorf("value of type %T: a list takes string, int, int64, bool or Object", value)
	}
	return write(to, value)
}

// appendJSONText quotes a string (RFC 8259 §7).
func appendJSONText(to []byte, s string) []byte {
	const digits = "0123456789abcdef"
	to = append(to, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			to = append(to, '\\', byte(r))
		case r < 0x20 || r == 0x7f || r == 0x2028 || r == 0x2029:
			to = append(to, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return append(to, '"')
}
