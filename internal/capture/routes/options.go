package routes

import (
	"net/netip"
	"time"
)

// Defaults.
const (
	DefaultEntries = 4096
	DefaultExpiry  = 30 * time.Second
	DefaultQueries = 16
	DefaultWait    = time.Millisecond
)

// Options of a Table. The zero value of each is its default.
type Options struct {
	// Entries is how many destinations are kept at most, about 100 octets each; 2 or more.
	Entries int
	// Expiry is for how long an answer is taken for true where no notification says otherwise.
	Expiry time.Duration
	// Queries is how many different destinations one Resolve asks the kernel for at most, at 5 to 15 µs
	// each.
	Queries int
	// Wait is how long one Resolve waits for the kernel at most.
	Wait time.Duration
}

func (o Options) complete() Options {
	if o.Entries < 2 {
		o.Entries = DefaultEntries
	}
	if o.Expiry <= 0 {
		o.Expiry = DefaultExpiry
	}
	if o.Queries <= 0 {
		o.Queries = DefaultQueries
	}
	if o.Wait <= 0 {
		o.Wait = DefaultWait
	}
	return o
}

// Counters are what a Table did.
type Counters struct {
	// Hits are destinations that the cache answered, Queries those that the kernel was asked for,
	// Unresolved those that were left at 0 because the limits of a Resolve were reached.
	Hits, Queries, Unresolved uint64
	// Flushes is how often notifications emptied the cache.
	Flushes uint64
}

// asked says whether the kernel is asked for an address: one whose output interface depends on the
// table alone. dst has no IPv4-mapped IPv6 address in it.
func asked(dst netip.Addr) bool {
	return dst.IsValid() && !dst.IsUnspecified() && !dst.IsLoopback() && !dst.IsMulticast() &&
		(dst.Is4() || !dst.IsLinkLocalUnicast())
}
