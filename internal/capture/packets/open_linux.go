package packets

import (
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/google/gopacket/pcapgo"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
)

// Open opens a Source in the network namespace of the calling thread. It needs CAP_NET_RAW:
// without, the error is fs.ErrPermission to errors.Is. Where the interface is down it is
// capture.ErrDown.
func Open(o Options) (*Source, error) {
	o, err := o.complete()
	if err != nil {
		return nil, fmt.Errorf("capture with gopacket: %w", err)
	}
	s, err := open(o)
	if err != nil {
		return nil, fmt.Errorf("capture on %q with gopacket: %w", o.Interface, err)
	}
	return s, nil
}

func open(o Options) (*Source, error) {
	handle, err := pcapgo.NewEthernetHandle(o.Interface)
	if err != nil {
		return nil, explained(err)
	}
	s := &Source{handle: handle, direction: o.Direction, name: o.Interface, snap: o.SnapLength}
	if err := s.begin(o); err != nil {
		handle.Close()
		return nil, err
	}
	return s, nil
}

// explained is an error of the handle with what there is to do about it.
func explained(err error) error {
	err = errnoIn(err)
	if errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("%w: it needs the capability CAP_NET_RAW (setcap cap_net_raw+ep PROGRAM, or AmbientCapabilities=CAP_NET_RAW in the unit)", err)
	}
	return err
}

// begin sets up what the handle opened.
func (s *Source) begin(o Options) error {
	fd, err := descriptor(s.handle)
	if err != nil {
		return err
	}
	s.fd = fd
	if err := unix.SetNonblock(fd, true); err != nil {
		return fmt.Errorf("make the socket non-blocking: %w", err)
	}
	if err := s.identify(); err != nil {
		return err
	}
	enlarge(fd, o.Buffer)
	if err := s.handle.SetCaptureLength(o.SnapLength); err != nil {
		return fmt.Errorf("set the capture length: %w", err)
	}
	s.arena = make([]byte, arenaLength+o.SnapLength)
	if err := s.emptied(); err != nil {
		return err
	}
	if err := s.handle.SetBPF(directed(o.Direction, o.Filter)); err != nil {
		return fmt.Errorf("attach the filter: %w", err)
	}
	if o.Promiscuous {
		if err := s.handle.SetPromiscuous(true); err != nil {
			return fmt.Errorf("make the interface promiscuous: %w", err)
		}
	}
	return nil
}

// descriptor is the handle's socket.
func descriptor(handle *pcapgo.EthernetHandle) (int, error) {
	field := reflect.ValueOf(handle).Elem().FieldByName("fd")
	if !field.IsValid() || !field.CanInt() {
		return -1, errors.New("this gopacket has its socket in no field fd")
	}
	return int(field.Int()), nil
}

// identify asks the socket what it is bound to: by name that could be another interface by now.
func (s *Source) identify() error {
	address, err := unix.Getsockname(s.fd)
	if err != nil {
		return fmt.Errorf("ask for the socket's interface: %w", err)
	}
	link, ok := address.(*unix.SockaddrLinklayer)
	if !ok || link.Ifindex < 1 {
		return fmt.Errorf("%w: the interface went away", capture.ErrDown)
	}
	if s.linkType, ok = capture.LinkType(link.Hatype); !ok {
		return fmt.Errorf("frames of its hardware, ARPHRD_ type %d, are not known", link.Hatype)
	}
	s.index = uint32(link.Ifindex)
	return nil
}

// enlarge asks for a receive buffer, beyond the system's limit where the process may.
func enlarge(fd, size int) {
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, size) // with less it works, too
	}
}

// emptied lets nothing more in, reads off what came before anything was set, and begins to count.
func (s *Source) emptied() error {
	if err := s.handle.SetBPF(nothing()); err != nil {
		return fmt.Errorf("attach a filter: %w", err)
	}
	for {
		_, _, err := s.handle.ZeroCopyReadPacketData()
		switch err = errnoIn(err); {
		case errors.Is(err, unix.EAGAIN):
			_, err = s.handle.Stats()
			return err
		case errors.Is(err, unix.ENETDOWN):
			return capture.ErrDown
		case err != nil && !errors.Is(err, unix.EINTR):
			return err
		}
	}
}
