package links

import (
	"log/slog"
	"time"
)

// Link is one network interface, as it was at one moment.
type Link struct {
	// Index is the ifIndex, 1 or more. It is not given to another interface while the machine runs, unless
	// somebody asks for it by number.
	Index int
	Name  string
	// Up says that it is administratively up (IFF_UP), Running that it also has a carrier
	// (IFF_RUNNING, RFC 2863's operational state "up" or "unknown").
	Up, Running bool
	// MTU is in octets, without the link layer's header.
	MTU int
	// Type is the hardware's, ARPHRD_ of <linux/if_arp.h>.
	Type uint16
	// Speed is in Mbit/s, 0 where it is not known.
	Speed int
}

// DefaultRescan is the longest time for which a change stays unseen whose notification is lost.
const DefaultRescan = 5 * time.Second

// Options of a Follower.
type Options struct {
	// Patterns say which links Changed is told of, until SetPatterns. The zero value matches none.
	Patterns Patterns
	// Changed is given the matching links, sorted by index: once at the start, also where there are
	// none, and then whenever something about them changed. It is called by Run's goroutine, which
	// follows nothing meanwhile. The slice is the caller's to read, not to change. May be nil.
	Changed func(now []Link)
	// Rescan is how often to look where no notification comes. 0: DefaultRescan.
	Rescan time.Duration
	// Logger is told when looking fails and when it works again. nil: nobody is.
	Logger *slog.Logger
}

// snapshot is what a Follower saw at one moment. It is never changed.
type snapshot struct {
	matching []Link
	names    map[uint32]string
}
