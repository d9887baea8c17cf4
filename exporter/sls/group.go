package sls

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// maxPairs bounds the tags of a group and the contents of a log; ours have 6 and 16.
const maxPairs = 1024

// Pair is a tag of a LogGroup or a content of a Log. Its octets are the group's.
type Pair struct{ Key, Value []byte }

// Group is what stands once in a LogGroup.
type Group struct {
	// Topic and Source are octets of the group, nil where they are not there.
	Topic, Source []byte
	Tags          []Pair
	// Logs is the number of logs.
	Logs int
}

// Log is one log of a LogGroup.
type Log struct {
	// Time is in seconds since 1970.
	Time     uint32
	Contents []Pair
}

// ReadGroup reads what stands once in a LogGroup, and counts its logs; EachLog reads those. An error
// says where the octets are no LogGroup: a field that ends too late or has another type, a required
// one that is not there, more than 1,024 tags. Fields that log.proto doesn't have are passed over.
func ReadGroup(group []byte) (Group, error) {
	var g Group
	err := eachField(group, func(f field) (err error) {
		switch f.tag >> 3 {
		case tagLogs >> 3:
			g.Logs++
			return f.is(tagLogs, "Logs")
		case tagTopic >> 3:
			g.Topic = f.body
			return f.is(tagTopic, "Topic")
		case tagSource >> 3:
			g.Source = f.body
			return f.is(tagSource, "Source")
		case tagLogTags >> 3:
			g.Tags, err = addPair(g.Tags, f, tagLogTags, "LogTags")
		}
		return err
	})
	if err != nil {
		return Group{}, err
	}
	return g, nil
}

// EachLog calls do for each log of a LogGroup in order, until it returns an error. The log is valid
// until do returns. Errors are those of ReadGroup and of do. It allocates once.
func EachLog(group []byte, do func(*Log) error) error {
	l := Log{Contents: make([]Pair, 0, 16)}
	index := 0
	return eachField(group, func(f field) error {
		if f.tag>>3 != tagLogs>>3 {
			return nil
		}
		err := f.is(tagLogs, "Logs")
		if err == nil {
			err = l.read(f.body)
		}
		if err != nil {
			return fmt.Errorf("log %d: %w", index, err)
		}
		index++
		return do(&l)
	})
}

func (l *Log) read(b []byte) error {
	timed := false
	l.Contents = l.Contents[:0]
	for len(b) > 0 {
		f, rest, err := nextField(b)
		if err != nil {
			return err
		}
		switch f.tag >> 3 {
		case tagTime >> 3:
			timed = true
			l.Time, err = f.number32("Time")
		case tagContents >> 3:
			l.Contents, err = addPair(l.Contents, f, tagContents, "Contents")
		}
		if err != nil {
			return err
		}
		b = rest
	}
	if !timed {
		return errors.New("the required field Time is not there")
	}
	return nil
}

// is says whether a field has the type that its number has in log.proto.
func (f field) is(tag uint64, name string) error {
	if f.tag != tag {
		return fmt.Errorf("field %s has the wire type %d, want %d", name, f.tag&7, tag&7)
	}
	return nil
}

// number32 is the value of a field of type uint32.
func (f field) number32(name string) (uint32, error) {
	if f.tag&7 != 0 {
		return 0, f.is(f.tag&^7, name)
	}
	_, n := binary.Uvarint(f.whole)
	v, _ := binary.Uvarint(f.whole[n:])
	if v > math.MaxUint32 {
		return 0, fmt.Errorf("field %s is %d, want at most %d", name, v, uint32(math.MaxUint32))
	}
	return uint32(v), nil
}

// addPair appends a LogTag or LogContent.
func addPair(pairs []Pair, f field, tag uint64, name string) ([]Pair, error) {
	if err := f.is(tag, name); err != nil {
		return pairs, err
	}
	if len(pairs) == maxPairs {
		return pairs, fmt.Errorf("more than %d %s", maxPairs, name)
	}
	p, err := readPair(f.body)
	if err != nil {
		return pairs, fmt.Errorf("%s: %w", name, err)
	}
	return append(pairs, p), nil
}

func readPair(b []byte) (p Pair, err error) {
	keyed, valued := false, false
	for len(b) > 0 {
		var f field
		if f, b, err = nextField(b); err != nil {
			return p, err
		}
		switch f.tag >> 3 {
		case tagKey >> 3:
			p.Key, keyed, err = f.body, true, f.is(tagKey, "Key")
		case tagValue >> 3:
			p.Value, valued, err = f.body, true, f.is(tagValue, "Value")
		}
		if err != nil {
			return p, err
		}
	}
	if !keyed || !valued {
		return p, errors.New("a required field, Key or Value, is not there")
	}
	return p, nil
}
