package netflow5

import (
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/flowtable"
)

// datagram is what is known of a datagram while it is filled.
type datagram struct {
	boot wire.Boot
	// room is how many records may still come.
	room int
	// parts of the record at hand are in this datagram or an earlier one.
	parts uint64
	// count is how many records are in the datagram, last their latest end.
	count int
	last  int64
	// taken, unexportable and clamped are those of exporter.Encoded.
	taken, unexportable, clamped int
}

// fill appends records until there is no room or one needs another boot time.
func (d *datagram) fill(dst []byte, records []flowtable.Record) []byte {
	for i := range records {
		r := &records[i]
		if unexportable(r) {
			d.unexportable++
			d.taken++
			continue
		}
		first, last, moved, ok := d.times(r)
		if !ok || d.room == 0 {
			break
		}
		d.last = max(d.last, last)
		p := part{first: d.boot.Uptime(first), last: d.boot.Uptime(last)}
		dst = d.appendParts(dst, r, p)
		if d.parts > 0 {
			break
		}
		d.taken++
		if moved {
			d.clamped++
		}
	}
	return dst
}

// appendParts appends the parts of a flow that are left, as there is room for. It sets d.parts to 0
// when these were all.
func (d *datagram) appendParts(dst []byte, r *flowtable.Record, p part) []byte {
	n := parts(r)
	for ; d.room > 0; d.room-- {
		p.packets, p.octets = share(r.Packets, n, d.parts), share(r.Octets, n, d.parts)
		dst = appendRecord(dst, r, p)
		d.count++
		d.parts++
		if d.parts >= n {
			d.parts = 0
			d.room--
			break
		}
	}
	return dst
}

// times returns a record's times as the boot time can show them and whether one was moved; ok is
// false where it takes another boot time.
func (d *datagram) times(r *flowtable.Record) (first, last int64, moved, ok bool) {
	earliest, latest := d.boot.Reach()
	if earliest <= r.First && r.First <= r.Last && r.Last <= latest {
		return r.First, r.Last, false, true
	}
	if w, _ := bootRule(r); !d.boot.Suits(w) {
		return 0, 0, false, false
	}
	last = min(max(r.First, r.Last, 0), latest)
	first = min(max(r.First, earliest), last)
	return first, last, first != r.First || last != max(r.First, r.Last), true
}
