package ring

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture"
)

// descriptors counts this process's open files.
func descriptors(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func TestOpenErrors(t *testing.T) {
	n := pair(t)
	n.Run("ip link set v1 down")
	for _, c := range []struct {
		name    string
		options Options
		want    string
		is      func(error) bool
	}{
		{"no interface", Options{Interface: "eth7"}, `capture from "eth7": there is no interface "eth7"`, as[*NoInterfaceError]},
		{"no interface, workers", Options{Interface: "eth7", Workers: 3}, `there is no interface "eth7"`, as[*NoInterfaceError]},
		{"name too long", Options{Interface: "interface-of-which"}, `there is no interface "interface-of-which"`, as[*NoInterfaceError]},
		{"down", Options{Interface: "v1"}, `capture from "v1": the interface is down`, down},
		{"down, workers", Options{Interface: "v1", Workers: 4}, `the interface is down`, down},
		{"filter", Options{Interface: "v0", Filter: []bpf.RawInstruction{{Op: 0x05}}}, `capture from "v0": filter: instruction 0: it jumps past the end`, as[*FilterError]},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := descriptors(t)
			n.Do(func() {
				rings, err := Open(c.options)
				if rings != nil || err == nil || !strings.Contains(err.Error(), c.want) || !c.is(err) {
					t.Errorf("%d rings and error %v, want %q", len(rings), err, c.want)
				}
			})
			if after := descriptors(t); after != before {
				t.Errorf("%d descriptors are open, %d before", after, before)
			}
		})
	}
}

// A ring that is too big says what would fit: half of the memory there is, or what the kernel has
// room for.
func TestOpenMemory(t *testing.T) {
	n := pair(t)
	for _, c := range []struct {
		name                         string
		size, workers, available, in int // in is what the kernel has room for
		want                         MemoryError
	}{
		{"more than half", 6 << 20, 1, 10 << 20, 1 << 30, MemoryError{Size: 6 << 20, Fits: 5 << 20}},
		{"more than the kernel has", 6 << 20, 2, 100 << 20, 2 << 20, MemoryError{Size: 6 << 20, Fits: 3 << 19}},
		{"unknown memory", 6 << 20, 2, 0, 2 << 20, MemoryError{Size: 6 << 20, Fits: 3 << 19}},
		{"default", 0, 2, 64 << 20, 2 << 20, MemoryError{Size: 4 << 20, Fits: 2 << 20}},
		{"none at all", 6 << 20, 1, 100 << 20, 1, MemoryError{Size: 6 << 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := descriptors(t)
			o := tested(Options{Interface: "v0", Size: c.size, Workers: c.workers})
			o.available = c.available
			o.grow = func(r *Ring, o Options) error {
				if o.Size > c.in {
					return &MemoryError{Size: o.Size}
				}
				return r.mapMemory(o)
			}
			n.Do(func() {
				_, err := o.open()
				var got *MemoryError
				if !errors.As(err, &got) || *got != c.want {
					t.Errorf("error %v, want %v", err, &c.want)
				}
			})
			if after := descriptors(t); after != before {
				t.Errorf("%d descriptors are open, %d before", after, before)
			}
		})
	}
}

func as[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

func down(err error) bool { return errors.Is(err, capture.ErrDown) }

// Without the capability the error says what grants it.
func TestOpenWithoutPrivilege(t *testing.T) {
	n := pair(t)
	n.Do(func() { // the thread, whose capabilities these are, ends with it
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var none [2]unix.CapUserData
		if err := unix.Capset(&header, &none[0]); err != nil {
			t.Fatal(err)
		}
		_, err := Open(Options{Interface: "v0"})
		var privilege *PrivilegeError
		if !errors.As(err, &privilege) || !errors.Is(err, unix.EPERM) {
			t.Fatalf("error %v, want a *PrivilegeError", err)
		}
		program, _ := os.Executable()
		for _, want := range []string{"CAP_NET_RAW", "setcap cap_net_raw+ep " + program, "AmbientCapabilities=CAP_NET_RAW"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error %q, want one with %q", err, want)
			}
		}
	})
}

// With the capability alone it opens.
func TestOpenWithOneCapability(t *testing.T) {
	n := pair(t)
	n.Do(func() {
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		data := [2]unix.CapUserData{}
		data[0].Effective, data[0].Permitted = 1<<unix.CAP_NET_RAW, 1<<unix.CAP_NET_RAW
		if err := unix.Capset(&header, &data[0]); err != nil {
			t.Fatal(err)
		}
		rings, err := Open(Options{Interface: "v0", Workers: 3, Promiscuous: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := closeAll(rings); err != nil {
			t.Error(err)
		}
	})
}

func TestSizes(t *testing.T) {
	n := pair(t)
	for _, c := range []struct {
		size, workers, block, ring int
	}{
		{MinSize, 1, 128 << 10, 256 << 10},
		{3<<20 + 99_999, 1, 128 << 10, 3 << 20},
		{48 << 20, 1, 512 << 10, 48 << 20},
		{48 << 20, 2, 256 << 10, 24 << 20},
		{64 << 20, 4, 128 << 10, 16 << 20},
		{MaxWorkers * MinSize, MaxWorkers, 128 << 10, 256 << 10},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			rings := mustOpen(t, n, Options{Interface: "v1", Size: c.size, Workers: c.workers})
			if len(rings) != c.workers {
				t.Fatalf("%d rings, want %d", len(rings), c.workers)
			}
			for _, r := range rings {
				if r.Size() != c.ring || r.blockSize != c.block {
					t.Errorf("%d octets in blocks of %d, want %d of %d", r.Size(), r.blockSize, c.ring, c.block)
				}
			}
		})
	}
}

// Nothing is left open or mapped.
func TestCloseLeavesNothing(t *testing.T) {
	n := pair(t)
	before, mapped := descriptors(t), mappings(t)
	for range 3 {
		var rings []*Ring
		var err error
		n.Do(func() { rings, err = Open(Options{Interface: "v1", Workers: 4, Size: 4 << 20}) })
		if err != nil {
			t.Fatal(err)
		}
		if got := mappings(t); got != mapped+4 {
			t.Errorf("%d mapped rings, want %d", got, mapped+4)
		}
		if err := errors.Join(closeAll(rings), closeAll(rings)); err != nil {
			t.Error(err)
		}
	}
	if after := descriptors(t); after != before || mappings(t) != mapped {
		t.Errorf("%d descriptors, %d mapped rings; before %d and %d", after, mappings(t), before, mapped)
	}
}

// mappings counts this process's mapped packet rings.
func mappings(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(b), "socket:[")
}

// While rings are opened, what they get already is what each will get later.
func TestOpenUnderTraffic(t *testing.T) {
	n := pair(t)
	stop := traffic(n.Sender("v0"))
	defer stop()
	expected := machine(t, plainStart, false)
	for range 5 {
		rings := mustOpen(t, n, Options{Interface: "v1", Workers: 4, Size: 8 << 20, BlockTimeout: time.Millisecond})
		for _, f := range read(t, rings, 1000) {
			if want := int(expected(f.Data) % 4); f.worker != want {
				t.Fatalf("a frame in ring %d, want %d", f.worker, want)
			}
		}
	}
}

func TestUnsupported(t *testing.T) {
	for _, err := range []error{unix.EINVAL, unix.ENOPROTOOPT, unix.EOPNOTSUPP, unix.EAFNOSUPPORT, unix.EPROTONOSUPPORT, unix.ENOSYS} {
		got := unsupported("rings", err)
		if !as[*UnsupportedError](got) || !errors.Is(got, err) || got.Error() != "this kernel has no rings: "+err.Error() {
			t.Errorf("%v: %v", err, got)
		}
	}
	if got := unsupported("rings", unix.EBUSY); as[*UnsupportedError](got) || !errors.Is(got, unix.EBUSY) {
		t.Errorf("EBUSY: %v", got)
	}
}

var _ capture.Live = (*Ring)(nil)
