package rpc

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
)

// appendXML writes a value as an element. Characters that XML can't hold, and bytes that are no UTF-8, become U+FFFD.
func appendXML(to []byte, name string, value any) (_ []byte, err error) {
	if !isName(name) {
		return to, fmt.Errorf("name %q: it can't be the name of an XML element", name)
	}
	to = append(append(append(to, '<'), name...), '>')
	if to, err = appendXMLContent(to, value); err != nil {
		return to, fmt.Errorf("element %q: %w", name, err)
	}
	return append(append(append(to, "</"...), name...), '>'), nil
}

func appendXMLContent(to []byte, value any) (_ []byte, err error) {
	switch v := value.(type) {
	case string:
		return appendXMLText(to, v)
	case int:
		return strconv.AppendInt(to, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(to, v, 10), nil
	case bool:
		return strconv.AppendBool(to, v), nil
	case Object:
		for _, f := range v {
			if to, err = appendXML(to, f.Name, f.Value); err != nil {
				return to, err
			}
		}
		return to, nil
	case List:
		return appendXMLList(to, v)
	}
	return to, fmt.Errorf("value of type %T: a field takes string, int, int64, bool, Object or List", value)
}

func appendXMLList(to []byte, l List) (_ []byte, err error) {
	if !isName(l.Item) {
		return to, fmt.Errorf("list item name %q: it can't be the name of an XML element", l.Item)
	}
	for i, v := range l.Values {
		to, err = appendItem(to, v, func(to []byte, v any) ([]byte, error) { return appendXML(to, l.Item, v) })
		if err != nil {
			return to, fmt.Errorf("item %d: %w", i, err)
		}
	}
	return to, nil
}

func appendXMLText(to []byte, s string) ([]byte, error) {
	var text bytes.Buffer
	if err := xml.EscapeText(&text, []byte(s)); err != nil {
		return to, fmt.Errorf("escape text: %w", err)
	}
	return append(to, text.Bytes()...), nil
}
