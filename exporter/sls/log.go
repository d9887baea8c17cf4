package sls

import (
	"encoding/binary"
	"math"

	"github.com/sagflow/sagflow/flowtable"
)

// tagContents is the field tag of Log.Contents.
const tagContents = 2<<3 | 2

// recordRoom is more than the octets of any log without the identity's values.
const recordRoom = 560

// RecordRoom is more than the octets that AppendLog needs for any record.
func (id *Identity) RecordRoom() int {
	return recordRoom + len(id.InstanceID) + len(id.SerialNumber) + len(id.Account)
}

// AppendLog appends a record as a Log of a LogGroup to dst, and returns the extended dst: the keys
// and forms of the SAG's page "Log fields", all values strings. It allocates nothing where dst has
// room. Log.Time is the flow's end, moved where it doesn't fit (see Clamped).
func AppendLog(dst []byte, id *Identity, r *flowtable.Record) []byte {
	begin := len(dst)
	dst = append(dst, tagLogs, 0, 0, tagTime)
	end := floorSeconds(r.Last)
	dst = binary.AppendUvarint(dst, uint64(clampTime(end)))
	dst = appendPair(dst, tagContents, "Instance_id", id.InstanceID)
	dst = appendPair(dst, tagContents, "snid", id.SerialNumber)
	dst = appendPair(dst, tagContents, "ali-uid", id.Account)
	dst = appendInt(dst, contentStart, floorSeconds(r.First))
	dst = appendInt(dst, contentEnd, end)
	dst = appendKey(dst, r)
	dst = appendUint(dst, contentPackets, r.Packets)
	dst = appendUint(dst, contentBytes, r.Octets)
	dst = appendUint(dst, contentTCPFlags, uint64(r.TCPFlags))
	dst = appendUint(dst, contentToS, uint64(r.ToS))
	dst = appendUint(dst, contentInPort, uint64(r.Input))
	dst = appendUint(dst, contentOutPort, uint64(r.Output))
	return closeLog(dst, begin)
}

func appendKey(dst []byte, r *flowtable.Record) []byte {
	dst = appendUint(dst, contentProtocol, uint64(r.Protocol))
	dst = appendAddr(dst, contentSrcAddr, r.SrcAddr())
	dst = appendUint(dst, contentSrcPort, uint64(r.SrcPort))
	dst = appendAddr(dst, contentDstAddr, r.DstAddr())
	return appendUint(dst, contentDstPort, uint64(r.DstPort))
}

// closeLog fills in the length of the log that begins at an offset. The keys alone make it longer
// than one octet can say, and two octets suffice up to 16,383; beyond, the log moves.
func closeLog(dst []byte, begin int) []byte {
	n := len(dst) - begin - 3
	for range sizeUvarint(n) - 2 {
		dst = append(dst, 0)
	}
	if more := sizeUvarint(n) - 2; more > 0 {
		copy(dst[begin+3+more:], dst[begin+3:begin+3+n])
	}
	binary.PutUvarint(dst[begin+1:], uint64(n))
	return dst
}

// Clamped counts the records of which the end doesn't fit Log.Time, a uint32: those that ended
// before 1970 get 0, those after February 2106 the largest. Their key end holds the true second.
func Clamped(records []flowtable.Record) int {
	n := 0
	for i := range records {
		if end := floorSeconds(records[i].Last); int64(clampTime(end)) != end {
			n++
		}
	}
	return n
}

func clampTime(seconds int64) uint32 { return uint32(min(max(seconds, 0), math.MaxUint32)) }

// floorSeconds rounds nanoseconds towards minus infinity, so that times before 1970 keep their order.
func floorSeconds(ns int64) int64 {
	s := ns / 1e9
	if ns%1e9 < 0 {
		s--
	}
	return s
}
