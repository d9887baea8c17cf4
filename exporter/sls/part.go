package sls

import (
	"fmt"
	"math"
	"strconv"
)

// Info is what a LogGroup says of itself.
type Info struct {
	Topic, Source, PackID, Device string
	Name                          BatchName
	// Logs is the number of logs in it; in a group of ours, Name.Count.
	Logs int
}

// ReadInfo reads the octets of a LogGroup. An error says where they are not one; a tag that is not
// there leaves its field empty, and one that holds no number where it should is an error.
func ReadInfo(group []byte) (Info, error) {
	var info Info
	err := eachField(group, func(f field) error {
		switch f.tag {
		case tagLogs:
			info.Logs++
		case tagTopic:
			info.Topic = string(f.body)
		case tagSource:
			info.Source = string(f.body)
		case tagLogTags:
			return info.readTag(f.body)
		}
		return nil
	})
	return info, err
}

func (i *Info) readTag(tag []byte) error {
	key, value, err := pairOf(tag)
	if err != nil {
		return err
	}
	switch string(key) {
	case TagPackID:
		i.PackID = string(value)
	case TagDevice:
		i.Device = string(value)
	case TagBoot:
		i.Name.Boot = string(value)
	case TagBatch:
		i.Name.Number, err = readNumber(TagBatch, value, 64)
	case TagFirst:
		i.Name.First, err = readNumber32(TagFirst, value)
	case TagCount:
		i.Name.Count, err = readNumber32(TagCount, value)
	}
	return err
}

func readNumber32(key string, value []byte) (uint32, error) {
	n, err := readNumber(key, value, 32)
	return uint32(n), err
}

func readNumber(key string, value []byte, bits int) (uint64, error) {
	n, err := strconv.ParseUint(string(value), 10, bits)
	if err != nil {
		return 0, fmt.Errorf("read tag %q: %q is not a number of %d bits", key, value, bits)
	}
	return n, nil
}

// AppendPart appends the LogGroup of some of a group's logs to dst: count of them from the index
// from, which counts within the group. The part keeps everything else, also the batch's number and
// __pack_id__, but narrows the tags first and count. dst must not overlap group. It is an error
// when group is no LogGroup of this package or hasn't got those logs; dst then comes back as it was.
func AppendPart(dst, group []byte, from, count int) ([]byte, error) {
	info, err := ReadInfo(group)
	if err != nil {
		return dst, err
	}
	if uint64(info.Logs) != uint64(info.Name.Count) {
		return dst, fmt.Errorf("cut log group: it holds %d logs, and its tag %q says %d", info.Logs, TagCount, info.Name.Count)
	}
	if from < 0 || count < 1 || count > info.Logs-from {
		return dst, fmt.Errorf("cut log group: it has no %d logs from %d on, but %d logs", count, from, info.Logs)
	}
	c := cutter{dst: dst, from: from, to: from + count, first: uint64(info.Name.First)}
	if err = eachField(group, c.take); err != nil {
		return dst, err
	}
	if !c.narrowed || c.first+uint64(c.to) > math.MaxUint32 {
		return dst, fmt.Errorf("cut log group: its tag %q is not there or too large", TagFirst)
	}
	return c.dst, nil
}

// cutter copies the logs [from, to) of a group that begins at first, and all else.
type cutter struct {
	dst             []byte
	index, from, to int
	first           uint64
	narrowed        bool
}

func (c *cutter) take(f field) error {
	switch f.tag {
	case tagLogs:
		if c.index >= c.from && c.index < c.to {
			c.dst = append(c.dst, f.whole...)
		}
		c.index++
		return nil
	case tagLogTags:
		return c.takeTag(f)
	}
	c.dst = append(c.dst, f.whole...)
	return nil
}

func (c *cutter) takeTag(f field) error {
	key, _, err := pairOf(f.body)
	switch string(key) {
	case TagFirst:
		c.dst = appendNumber(c.dst, TagFirst, c.first+uint64(c.from))
		c.narrowed = true
	case TagCount:
		c.dst = appendNumber(c.dst, TagCount, uint64(c.to-c.from))
	default:
		c.dst = append(c.dst, f.whole...)
	}
	return err
}

func eachField(group []byte, do func(field) error) error {
	for rest := group; len(rest) > 0; {
		at := len(group) - len(rest)
		f, next, err := nextField(rest)
		if err == nil {
			err = do(f)
		}
		if err != nil {
			return fmt.Errorf("read log group at offset %d: %w", at, err)
		}
		rest = next
	}
	return nil
}
