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
	o        CaptureOptions
	follower *links.Follower
	changed  func([]tap.Link) // set by Follow
	fallback sync.Once
	// directionless says that sources don't know which way frames went.
	directionless atomic.Bool
}

// Directionless is LiveOptions.NoDirection.
func (c *Capture) Directionless() bool { return c.o.Gopacket || c.directionless.Load() }

// NewCapture looks at the machine's interfaces. An interface that is named in full and doesn't exist is an error.
func NewCapture(o CaptureOptions) (*Capture, error) {
	patterns, err := links.ParsePatterns(o.Interfaces)
	if err != nil {
		return nil, err
	}
	if err := links.Check(patterns); err != nil {
		return nil, err
	}
	if o.Gopacket && o.Workers > 1 {
		return nil, fmt.Errorf("workers %d: capture by gopacket has one reader: want workers: 1, or capture: ring", o.Workers)
	}
	c := &Capture{o: o}
	c.follower, err = links.New(links.Options{Patterns: patterns, Changed: c.tell, Logger: o.Log})
	return c, err
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
	all := make([]tap.Link, len(now))
	for i, l := range now {
		all[i] = tap.Link{Index: l.Index, Name: l.Name, Up: l.Up, MTU: l.MTU, Type: l.Type, Direction: c.o.Direction(l.Name).String()}
	}
	c.changed(all)
}

// Open is LiveOptions.Open.
func (c *Capture) Open(l tap.Link) ([]capture.Live, error) {
	filter, err := c.filter(l)
	if err != nil {
		return nil, err
	}
	if c.o.Gopacket {
		return c.openPackets(l, filter)
	}
	rings, err := ring.Open(ring.Options{
		Interface: l.Name, Workers: c.o.Workers, Direction: c.o.Direction(l.Name), Filter: filter,
		SnapLength: c.o.SnapLength, Size: c.o.RingSize, Promiscuous: c.o.Promiscuous,
	})
	if gone := (*ring.NoInterfaceError)(nil); errors.As(err, &gone) {
		return nil, capture.ErrDown // it went away since it was seen
	}
	if unsupported := (*ring.UnsupportedError)(nil); errors.As(err, &unsupported) && c.o.Workers == 1 {
		c.fallback.Do(func() {
			c.directionless.Store(true)
			c.o.Log.Warn("the kernel refuses the ring: packets are captured one by one, at more cost", "reason", err)
		})
		return c.openPackets(l, filter)
	}
	all := make([]capture.Live, len(rings))
	for i, r := range rings {
		all[i] = r
	}
	return all, err
}

func (c *Capture) filter(l tap.Link) ([]bpf.RawInstruction, error) {
	if c.o.Filter == nil {
		return nil, nil
	}
	linkType, ok := capture.LinkType(l.Type)
	if !ok {
		return nil, fmt.Errorf("hardware type %d: its frames are not known", l.Type)
	}
	return c.o.Filter(linkType)
}

func (c *Capture) openPackets(l tap.Link, filter []bpf.RawInstruction) ([]capture.Live, error) {
	s, err := packets.Open(packets.Options{
		Interface: l.Name, Direction: packets.Direction(c.o.Direction(l.Name)), Filter: filter,
		SnapLength: c.o.SnapLength, Promiscuous: c.o.Promiscuous,
	})
	if err != nil {
		return nil, err
	}
	return []capture.Live{s}, nil
}
