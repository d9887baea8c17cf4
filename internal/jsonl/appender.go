package jsonl

import (
	"net/netip"
	"strconv"

	"github.com/sagflow/sagflow/flowtable"
)

// Appender writes records in one form. The zero value writes no vlan key. It has no state: it may
// be used by any number of goroutines.
type Appender struct {
	// VLAN writes the key vlan after outport: for records whose flow key has the VLAN id.
	VLAN bool
}

// AppendRecord appends r as one JSON object and a newline to dst, in the form of the zero Appender.
// It allocates nothing when dst has room (LineRoom octets are enough).
func AppendRecord(dst []byte, r *flowtable.Record) []byte {
	return Appender{}.AppendRecord(dst, r)
}

// LineRoom is more than the octets of any line without an exporter's zone name.
const LineRoom = 640

// AppendRecord appends r as one JSON object and a newline to dst and returns the extended dst.
func (a Appender) AppendRecord(dst []byte, r *flowtable.Record) []byte {
	dst = a.appendMembers(dst, r)
	return append(dst, "}\n"...)
}

func (a Appender) appendMembers(dst []byte, r *flowtable.Record) []byte {
	dst = appendKey(dst, r)
	dst = appendUint(dst, `,"packets":`, r.Packets)
	dst = appendUint(dst, `,"bytes":`, r.Octets)
	dst = appendInt(dst, `,"start":`, floorSeconds(r.First))
	dst = appendInt(dst, `,"end":`, floorSeconds(r.Last))
	dst = appendUint(dst, `,"tcp-flags":`, uint64(r.TCPFlags))
	dst = appendUint(dst, `,"tos":`, uint64(r.ToS))
	dst = appendUint(dst, `,"inport":`, uint64(r.Input))
	dst = appendUint(dst, `,"outport":`, uint64(r.Output))
	if a.VLAN {
		dst = appendUint(dst, `,"vlan":`, uint64(r.VLAN))
	}
	dst = appendInt(dst, `,"start_ms":`, r.FirstMilliseconds())
	dst = appendInt(dst, `,"end_ms":`, r.LastMilliseconds())
	dst = append(dst, `,"end_reason":"`...)
	dst = append(dst, r.Reason.String()...)
	return append(dst, '"')
}

func appendKey(dst []byte, r *flowtable.Record) []byte {
	dst = appendAddr(dst, `{"srcaddr":"`, r.SrcAddr())
	dst = appendAddr(dst, `,"dstaddr":"`, r.DstAddr())
	dst = appendUint(dst, `,"protocol":`, uint64(r.Protocol))
	dst = appendUint(dst, `,"srcport":`, uint64(r.SrcPort))
	return appendUint(dst, `,"dstport":`, uint64(r.DstPort))
}

// appendAddr appends an address of a record: never one with a zone, so nothing needs escaping.
func appendAddr(dst []byte, key string, a netip.Addr) []byte {
	dst = append(dst, key...)
	dst = a.AppendTo(dst)
	return append(dst, '"')
}

func appendUint(dst []byte, key string, n uint64) []byte {
	return strconv.AppendUint(append(dst, key...), n, 10)
}

func appendInt(dst []byte, key string, n int64) []byte {
	return strconv.AppendInt(append(dst, key...), n, 10)
}

// floorSeconds rounds nanoseconds towards minus infinity, so that times before 1970 keep their order.
func floorSeconds(ns int64) int64 {
	s := ns / 1e9
	if ns%1e9 < 0 {
		s--
	}
	return s
}
