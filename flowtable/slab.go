package flowtable

import (
	"errors"
	"unsafe"
)

// noSlot is no entry: the end of a chain.
const noSlot = ^uint32(0)

// addresses are those of an IPv6 flow.
type addresses struct{ src, dst [16]byte }

const addressesSize = 32

// slab is the memory of a shard's flows, outside the heap that the garbage collector scans. It
// reserves room for the limit; what was never used was never touched and costs nothing. Entries
// never move, so that chains hold their numbers.
type slab struct {
	entries   []entry
	addresses []addresses
	born      []uint64 // by entry: the number of its record, in the order in which records began
	used      uint32   // entries ever used
	free      uint32   // chain of free entries, by next
	used6     uint32
	free6     uint32 // chain of free addresses, by their first four octets
	areas     [3][]byte
}

func (l *slab) open(n int) error {
	sizes := [3]int{n * entrySize, n * addressesSize, n * 8}
	for i, size := range sizes {
		b, err := reserve(size)
		if err != nil {
			return errors.Join(err, l.close())
		}
		l.areas[i] = b
	}
	l.entries = unsafe.Slice((*entry)(unsafe.Pointer(&l.areas[0][0])), n)
	l.addresses = unsafe.Slice((*addresses)(unsafe.Pointer(&l.areas[1][0])), n)
	l.born = unsafe.Slice((*uint64)(unsafe.Pointer(&l.areas[2][0])), n)
	l.free, l.free6 = noSlot, noSlot
	return nil
}

func (l *slab) close() error {
	var errs []error
	for i, b := range l.areas {
		if b != nil {
			errs = append(errs, release(b))
			l.areas[i] = nil
		}
	}
	*l = slab{}
	return errors.Join(errs...)
}

// reset makes all entries free, which no longer are in use.
func (l *slab) reset() {
	l.used, l.free = 0, noSlot
	l.used6, l.free6 = 0, noSlot
}

// take returns a free entry; the caller knows that there is one.
func (l *slab) take() uint32 {
	if slot := l.free; slot != noSlot {
		l.free = l.entries[slot].next
		return slot
	}
	l.used++
	return l.used - 1
}

func (l *slab) takeAddresses(p *Packet) uint32 {
	n := l.free6
	if n != noSlot {
		l.free6 = *l.link6(n)
	} else {
		n = l.used6
		l.used6++
	}
	l.addresses[n] = addresses{p.Src, p.Dst}
	return n
}

// put makes an entry free.
func (l *slab) put(slot uint32) {
	e := &l.entries[slot]
	if e.version() != 4 {
		n := uint32(e.w0)
		*l.link6(n) = l.free6
		l.free6 = n
	}
	e.packets = 0
	e.next = l.free
	l.free = slot
	l.born[slot] = 0
}

func (l *slab) link6(n uint32) *uint32 { return (*uint32)(unsafe.Pointer(&l.addresses[n])) }
