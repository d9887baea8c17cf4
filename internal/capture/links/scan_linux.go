package links

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture/rtnetlink"
)

// seen is a link as the kernel dumps it: without its speed, and with what tells that this may have
// changed.
type seen struct {
	Link
	carrierChanges uint32
}

// scan dumps all links, sorted by index.
func scan(conn *rtnetlink.Conn) ([]seen, error) {
	var list []seen
	err := undisturbed(func() error {
		list = list[:0]
		return conn.Dump(unix.RTM_GETLINK, dumpRequest(), func(m rtnetlink.Message) error {
			l, err := parse(m)
			list = append(list, l)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	slices.SortFunc(list, func(a, b seen) int { return cmp.Compare(a.Index, b.Index) })
	return list, nil
}

// mostTries is how often a dump is tried that changes interrupt. Each takes some 10 µs a link.
const mostTries = 10

// undisturbed dumps until nothing changed meanwhile: links that are there could be missing.
func undisturbed(dump func() error) error {
	for tries := 1; ; tries++ {
		if err := dump(); !errors.Is(err, rtnetlink.ErrInterrupted) || tries == mostTries {
			return err
		}
	}
}

// Offsets of struct ifinfomsg's fields in octets (rtnetlink(7)).
const (
	offsetType  = 2
	offsetIndex = 4
	offsetFlags = 8
)

// skipStatistics is RTEXT_FILTER_SKIP_STATS of <linux/rtnetlink.h>: they are most of what is
// dumped and of what the dump costs, and nobody reads them here.
const skipStatistics = 1 << 3

func dumpRequest() []byte {
	return rtnetlink.AppendAttribute(make([]byte, unix.SizeofIfInfomsg), unix.IFLA_EXT_MASK,
		binary.NativeEndian.AppendUint32(nil, skipStatistics))
}

// parse reads one link of a dump.
func parse(m rtnetlink.Message) (seen, error) {
	b := m.Data
	if m.Type != unix.RTM_NEWLINK || len(b) < unix.SizeofIfInfomsg {
		return seen{}, fmt.Errorf("a message of type %d with %d octets is no interface", m.Type, len(b))
	}
	flags := binary.NativeEndian.Uint32(b[offsetFlags:])
	l := seen{Link: Link{
		Index:   int(int32(binary.NativeEndian.Uint32(b[offsetIndex:]))),
		Type:    binary.NativeEndian.Uint16(b[offsetType:]),
		Up:      flags&unix.IFF_UP != 0,
		Running: flags&unix.IFF_RUNNING != 0,
	}}
	for b = b[unix.SizeofIfInfomsg:]; len(b) > 0; {
		a, rest, err := rtnetlink.NextAttribute(b)
		if err != nil {
			return seen{}, err
		}
		l.take(a)
		b = rest
	}
	if l.Index < 1 || l.Name == "" {
		return seen{}, fmt.Errorf("an interface with index %d and name %q", l.Index, l.Name)
	}
	return l, nil
}

// take reads one attribute.
func (l *seen) take(a rtnetlink.Attribute) {
	number, _ := a.Uint32()
	switch a.Type {
	case unix.IFLA_IFNAME:
		l.Name = a.Text()
	case unix.IFLA_MTU:
		l.MTU = int(number)
	case unix.IFLA_CARRIER_CHANGES:
		l.carrierChanges = number
	}
}

// List returns all interfaces of the namespace of the calling thread, sorted by index.
func List() ([]Link, error) {
	found, err := scanHere()
	if err != nil {
		return nil, err
	}
	list := make([]Link, len(found))
	for i, l := range found {
		list[i] = l.Link
		list[i].Speed = speed(l.Link)
	}
	return list, nil
}

// present are the names of all interfaces, sorted by index.
func present() ([]string, error) {
	found, err := scanHere()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(found))
	for i, l := range found {
		names[i] = l.Name
	}
	return names, nil
}

func scanHere() ([]seen, error) {
	conn, err := rtnetlink.Dial()
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	return scan(conn)
}
