package ring

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"golang.org/x/net/bpf"
)

// Open opens the rings of an interface, one a worker, in the order in which the kernel numbers them:
// all of them, or none. Frames are in them from here on, and in no ring before all are there.
//
// The error is a *NoInterfaceError, *PrivilegeError, *MemoryError, *FilterError or
// *UnsupportedError, wraps capture.ErrDown, or says which option or call failed.
func Open(o Options) ([]*Ring, error) {
	return opening{
		Options: o,
		// Any odd number serves; an even one would lose the first octets of addresses.
		multiplier: rand.Uint32() | 1,
		available:  availableMemory(memoryFile),
		grow:       (*Ring).mapMemory,
	}.open()
}

// opening is one call of Open, and what it finds.
type opening struct {
	Options
	multiplier uint32                     // of the steering program
	available  int                        // memory in octets; 0 is unknown
	grow       func(*Ring, Options) error // makes a ring's memory
}

func (o opening) open() ([]*Ring, error) {
	var err error
	if o.Options, err = o.checked(); err != nil {
		return nil, err
	}
	rings, err := o.openAll()
	if err != nil {
		return nil, fmt.Errorf("capture from %q: %w", o.Interface, err)
	}
	return rings, nil
}

func (o opening) openAll() ([]*Ring, error) {
	filter, err := compose(o.Options)
	if err != nil {
		return nil, err
	}
	rings, err := o.allocate(filter)
	if err == nil {
		err = o.start(rings, filter)
	}
	if err == nil {
		return rings, nil
	}
	closeErr := closeAll(rings)
	var noMemory *MemoryError
	if errors.As(err, &noMemory) && noMemory.Fits == 0 {
		noMemory.Fits = fitting(noMemory.Size, o.Workers*MinSize, func(size int) bool {
			o.Size = size
			tried, err := o.allocate(filter)
			return errors.Join(err, closeAll(tried)) == nil
		})
	}
	return nil, errors.Join(err, closeErr)
}

func closeAll(rings []*Ring) error {
	var errs []error
	for _, r := range rings {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}

// allocate makes the sockets, with their filters and memory. They receive nothing yet. With an error
// it returns those that it made.
func (o opening) allocate(filter []bpf.RawInstruction) ([]*Ring, error) {
	if o.Workers > 1 {
		filter = dropAll()
	}
	var rings []*Ring
	for range o.Workers {
		r, err := newSocket(o.Options)
		if err != nil {
			return rings, err
		}
		if rings = append(rings, r); r.device != rings[0].device {
			return rings, &NoInterfaceError{o.Interface} // another has its name now
		}
		if o.Size == 0 {
			o.Size = defaultSize(linkSpeed(interfaceFolder, o.Interface, r.device), o.available, o.Workers)
		}
		if most := mostMemory(o.available); o.available > 0 && o.Size > most {
			return rings, &MemoryError{Size: o.Size, Fits: most}
		}
		if err := errors.Join(attach(r.fd, filter), o.grow(r, o.Options)); err != nil {
			return rings, err
		}
	}
	return rings, nil
}

// start lets the rings receive. A socket can join the others only when it is bound, and the kernel
// spreads frames over those that have joined: so none gets any until all have.
func (o opening) start(rings []*Ring, filter []bpf.RawInstruction) error {
	for _, r := range rings {
		if err := r.bind(o.Options); err != nil {
			return err
		}
	}
	if len(rings) == 1 {
		return nil
	}
	program, err := rings[0].steering(o.multiplier)
	if err != nil {
		return err
	}
	if err := join(rings, o.Direction, program); err != nil {
		return err
	}
	for _, r := range rings {
		if err := attach(r.fd, filter); err != nil {
			return err
		}
	}
	return nil
}
