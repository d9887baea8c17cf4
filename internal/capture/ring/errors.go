package ring

import "fmt"

// NoInterfaceError says that an interface does not exist.
type NoInterfaceError struct{ Interface string }

// Error returns a text with the interface's name.
func (e *NoInterfaceError) Error() string {
	return fmt.Sprintf("there is no interface %q", e.Interface)
}

// PrivilegeError says that this process may not capture.
type PrivilegeError struct {
	// Program is the path of this program's file.
	Program string
	// Err is the kernel's error.
	Err error
}

// Error returns a text that says which capability is needed and what grants it.
func (e *PrivilegeError) Error() string {
	return fmt.Sprintf("open a packet socket: %v: it needs CAP_NET_RAW. Grant it with `setcap cap_net_raw+ep %s`, or with AmbientCapabilities=CAP_NET_RAW in the systemd unit, or run as root",
		e.Err, e.Program)
}

// Unwrap returns the kernel's error.
func (e *PrivilegeError) Unwrap() error { return e.Err }

// MemoryError says that rings are too big for this machine.
type MemoryError struct {
	// Size is what was asked for, Fits what there is room for; both in octets for all rings of the
	// interface. Fits is 0 where not even the smallest ring fits.
	Size, Fits int
}

// Error returns a text with both sizes.
func (e *MemoryError) Error() string {
	const mebi = 1 << 20
	if e.Fits == 0 {
		return fmt.Sprintf("no memory for a ring of %.1f MiB, nor for the smallest", float64(e.Size)/mebi)
	}
	return fmt.Sprintf("no memory for a ring of %.1f MiB; %.1f MiB would fit", float64(e.Size)/mebi, float64(e.Fits)/mebi)
}

// FilterError says what is wrong with Options.Filter.
type FilterError struct {
	// Instruction is the place in the program, from 0 on; -1 is the program as a whole.
	Instruction int
	// Reason says what is wrong.
	Reason string
	// Err is the kernel's error, where it refused the program; else nil.
	Err error
}

// Error returns a text with the place, as the lines of `tcpdump -d` number it.
func (e *FilterError) Error() string {
	text := "filter: "
	if e.Instruction >= 0 {
		text = fmt.Sprintf("filter: instruction %d: ", e.Instruction)
	}
	if e.Err != nil {
		return text + e.Reason + ": " + e.Err.Error()
	}
	return text + e.Reason
}

// Unwrap returns the kernel's error.
func (e *FilterError) Unwrap() error { return e.Err }

// UnsupportedError says that this system has no such capture at all: another way of capturing may
// still work.
type UnsupportedError struct {
	// Feature is what is missing.
	Feature string
	// Err is the kernel's error; nil on systems other than Linux.
	Err error
}

// Error returns a text with the feature.
func (e *UnsupportedError) Error() string {
	if e.Err == nil {
		return "this system has no " + e.Feature
	}
	return fmt.Sprintf("this kernel has no %s: %v", e.Feature, e.Err)
}

// Unwrap returns the kernel's error.
func (e *UnsupportedError) Unwrap() error { return e.Err }
