package flowtable

import (
	"sort"
	"unsafe"
)

// FragmentOctets is what a remembered first fragment takes of memory at most.
const FragmentOctets = int(unsafe.Sizeof(firstFragment{})) + 4*4

// Octets is the most memory that a shard takes which holds so many flows at most, all of them IPv6: entries, index
// and, in the heap, what finds the oldest flows. Fragments come on top of it.
func Octets(maxFlows int) int64 {
	const candidateOctets = int64(unsafe.Sizeof(candidate{}))
	n := int64(maxFlows)
	// What a pass collects, give or take the sample's error, and as much again for what came late.
	evictor := candidateOctets * (n/evictShare*3/2 + n/evictShare + 2*evictSamples)
	slab := n * (entrySize + addressesSize + 8)
	words := int64(1) << minIndexBits
	for words*5 < n*8 {
		words *= 2
	}
	full := slab + 8*words
	// When the index last grows there are two, and as many flows as the smaller one has room for.
	growing := words/2*5/8*(entrySize+addressesSize+8) + 8*words + 8*words/2
	return max(full, growing) + evictor
}

// FlowsIn is the largest number of flows that a shard holds within so much memory; 0 where there is no room for one.
func FlowsIn(octets int64) int {
	return sort.Search(MaxShardFlows, func(n int) bool { return Octets(n+1) > octets })
}
