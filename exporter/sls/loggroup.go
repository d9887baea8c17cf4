package sls

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"github.com/sagflow/sagflow/flowtable"
)

// Topic is the topic of every LogGroup.
const Topic = "sag-flowlog"

// The keys of the tags.
const (
	TagPackID = "__pack_id__"
	TagDevice = "device"
	TagBoot   = "boot"
	TagBatch  = "batch"
	TagFirst  = "first"
	TagCount  = "count"
)

// AppendLogGroup appends a whole LogGroup to dst and returns the extended dst: the records as
// AppendLog writes them, and the tail. It allocates nothing where dst has room. The caller sees to
// it that name.Count is the number of records.
func AppendLogGroup(dst []byte, id *Identity, name *BatchName, records []flowtable.Record) []byte {
	for i := range records {
		dst = AppendLog(dst, id, &records[i])
	}
	return AppendTail(dst, id, name)
}

// AppendTail appends what makes a LogGroup of the logs before it: Topic, Source and the tags.
func AppendTail(dst []byte, id *Identity, name *BatchName) []byte {
	dst = appendString(dst, tagTopic, Topic)
	dst = appendString(dst, tagSource, id.InstanceID)
	dst = appendPackID(dst, id, name)
	dst = appendPair(dst, tagLogTags, TagDevice, id.InstanceID)
	dst = appendPair(dst, tagLogTags, TagBoot, name.Boot)
	dst = appendNumber(dst, TagBatch, name.Number)
	dst = appendNumber(dst, TagFirst, uint64(name.First))
	return appendNumber(dst, TagCount, uint64(name.Count))
}

// TailRoom is more than the octets that AppendTail needs.
func TailRoom(id *Identity, name *BatchName) int {
	return 256 + 2*len(id.InstanceID) + len(name.Boot)
}

// PackID is the batch's tag __pack_id__ in the form of the SDK's producer: 16 upper-case digits of
// an MD5 sum, which stand for the producing process, "-", and the batch's number in upper-case hex.
// Log Service keeps the order of a producer's log groups by it. The SDK hashes the time of day;
// here it is the device and its boot, so that a batch has the same octets whenever it is made.
func PackID(id *Identity, name *BatchName) string {
	return string(appendPackIDValue(nil, id, name))
}

func appendPackIDValue(dst []byte, id *Identity, name *BatchName) []byte {
	var room [256]byte
	source := append(append(append(room[:0], id.InstanceID...), '-'), name.Boot...)
	sum := md5.Sum(source)
	dst = upper(hex.AppendEncode(dst, sum[:8]), len(dst))
	dst = append(dst, '-')
	return upper(strconv.AppendUint(dst, name.Number, 16), len(dst))
}

// upper turns the hexadecimal digits from an offset on into upper case.
func upper(b []byte, from int) []byte {
	for i := from; i < len(b); i++ {
		if b[i] >= 'a' {
			b[i] -= 'a' - 'A'
		}
	}
	return b
}

func appendPackID(dst []byte, id *Identity, name *BatchName) []byte {
	var room [40]byte
	return appendTag(dst, TagPackID, appendPackIDValue(room[:0], id, name))
}

func appendNumber(dst []byte, key string, v uint64) []byte {
	var room [20]byte
	return appendTag(dst, key, strconv.AppendUint(room[:0], v, 10))
}

// appendTag writes a LogTag of which key and value are short.
func appendTag(dst []byte, key string, value []byte) []byte {
	dst = binary.AppendUvarint(append(dst, tagLogTags), uint64(4+len(key)+len(value)))
	dst = appendString(dst, tagKey, key)
	dst = append(dst, tagValue, byte(len(value)))
	return append(dst, value...)
}
