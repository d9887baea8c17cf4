package livetest

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/testutil"
)

// udp is a packet of a host's flow.
func udp(host byte) []byte {
	f := make([]byte, 60)
	f[12] = 8
	copy(f[14:], []byte{0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, host, 198, 51, 100, 7, 3, 232, 0, 53, 0, 26})
	return f
}

// pair is a device that captures from v1, and a sender out of v0.
func pair(t *testing.T, settings string) (*testutil.Namespace, *device) {
	t.Helper()
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	listen(t, ns)
	return ns, start(t, ns, 1, "interfaces: [v1]\n"+settings)
}

// many sends n packets of a host, and waits until they were read. Read is how many were read before.
func (d *device) many(ns *testutil.Namespace, host byte, n int, read uint64) uint64 {
	d.t.Helper()
	from := ns.Sender("v0")
	for range n {
		from.Send(udp(host))
	}
	d.untilRead(read + uint64(n))
	return read + uint64(n)
}

func packetsOf(records []record) (sum uint64) {
	for _, r := range records {
		sum += r.Packets
	}
	return sum
}

// An interface that goes down, is deleted, is made anew, or changes its MTU loses nothing of what came while it was
// there.
func TestInterfaceComesAndGoes(t *testing.T) {
	for _, workers := range []string{"workers: 1", "workers: 2", "capture: gopacket"} {
		t.Run(workers, func(t *testing.T) {
			ns, d := pair(t, workers)
			read := d.many(ns, 1, 100, 0)
			from := ns.Sender("v0")
			for range 50 { // nobody waits until these are read
				from.Send(udp(2))
			}
			ns.Run("ip link set v1 down")
			d.until("the end of the capture", func(s *agent.Status) bool { return capturing(s) == 0 })
			d.untilRead(read + 50)
			ns.Run("ip link set v1 up")
			d.ready(1)
			read = d.many(ns, 3, 100, read+50)
			ns.Run("ip link set v1 mtu 1400")
			read = d.many(ns, 4, 100, read)
			ns.Run("ip link del v1")
			d.until("the end of the capture", func(s *agent.Status) bool { return capturing(s) == 0 && s.Interfaces[0].State == tap.Gone })
			ns.Veth("v0", "v1")
			d.ready(1)
			read = d.many(ns, 5, 100, read)
			s, records := d.finish()
			if n := packetsOf(records); s.Frames != read || n != read || s.Interfaces[0].Opened < 3 {
				t.Errorf("%d frames, %d packets in records; want %d\n%+v", s.Frames, n, read, s.Interfaces)
			}
		})
	}
}

// A process that is stopped for five seconds reads what waits in the ring then: no flow is split, and nothing is lost.
func TestStoppedProcess(t *testing.T) {
	ns, d := pair(t, "workers: 1")
	read := d.many(ns, 1, 10, 0)
	from := ns.Sender("v0")
	if err := d.command.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		from.Send(udp(1))
		read++
	}
	if err := d.command.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	d.untilRead(read)
	_, records := d.finish()
	if len(records) != 1 || records[0].Packets != read {
		t.Errorf("%+v, want one of %d packets", records, read)
	} else if long := records[0].End - records[0].Start; long < 4900 {
		t.Errorf("the record lasts %d ms", long)
	}
}

// After kill -9 the next start counts from anew, and its sums are exact.
func TestKilled(t *testing.T) {
	ns, d := pair(t, "workers: 2")
	d.many(ns, 1, 100, 0)
	d.kill()
	d.run()
	d.ready(1)
	read := d.many(ns, 2, 100, 0)
	if s, records := d.finish(); s.Frames != read || len(records) != 1 || records[0].Packets != read {
		t.Errorf("%d frames, %+v", s.Frames, records)
	}
}

// What can't work is said at the start, with what to do, and the exit code is not 0.
func TestRefusedAtTheStart(t *testing.T) {
	ns, d := pair(t, "")
	other := func(settings string) string {
		t.Helper()
		dir := t.TempDir()
		path := dir + "/agent.yaml"
		if err := os.WriteFile(path, []byte(configuration(dir, settings)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"another agent in the state directory", []string{"run", "-c", d.path("agent.yaml")}, []string{"another device runs in it"}},
		{"no such interface", []string{"run", "-c", other("interfaces: [v2]")}, []string{"interfaces:", "v2", "v1"}},
		{"no interface", []string{"run", "-c", other("")}, []string{"interfaces: none is named"}},
		{"no filter", []string{"run", "-c", other("interfaces: [v1]\nfilter: prot tcp")}, []string{"filter:", "prot tcp"}},
		{"a ring too big", []string{"run", "-c", other("interfaces: [v1]\nring-size: 1KiB")}, []string{"ring-size", "1KiB"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r testutil.Result
			ns.Do(func() { r = testutil.Run(t, patience, program, c.args...) })
			for _, want := range c.want {
				if !strings.Contains(string(r.Stderr), want) {
					t.Errorf("%q is not in: %s", want, r.Stderr)
				}
			}
			if r.Code != 1 {
				t.Errorf("exit code %d", r.Code)
			}
		})
	}
	d.finish()
}

// Without the right to capture, the error says which capability is missing and what grants it.
func TestNoPrivilege(t *testing.T) {
	testutil.Programs(t, "setpriv")
	ns, d := pair(t, "")
	path := t.TempDir()
	if err := os.WriteFile(path+"/agent.yaml", []byte(configuration(path, "interfaces: [v1]")), 0o600); err != nil {
		t.Fatal(err)
	}
	var r testutil.Result
	ns.Do(func() {
		r = testutil.Run(t, patience, "setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw", program, "run", "-c", path+"/agent.yaml")
	})
	if text := string(r.Stderr); r.Code != 1 || !strings.Contains(text, "CAP_NET_RAW") || !strings.Contains(text, "setcap") {
		t.Errorf("exit code %d: %s", r.Code, text)
	}
	d.finish()
}

// A direction is the kernel's test: what goes out is left out by default, and taken where it is asked for.
func TestDirections(t *testing.T) {
	for _, c := range []struct {
		direction string
		want      []uint32 // input and output of the records
	}{
		{"in", []uint32{1, 0}}, {"out", []uint32{0, 1}}, {"both", []uint32{1, 1}},
	} {
		t.Run(c.direction, func(t *testing.T) {
			ns, d := pair(t, "direction: "+c.direction)
			ns.Sender("v0").Send(udp(1), udp(1))
			ns.Sender("v1").Send(udp(2), udp(2), udp(2))
			want := map[string]uint64{"in": 2, "out": 3, "both": 5}[c.direction]
			d.untilRead(want)
			_, records := d.finish()
			var in, out uint32
			for _, r := range records {
				in, out = in|min(r.InPort, 1), out|min(r.OutPort, 1)
			}
			if packetsOf(records) != want || in != c.want[0] || out != c.want[1] {
				t.Errorf("%+v", records)
			}
		})
	}
}

// An end while packets come loses none of those that the kernel has counted: the sums hold.
func TestEndsWhilePacketsCome(t *testing.T) {
	for _, settings := range []string{"workers: 1", "workers: 2", "capture: gopacket"} {
		ns, d := pair(t, settings)
		from := ns.Sender("v0")
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					_ = from.Try(udp(byte(n)))
				}
			}
		}()
		d.untilRead(10_000)
		s, records := d.finish()
		close(stop)
		<-stopped
		if one := s.Interfaces[0]; one.Read != s.Frames || packetsOf(records) != s.Counted {
			t.Errorf("%s: %+v, %d frames, %d packets in records", settings, one, s.Frames, packetsOf(records))
		}
	}
}
