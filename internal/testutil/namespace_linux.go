package testutil

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Namespace is a network namespace of one test: nothing in it but what the test makes, loopback up.
// It is gone when the test has ended and closed its sockets. Its methods may be called by several
// goroutines.
type Namespace struct {
	tb testing.TB
	fd int
}

// NewNamespace makes a network namespace. It needs root and the ip command.
func NewNamespace(tb testing.TB) *Namespace {
	tb.Helper()
	Programs(tb, "ip")
	fd, err := makeNamespace()
	if err != nil {
		Missing(tb, "a network namespace", fmt.Sprintf("Run the test as root (%v).", err))
	}
	tb.Cleanup(func() { _ = unix.Close(fd) })
	n := &Namespace{tb, fd}
	n.Run("ip link set lo up")
	return n
}

// makeNamespace returns a descriptor of a new network namespace, which keeps it.
func makeNamespace() (fd int, err error) {
	onThread(func() {
		if err = unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return
		}
		fd, err = unix.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	})
	return fd, err
}

// onThread runs f on a thread of its own, which ends with f: whatever f does to its thread is undone.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		f()
	}()
	<-done
}

// Do runs f in the namespace: what it opens stays there. Goroutines that f starts are outside,
// processes that it starts are inside. If f ends the test, so does Do.
func (n *Namespace) Do(f func()) {
	n.tb.Helper()
	var err error
	returned := false
	onThread(func() {
		if err = unix.Setns(n.fd, unix.CLONE_NEWNET); err != nil {
			return
		}
		f()
		returned = true
	})
	if err != nil {
		n.tb.Fatalf("enter a network namespace: %v", err)
	}
	if !returned {
		runtime.Goexit() // as what ended f, Fatal or Skip, would have done here
	}
}

// Run runs commands in the namespace, each of words between blanks, and returns what they printed.
// All must succeed.
func (n *Namespace) Run(commands ...string) string {
	n.tb.Helper()
	var printed strings.Builder
	n.Do(func() {
		n.tb.Helper()
		for _, c := range commands {
			words := strings.Fields(c)
			out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
			if err != nil {
				n.tb.Fatalf("%s: %v\n%s", c, err, out)
			}
			printed.Write(out)
		}
	})
	return printed.String()
}

// Veth makes a pair of connected Ethernet devices, both up. They are silent: no ARP, and no IPv6
// whose neighbour discovery a capture would see.
func (n *Namespace) Veth(a, b string) {
	n.tb.Helper()
	n.Run("ip link add " + a + " type veth peer name " + b)
	for _, name := range []string{a, b} {
		n.NoIPv6(name)
		n.Run("ip link set " + name + " arp off up")
	}
	n.AwaitUp(a, b)
}

// AwaitUp waits until devices that were set up send: the kernel brings them up by and by, and drops
// what is sent before without a word.
func (n *Namespace) AwaitUp(devices ...string) {
	n.tb.Helper()
	const patience = 20 * time.Second
	for _, device := range devices {
		for began := time.Now(); ; {
			state := n.Run("ip -o link show " + device)
			if strings.Contains(state, "LOWER_UP") && strings.Contains(state, "state UP") && !strings.Contains(state, "qdisc noop ") {
				break
			}
			if time.Since(began) > patience {
				n.tb.Fatalf("device %s is not up after %v: %s", device, patience, state)
			}
		}
	}
}

// NoIPv6 makes a device say nothing by itself.
func (n *Namespace) NoIPv6(device string) {
	n.tb.Helper()
	n.Do(func() {
		n.tb.Helper()
		err := os.WriteFile("/proc/sys/net/ipv6/conf/"+device+"/disable_ipv6", []byte("1"), 0)
		if err != nil && !errors.Is(err, os.ErrNotExist) { // a kernel without IPv6 has no such file
			n.tb.Fatalf("disable IPv6: %v", err)
		}
	})
}

// Move puts a device into another namespace, where it is down.
func (n *Namespace) Move(device string, to *Namespace) {
	n.tb.Helper()
	n.Run(fmt.Sprintf("ip link set %s netns /proc/%d/fd/%d", device, os.Getpid(), to.fd))
}
