package netflow5

import (
	"math"

	"github.com/sagflow/sagflow/flowtable"
)

// parts returns how many V5 records a flow needs, so that neither counter of any is above 2³²−1.
func parts(r *flowtable.Record) uint64 {
	if (r.Packets|r.Octets)>>32 == 0 { // nearly all: spare them two divisions
		return 1
	}
	return max(needed(r.Packets), needed(r.Octets))
}

// needed is n divided by the largest counter, rounded up.
func needed(n uint64) uint64 {
	q := n / math.MaxUint32
	if n%math.MaxUint32 != 0 {
		q++
	}
	return q
}

// share returns the i-th of so many parts of n: all the same, the first ones larger by 1 where n
// doesn't divide evenly. So every part of a flow has packets, unless it has fewer packets than
// parts: then the last ones carry octets alone.
func share(n, parts, i uint64) uint32 {
	if parts == 1 {
		return uint32(n)
	}
	q := n / parts
	if i < n%parts {
		q++
	}
	return uint32(q)
}
