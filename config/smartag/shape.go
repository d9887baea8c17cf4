package smartag

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// deepest is how many levels an answer may nest; real ones have four.
const deepest = 32

// codeForm is what the API's codes look like.
var codeForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

// object is a JSON object by its keys.
type object map[string]json.RawMessage

// parseAnswer takes a body that must be an answer of the API: a JSON object with a RequestId.
func parseAnswer(body []byte) (object, error) {
	o, err := parseObject(body)
	if err != nil {
		return nil, err
	}
	id, err := o.text("RequestId")
	switch {
	case err != nil:
		return nil, err
	case id == "":
		return nil, errors.New("RequestId is missing")
	}
	return o, nil
}

// refused is an error as the API answers it: the fields that the SDK reads.
type refused struct {
	RequestId, Code, Message string
}

// json is the body that the SDK gets to see.
func (r refused) json() []byte {
	body, err := json.Marshal(r)
	if err != nil {
		return []byte("{}") // three strings always marshal
	}
	return body
}

// parseRefusal takes a body that must be an error of the API, and frees its texts of secrets.
func parseRefusal(body []byte, redact func(string) string) (refused, error) {
	o, err := parseObject(body)
	if err != nil {
		return refused{}, err
	}
	code, errCode := o.text("Code")
	message, errMessage := o.text("Message")
	id, errID := o.text("RequestId")
	for _, err := range []error{errCode, errMessage, errID} {
		if err != nil {
			return refused{}, err
		}
	}
	if !codeForm.MatchString(code) {
		return refused{}, errors.New("the answer has no Code, or what is none")
	}
	return refused{RequestId: redact(id), Code: redact(code), Message: redact(message)}, nil
}

// parseObject takes one JSON object whose keys, at any depth, stand there once. The SDK would merge repeated
// ones.
func parseObject(body []byte) (object, error) {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return nil, errors.New("the answer is empty")
	case !utf8.Valid(body) || !json.Valid(body):
		return nil, fmt.Errorf("the answer (%d bytes) is not JSON", len(body))
	}
	if err := checkKeys(json.NewDecoder(bytes.NewReader(body))); err != nil {
		return nil, err
	}
	var o object
	if err := json.Unmarshal(body, &o); err != nil || o == nil {
		return nil, errors.New("the answer is not a JSON object")
	}
	return o, nil
}

// level is an array or object that is open; keys is nil for an array.
type level struct {
	keys  map[string]bool
	value bool // the next token is a key's value
}

// checkKeys walks valid JSON and refuses repeated keys and more than deepest levels.
func checkKeys(d *json.Decoder) error {
	d.UseNumber()
	var open []*level
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the answer is not JSON: %w", err)
		}
		if open, err = step(open, token); err != nil {
			return err
		}
	}
}

// step takes one token.
func step(open []*level, token json.Token) ([]*level, error) {
	if token == json.Delim('}') || token == json.Delim(']') {
		return open[:len(open)-1], nil
	}
	if len(open) > 0 {
		if key, isKey := open[len(open)-1].take(token); isKey {
			if open[len(open)-1].keys[key] {
				return open, fmt.Errorf("the answer has a key twice: %q", shorten(oneLine(key)))
			}
			open[len(open)-1].keys[key] = true
			return open, nil
		}
	}
	switch token {
	case json.Delim('{'):
		open = append(open, &level{keys: map[string]bool{}})
	case json.Delim('['):
		open = append(open, &level{})
	}
	if len(open) > deepest {
		return open, fmt.Errorf("the answer nests deeper than %d levels", deepest)
	}
	return open, nil
}

// take says whether the token is a key of this level.
func (l *level) take(token json.Token) (key string, isKey bool) {
	if l.keys == nil {
		return "", false
	}
	if l.value {
		l.value = false
		return "", false
	}
	key, isKey = token.(string)
	l.value = isKey
	return key, isKey
}
