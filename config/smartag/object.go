package smartag

import (
	"encoding/json"
	"fmt"
)

// given says that the key is there, and not null.
func (o object) given(key string) bool {
	raw, found := o[key]
	return found && string(raw) != "null"
}

// text is a string, "" where it is not given.
func (o object) text(key string) (string, error) {
	if !o.given(key) {
		return "", nil
	}
	var text string
	if err := json.Unmarshal(o[key], &text); err != nil {
		return "", fmt.Errorf("%s is not a string", key)
	}
	return text, nil
}

// scalar is a string's text, or a number as it is written. Other values come as they are written, too.
func (o object) scalar(key string) (string, error) {
	if raw := o[key]; len(raw) > 0 && raw[0] != '"' {
		return string(raw), nil
	}
	return o.text(key)
}

// object is the object at the key, which must be there.
func (o object) object(key string) (object, error) {
	var inner object
	if err := o.into(key, &inner); err != nil || inner == nil {
		return nil, fmt.Errorf("%s is missing, or no object", key)
	}
	return inner, nil
}

// into decodes the value at the key.
func (o object) into(key string, v any) error {
	if err := json.Unmarshal(o[key], v); err != nil {
		return fmt.Errorf("decode %s: %w", key, err)
	}
	return nil
}
