package flowtable

import (
	"fmt"
	"time"
)

// FragmentMode says which ports the later fragments of a datagram get.
type FragmentMode uint8

// The two modes.
const (
	// FragmentsZero gives later fragments the ports 0.
	FragmentsZero FragmentMode = iota
	// FragmentsFirst gives them those of their datagram's first fragment, if it came before them
	// and no longer than FragmentTimeout ago.
	FragmentsFirst
)

// FragmentTimeout is how long a first fragment is remembered, in packet time: the 30 seconds of
// the usual reassembly timers.
const FragmentTimeout = 30 * time.Second

// Options are the settings of a Shard. The zero value never ages and holds no flow: MaxFlows must
// be set.
type Options struct {
	// ActiveAging ends a record when a packet comes this long or longer after the record's first
	// one; 0 = never. InactiveAging ends it when the gap to the flow's next packet is this long
	// or longer; 0 = never.
	ActiveAging, InactiveAging time.Duration
	// MaxFlows is the number of flows that this shard holds, 1 to MaxShardFlows; see Part.
	MaxFlows int
	// Fragments is the ports' rule for later fragments.
	Fragments FragmentMode
	// FragmentMemory is how many first fragments are remembered; 0 = DefaultFragmentMemory.
	FragmentMemory int
	// TCPEnd ends a TCP record with a packet that carries FIN or RST.
	TCPEnd bool
	// KeyToS and KeyVLAN make the ToS and the outermost VLAN id part of the key.
	KeyToS, KeyVLAN bool
	// Seed varies the hash function, so that nobody outside can aim at one chain of the table.
	// Records do not depend on it.
	Seed uint64
}

// MaxAging is the longest aging time, about 36 years: with it no sum of times leaves an int64.
const MaxAging = time.Duration(MaxTime / 4)

// MaxShardFlows is the most that one shard can hold: 2³⁰, where addresses have 32 bits 2²⁴.
const MaxShardFlows = 1 << (24 + 6*(^uint(0)>>63))

// DefaultFragmentMemory is how many first fragments a shard remembers unless told otherwise.
const DefaultFragmentMemory = 1 << 16

// DefaultMaxFlows is the default total of flows, over all shards: on 32-bit machines the address
// space is the limit.
const DefaultMaxFlows = 1_000_000 + 3_000_000*int(^uint(0)>>63)

// Part returns the part of each of shards shards in a total of flows: rounded up.
func Part(total, shards int) int { return (total + shards - 1) / shards }

func (o *Options) validate() error {
	if o.MaxFlows < 1 || o.MaxFlows > MaxShardFlows {
		return fmt.Errorf("flow table: MaxFlows %d: want 1 to %d for each shard", o.MaxFlows, MaxShardFlows)
	}
	if min(o.ActiveAging, o.InactiveAging) < 0 || max(o.ActiveAging, o.InactiveAging) > MaxAging {
		return fmt.Errorf("flow table: aging %v active, %v inactive: want 0 (never) to %v", o.ActiveAging, o.InactiveAging, MaxAging)
	}
	if o.FragmentMemory < 0 {
		return fmt.Errorf("flow table: FragmentMemory %d: want 0 (the default) or more", o.FragmentMemory)
	}
	return nil
}

// never is a limit that no difference of two times reaches.
const never = int64(1<<63 - 1)

func limit(d time.Duration) int64 {
	if d == 0 {
		return never
	}
	return int64(d)
}
