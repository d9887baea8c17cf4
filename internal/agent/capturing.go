package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/net/bpf"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/links"
	"github.com/sagflow/sagflow/internal/capture/packets"
	"github.com/sagflow/sagflow/internal/capture/ring"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// CaptureOptions say which interfaces are captured, and how.
type CaptureOptions struct {
	// Interfaces are names and patterns, as links.ParsePatterns takes them.
	Interfaces []string
	// Direction is that of an interface, by name.
	Direction func(name string) ring.Direction
	// Filter is the kernel's filter for frames of a link type (LINKTYPE_); nil passes all.
	Filter func(linkType uint16) ([]bpf.RawInstruction, error)
	// SnapLength, RingSize, Promiscuous and Workers are ring.Options'.
	SnapLength, RingSize int
	Promiscuous          bool
	Workers              int
	// Gopacket captures by gopacket's own loop. Else that is done only where the kernel refuses the ring.
	Gopacket bool
	Log      *slog.Logger
}

// Capture opens interfaces as they come.
type Capture struct {
	now      atomic.Pointer[setup]
	log      *slog.Logger
	follower *links.Follower
	changed  func([]tap.Link) // set by Follow
	told     atomic.Pointer[[]tap.Link]
	fallback sync.Once
	// directionless says that sources don't know which way frames went.
	directionless atomic.Bool
}

// setup is how interfaces are captured, and the number of that.
type setup struct {
	CaptureOptions
	number int
}

// Directionless is LiveOptions.NoDirection.
func (c *Capture) Directionless() bool { return c.now.Load().Gopacket || c.directionless.Load() }

// NewCapture looks at the machine's interfaces. An interface that is named in full and doesn't exist is an error.
func NewCapture(o CaptureOptions) (*Capture, error) {
	patterns, err := patternsOf(&o)
	if err != nil {
		return nil, err
	}
	if o.Gopacket && o.Workers > 1 {
		return nil, fmt.Errorf("workers %d: capture by gopacket has one reader: want workers: 1, or capture: ring", o.Workers)
	}
	c := &Capture{log: o.Log}
	c.now.Store(&setup{CaptureOptions: o})
	c.follower, err = links.New(links.Options{Patterns: patterns, Changed: c.tell, Logger: o.Log})
	return c, err
}

func patternsOf(o *CaptureOptions) (links.Patterns, error) {
	patterns, err := links.ParsePatterns(o.Interfaces)
	if err != nil {
		return patterns, err
	}
	return patterns, links.Check(patterns)
}

// Replace has interfaces captured in another way: Interfaces and Direction may be others and, with anew, also Filter,
// SnapLength, RingSize and Promiscuous; the rest stays as it is. What is captured in another way than before is closed,
// read to its end, and opened anew: what comes within those milliseconds is not captured, and what is captured as
// before goes on. With anew, what is captured is opened in the new way first, beside the old one, to see that it can be.
// An error leaves all as it was. It may be called by any goroutine, but not by two at the same time.
func (c *Capture) Replace(o CaptureOptions, anew bool) error {
	patterns, err := patternsOf(&o)
	if err != nil {
		return err
	}
	before := c.now.Load()
	next := &setup{CaptureOptions: o, number: before.number}
	next.Gopacket, next.Workers, next.Log = before.Gopacket, before.Workers, before.Log
	if anew {
		next.number++
		if err := c.try(next, patterns); err != nil {
			return err
		}
	}
	c.now.Store(next)
	c.follower.SetPatterns(patterns)
	return nil
}

// try opens each of the links that are captured and are to be, and closes it again.
func (c *Capture) try(how *setup, patterns links.Patterns) error {
	now := c.told.Load()
	if now == nil {
		return nil
	}
	for _, l := range *now {
		if !l.Up || !patterns.Match(l.Name) {
			continue
		}
		sources, err := c.open(how, l)
		for _, one := range sources {
			err = errors.Join(err, one.Close())
		}
		if err != nil && !errors.Is(err, capture.ErrDown) {
			return fmt.Errorf("%s can't be captured so: %w", l.Name, err)
		}
	}
	return nil
}

// Interfaces is LiveOptions.Names: all interfaces of the machine, since any may be a record's output.
func (c *Capture) Interfaces() []exporter.Interface {
	var all []exporter.Interface
	names := c.follower.Names()
	for _, index := range slices.Sorted(maps.Keys(names)) {
		all = append(all, exporter.Interface{Index: index, Name: names[index]})
	}
	return all
}

// Follow is LiveOptions.Follow.
func (c *Capture) Follow(ctx context.Context, changed func([]tap.Link)) error {
	c.changed = changed
	return c.follower.Run(ctx)
}

// tell is called by Follow's goroutine.
func (c *Capture) tell(now []links.Link) {
	all, how := make([]tap.Link, len(now)), c.now.Load()
	for i, l := range now {
		all[i] = tap.Link{
			Index: l.Index, Name: l.Name, Up: l.Up, MTU: l.MTU, Type: l.Type,
			Direction: how.Direction(l.Name).String(), Setup: how.number,
		}
	}
	c.told.Store(&all)
	c.changed(all)
}

// Open is LiveOptions.Open.
func (c *Capture) Open(l tap.Link) ([]capture.Live, error) { return c.open(c.now.Load(), l) }

func (c *Capture) open(how *setup, l tap.Link) ([]capture.Live, error) {
	filter, err := how.filter(l)
	if err != nil {
		return nil, err
	}
	if how.Gopacket {
		return how.openPackets(l, filter)
	}
	rings, err := ring.Open(ring.Options{
		Interface: l.Name, Workers: how.Workers, Direction: how.Direction(l.Name), Filter: filter,
		SnapLength: how.SnapLength, Size: how.RingSize, Promiscuous: how.Promiscuous,
	})
	if gone := (*ring.NoInterfaceError)(nil); errors.As(err, &gone) {
		return nil, capture.ErrDown // it went away since it was seen
	}
	if unsupported := (*ring.UnsupportedError)(nil); errors.As(err, &unsupported) && how.Workers == 1 {
		c.fallback.Do(func() {
			c.directionless.Store(true)
			c.log.Warn("the kernel refuses the ring: packets are captured one by one, at more cost", "reason", err)
		})
		return how.openPackets(l, filter)
	}
	all := make([]capture.Live, len(rings))
	for i, r := range rings {
		all[i] = r
	}
	return all, err
}

func (c *setup) filter(l tap.Link) ([]bpf.RawInstruction, error) {
	if c.Filter == nil {
		return nil, nil
	}
	linkType, ok := capture.LinkType(l.Type)
	if !ok {
		return nil, fmt.Errorf("hardware type %d: its frames are not known", l.Type)
	}
	return c.Filter(linkType)
}

func (c *setup) openPackets(l tap.Link, filter []bpf.RawInstruction) ([]capture.Live, error) {
	s, err := packets.Open(packets.Options{
		Interface: l.Name, Direction: packets.Direction(c.Direction(l.Name)), Filter: filter,
		SnapLength: c.SnapLength, Promiscuous: c.Promiscuous,
	})
	if err != nil {
		return nil, err
	}
	return []capture.Live{s}, nil
}
