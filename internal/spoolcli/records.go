package spoolcli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// The keys under which Log Service shows what is not a content.
const (
	keyTime   = "__time__"
	keyTopic  = "__topic__"
	keySource = "__source__"
	keyTag    = "__tag__:"
)

// appendRecords appends a line of JSON for each record of a log group, with the keys and forms that Log
// Service gives them: all values strings. With group, each line says by itself what stands once in the
// group: topic, source and tags.
func appendRecords(dst, raw []byte, group bool) ([]byte, error) {
	once, err := appendOnce(nil, raw, group)
	if err != nil {
		return dst, err
	}
	err = sls.EachLog(raw, func(l *sls.Log) error {
		dst = append(dst, `{"`+keyTime+`":"`...)
		dst = strconv.AppendUint(dst, uint64(l.Time), 10)
		dst = append(append(dst, '"'), once...)
		for _, c := range l.Contents {
			dst = appendPair(dst, "", c.Key, c.Value)
		}
		dst = append(dst, "}\n"...)
		return nil
	})
	return dst, err
}

// appendOnce appends what stands once in a group.
func appendOnce(dst, raw []byte, group bool) ([]byte, error) {
	g, err := sls.ReadGroup(raw)
	if err != nil || !group {
		return dst, err
	}
	dst = appendPair(dst, "", []byte(keyTopic), g.Topic)
	dst = appendPair(dst, "", []byte(keySource), g.Source)
	for _, t := range g.Tags {
		dst = appendPair(dst, keyTag, t.Key, t.Value)
	}
	return dst, nil
}

func appendPair(dst []byte, prefix string, key, value []byte) []byte {
	dst = append(dst, ',')
	if prefix != "" {
		key = append([]byte(prefix), key...)
	}
	dst = append(appendString(dst, key), ':')
	return appendString(dst, value)
}

// appendString appends text as a string of JSON.
func appendString(dst, text []byte) []byte {
	for _, b := range text {
		if b < ' ' || b > '~' || b == '"' || b == '\\' {
			return appendQuoted(dst, text)
		}
	}
	dst = append(append(dst, '"'), text...)
	return append(dst, '"')
}

func appendQuoted(dst, text []byte) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(string(text)) != nil { // of a string it has no error
		return append(dst, `""`...)
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

// rawOf is a batch's log group.
func rawOf(item *spool.Item) ([]byte, error) {
	raw, err := item.Raw()
	if err != nil {
		return nil, fmt.Errorf("batch %d: %w", item.ID, err)
	}
	return raw, nil
}
