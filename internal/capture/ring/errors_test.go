package ring

import (
	"errors"
	"testing"
)

func TestErrorTexts(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		err     error
		want    string
		unwraps bool
	}{
		{&NoInterfaceError{"eth7"}, `there is no interface "eth7"`, false},
		{
			&PrivilegeError{"/usr/bin/sagflow", cause},
			"open a packet socket: cause: it needs CAP_NET_RAW. Grant it with `setcap cap_net_raw+ep /usr/bin/sagflow`, " +
				"or with AmbientCapabilities=CAP_NET_RAW in the systemd unit, or run as root", true,
		},
		{&MemoryError{Size: 3 << 29, Fits: 1 << 20}, "no memory for a ring of 1536.0 MiB; 1.0 MiB would fit", false},
		{&MemoryError{Size: 3 << 20}, "no memory for a ring of 3.0 MiB, nor for the smallest", false},
		{&FilterError{3, "division by 0", nil}, "filter: instruction 3: division by 0", false},
		{&FilterError{-1, "the kernel refuses it", cause}, "filter: the kernel refuses it: cause", true},
		{&UnsupportedError{"rings", cause}, "this kernel has no rings: cause", true},
		{&UnsupportedError{"packet sockets", nil}, "this system has no packet sockets", false},
	} {
		if got := c.err.Error(); got != c.want || errors.Is(c.err, cause) != c.unwraps {
			t.Errorf("%q, unwraps %v; want %q, %v", got, !c.unwraps, c.want, c.unwraps)
		}
	}
}
