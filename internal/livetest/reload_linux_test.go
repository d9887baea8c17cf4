package livetest

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// reloads is a device whose settings a test replaces.
type reloads struct {
	*device
	out, in *testutil.FrameSender // to v1, and out of it
	other   *testutil.FrameSender // to w1
}

// set replaces the settings, and has them read.
func (r *reloads) set(settings string) {
	r.t.Helper()
	r.write(settings)
	if err := r.command.Process.Signal(syscall.SIGHUP); err != nil {
		r.t.Fatal(err)
	}
}

// captured waits until so many interfaces are captured, and v1 was opened so often.
func (r *reloads) captured(interfaces, opened int) {
	r.t.Helper()
	r.until("the capture", func(s *agent.Status) bool {
		for _, i := range s.Interfaces {
			if i.Name == "v1" && i.Opened == opened {
				return capturing(s) == interfaces
			}
		}
		return false
	})
}

// counts waits for sums of verdicts.
func (r *reloads) counts(counted, filtered uint64) {
	r.t.Helper()
	r.until("the counts", func(s *agent.Status) bool {
		return s.Sums != nil && s.Sums.Counted == counted && s.Sums.Filtered == filtered && s.Sums.Exact
	})
}

// Interfaces, directions, filters and how is exported change while the device runs, each without a word to what stays
// as it was. What can't change is refused, with nothing of it in force.
func TestReload(t *testing.T) {
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	ns.Veth("w0", "w1")
	listen(t, ns)
	r := &reloads{device: start(t, ns, 1, "interfaces: [v1]"), out: ns.Sender("v0"), in: ns.Sender("v1"), other: ns.Sender("w0")}
	r.out.Send(udp(1))
	r.in.Send(udp(1)) // direction: in
	r.other.Send(udp(1))
	r.counts(1, 0)

	r.set("interfaces: [v1, w1]")
	r.captured(2, 1)
	r.other.Send(udp(2))
	r.out.Send(udp(2))
	r.counts(3, 0)

	r.set("interfaces: [v1, w1]\ndirection: {v1: both, \"*\": in}")
	r.captured(2, 2)
	r.in.Send(udp(3))
	r.out.Send(udp(3))
	r.counts(5, 0)

	const both = "interfaces: [v1]\ndirection: both\n"
	r.set(both + "filter: {match: src net 192.0.2.4/32}")
	r.captured(1, 2) // it is captured as before, by the kernel
	r.until("the filter", func(s *agent.Status) bool {
		r.out.Send(udp(99))
		return s.Sums.Filtered > 0
	})
	counted := r.status().Sums.Counted
	r.out.Send(udp(4))
	r.until("the packet that passes", func(s *agent.Status) bool { return s.Sums.Counted == counted+1 && s.Sums.Exact })

	r.set(both + "filter: |\n  1\n  6 0 0 0\n") // the kernel passes none
	r.captured(1, 3)
	before := r.status().Sums.Frames
	r.out.Send(udp(5))
	r.set(both)
	r.captured(1, 4)
	r.out.Send(udp(6))
	r.until("a packet after the filter", func(s *agent.Status) bool { return s.Sums.Frames == before+1 && s.Sums.Exact })

	r.set(both + "mtu: 600\nobservation-domain: 7")
	s := r.until("new settings of export", func(s *agent.Status) bool { return s.Generation == 2 })
	if limit := s.Outputs[len(s.Outputs)-1].Counters.PayloadLimit; limit != 572 {
		t.Errorf("datagrams of %d octets after a reload, want 572", limit)
	}

	for _, refused := range []struct{ settings, said string }{
		{both + "workers: 2\nmtu: 700", "restart needed: workers changed"},
		{both + "mtu: 700\nfilter: udp port 53", "restart needed: the filter"},
		{"interfaces: [v1, v7]\nmtu: 700", "v7"},
		{both + "snap-length: 128\nsource-address: 192.0.2.77", "source-address"},
		{"interfaces: []\nmtu: 700", "interfaces: the list is empty"},
	} {
		r.refuses(refused.settings, refused.said)
	}
	r.set(both + "mtu: 600\nobservation-domain: 7")
	r.until("a status without troubles", func(s *agent.Status) bool { return s.Healthy })
	r.out.Send(udp(7))
	r.until("one packet more", func(s *agent.Status) bool { return s.Sums.Frames == before+2 })
	if s := r.status(); s.Generation != 2 || capturing(s) != 1 {
		t.Errorf("generation %d, %d interfaces", s.Generation, capturing(s))
	}
	r.finish()
}

// refuses makes sure that settings are refused, in the log and in the status.
func (r *reloads) refuses(settings, why string) {
	r.t.Helper()
	r.set(settings)
	r.untilSaid(why)
	r.until("a status that tells", func(s *agent.Status) bool {
		return !s.Healthy && strings.Contains(strings.Join(s.Troubles, "\n"), why)
	})
}

func (r *reloads) status() *agent.Status {
	r.t.Helper()
	return r.until("a status", func(*agent.Status) bool { return true })
}

// TestReloadWithoutRoom: a ring for which there is no memory is refused while the one before is captured from.
func TestReloadWithoutRoom(t *testing.T) {
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	listen(t, ns)
	r := &reloads{device: start(t, ns, 1, "interfaces: [v1]"), out: ns.Sender("v0")}
	r.out.Send(udp(1))
	r.counts(1, 0)
	r.limitMemory(128 << 20) // more
	r.set("interfaces: [v1]\nring-size: 256MiB")
	r.untilSaid("v1 can't be captured so")
	r.until("a status that tells", func(s *agent.Status) bool {
		return strings.Contains(strings.Join(s.Troubles, "\n"), "no memory for a ring")
	})
	r.out.Send(udp(2))
	r.captured(1, 1)
	r.counts(2, 0)
	r.set("interfaces: [v1]\nring-size: 8MiB")
	r.captured(1, 2)
	r.out.Send(udp(3))
	r.counts(3, 0)
	r.finish()
}

// TestReloadPromiscuous: promiscuous mode is a matter of the packet socket, and needs no capability that was given up.
func TestReloadPromiscuous(t *testing.T) {
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	listen(t, ns)
	r := &reloads{device: start(t, ns, 1, "interfaces: [v1]"), out: ns.Sender("v0")}
	promiscuous := func() bool { return strings.Contains(ns.Run("ip -d link show v1"), "promiscuity 1 ") }
	if promiscuous() {
		t.Error("v1 is promiscuous at the start")
	}
	r.set("interfaces: [v1]\npromiscuous: true")
	r.captured(1, 2)
	if !promiscuous() {
		t.Error("v1 is not promiscuous")
	}
	r.set("interfaces: [v1]")
	r.captured(1, 3)
	if promiscuous() {
		t.Error("v1 is still promiscuous")
	}
	r.finish()
}

// limitMemory leaves the process so many octets more of address space than it has.
func (r *reloads) limitMemory(more uint64) {
	r.t.Helper()
	pid := r.command.Process.Pid
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		r.t.Fatal(err)
	}
	var pages uint64
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		r.t.Fatal(err)
	}
	most := pages*uint64(os.Getpagesize()) + more
	if err := unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
		r.t.Fatal(err)
	}
}

// TestReloadKeepsWhatItCaptures: an interface that is captured as before loses no frame to a hundred reloads.
func TestReloadKeepsWhatItCaptures(t *testing.T) {
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	ns.Veth("w0", "w1")
	listen(t, ns)
	d := start(t, ns, 1, "interfaces: [v1]\nworkers: 2")
	from := ns.Sender("v0")
	sent := uint64(0)
	for i := range 100 {
		d.write([]string{"interfaces: [v1]\nworkers: 2", "interfaces: [v1, w1]\nworkers: 2\nmtu: 1400"}[(i+1)%2])
		if err := d.command.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		for range 200 {
			from.Send(udp(byte(sent)))
			sent++
		}
	}
	d.untilRead(sent)
	s, records := d.finish()
	if got := packetsOf(records); got != sent || s.Frames != sent {
		t.Errorf("%d packets in records, %d frames, sent %d", got, s.Frames, sent)
	}
}
