package main

import (
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"slices"
)

// key is a flow's identity.
type key struct {
	src, dst     netip.Addr
	proto        uint8
	sport, dport uint16
}

// compare orders keys as the oracle does: by the octets of the addresses, then by number.
func (k key) compare(o key) int {
	return cmp.Or(
		bytes.Compare(k.src.AsSlice(), o.src.AsSlice()),
		bytes.Compare(k.dst.AsSlice(), o.dst.AsSlice()),
		cmp.Compare(k.proto, o.proto),
		cmp.Compare(k.sport, o.sport),
		cmp.Compare(k.dport, o.dport),
	)
}

// rules are the settings under which frames become records.
type rules struct {
	firstFragment    bool  // later fragments have the ports of their first one
	active, inactive int64 // aging times in nanoseconds, 0 never
}

// record is a flow's share of a capture, times in nanoseconds since 1970.
type record struct {
	key
	packets, octets uint64
	first, last     int64
	flags, tos      uint8
	end             string
}

// truth is what an exact flow exporter makes of a capture.
type truth struct {
	records          []record
	frames, packets  int
	octets           uint64
	nonIP, malformed map[string]int
	aging            bool
	wrong            string // with the file
}

// sum applies the rules to the frames in their order.
func sum(frames []frame, r rules) truth {
	t := truth{nonIP: map[string]int{}, malformed: map[string]int{}, aging: r.active+r.inactive > 0}
	open := map[key]*record{}
	for _, f := range frames {
		t.frames++
		switch {
		case f.nonIP != "":
			t.nonIP[f.nonIP]++
		case f.malformed != "":
			t.malformed[f.malformed]++
		default:
			t.packets++
			t.octets += f.octets
			t.add(open, f, r)
		}
	}
	for _, rec := range open {
		rec.end = "eof"
		t.records = append(t.records, *rec)
	}
	slices.SortFunc(t.records, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.first, b.first), a.compare(b.key))
	})
	return t
}

// add counts one packet, and ends its flow's record first where an aging time is over.
func (t *truth) add(open map[key]*record, f frame, r rules) {
	k := f.zero
	if r.firstFragment {
		k = f.first
	}
	rec := open[k]
	if end := r.due(rec, f.time); end != "" {
		rec.end = end
		t.records = append(t.records, *rec)
		rec = nil
	}
	if rec == nil {
		rec = &record{key: k, first: f.time, last: f.time, tos: f.tos}
		open[k] = rec
	}
	rec.packets++
	rec.octets += f.octets
	rec.flags |= f.flags
	rec.first, rec.last = min(rec.first, f.time), max(rec.last, f.time)
}

// due says why a packet at the given time can't belong to the record, "" where it can.
func (r rules) due(rec *record, at int64) string {
	switch {
	case rec == nil:
		return ""
	case r.inactive > 0 && at-rec.last >= r.inactive:
		return "idle"
	case r.active > 0 && at-rec.first >= r.active:
		return "active"
	}
	return ""
}

// appendTSV appends the truth in the oracle's columns, and its summary lines of totals, frames
// without IP, malformed packets and what is wrong with the file.
func (t truth) appendTSV(dst []byte) []byte {
	dst = append(dst, "src\tdst\tproto\tsport\tdport\tpackets\tbytes\tfirst\tlast\tflags\ttos"...)
	if t.aging {
		dst = append(dst, "\tend"...)
	}
	dst = append(dst, '\n')
	for _, r := range t.records {
		dst = fmt.Appendf(dst, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t0x%02x\t%d", r.src, r.dst, r.proto, r.sport, r.dport,
			r.packets, r.octets, r.first/1e6, r.last/1e6, r.flags, r.tos)
		if t.aging {
			dst = append(dst, '\t')
			dst = append(dst, r.end...)
		}
		dst = append(dst, '\n')
	}
	dst = fmt.Appendf(dst, "#total\tframes\t%d\tip\t%d\tipbytes\t%d\tnonip\t%d\tmalformed\t%d\tflows\t%d\n",
		t.frames, t.packets, t.octets, total(t.nonIP), total(t.malformed), len(t.records))
	dst = appendCounts(dst, "nonip", t.nonIP)
	dst = appendCounts(dst, "malformed", t.malformed)
	if t.wrong != "" {
		dst = fmt.Appendf(dst, "#fileerror\t%s\n", t.wrong)
	}
	return dst
}

func appendCounts(dst []byte, kind string, counts map[string]int) []byte {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		dst = fmt.Appendf(dst, "#%s\t%s\t%d\n", kind, name, counts[name])
	}
	return dst
}

func total(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
