package livetest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// clockSteps is the variable by which a program that was built for tests of the clock learns its steps.
const clockSteps = "SAGFLOW_CLOCK_STEPS"

// clocked builds sagflow with a clock that steps.
func clocked(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sagflow")
	build := exec.Command("go", "build", "-tags", "clocktest", "-o", path, "github.com/sagflow/sagflow/cmd/sagflow")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// steps is the file of the steps of a device's wall clock.
type steps struct {
	path string
	page []byte // mapped
	free []byte // of it, what has no step yet
}

func newSteps(t *testing.T) *steps {
	t.Helper()
	s := &steps{path: filepath.Join(t.TempDir(), "steps")}
	if err := os.WriteFile(s.path, make([]byte, os.Getpagesize()), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if s.page, err = unix.Mmap(int(f.Fd()), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		t.Fatal(err)
	}
	s.free = s.page
	t.Cleanup(func() { _ = unix.Munmap(s.page) })
	return s
}

// step sets the wall clock, from now on, to so much after the truth.
func (s *steps) step(offset time.Duration) {
	binary.NativeEndian.PutUint64(s.free[8:], uint64(offset))
	binary.NativeEndian.PutUint64(s.free, uint64(time.Now().UnixNano())) // last: it says that the step is there
	s.free = s.free[16:]
}

// What is installed has no clock that steps.
func TestReleaseHasNoSteppedClock(t *testing.T) {
	for path, want := range map[string]bool{program: false, clocked(t): true} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte(clockSteps)) != want {
			t.Errorf("%s: the variable is there: %t", path, !want)
		}
	}
}

// The wall clock goes an hour forward, and two back, while flows go on, while packets wait in the ring, and before flows
// fall due. No flow is split or stretched, what is idle ends when it should, and all versions of NetFlow carry the times
// of the records.
func TestClockSteps(t *testing.T) {
	binary := clocked(t)
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			ns := testutil.NewNamespace(t)
			ns.Veth("v0", "v1")
			c, clock := collect(t, ns, collectorPort), newSteps(t)
			d := &device{t: t, ns: ns, dir: t.TempDir(), binary: binary, ended: make(chan struct{}), env: []string{clockSteps + "=" + clock.path}}
			d.keepRecords()
			d.write(fmt.Sprintf(`smart-access-gateway: {id: sag-0nnf0a1b2c3d4e5f6, region: cn-shanghai}
flowlog: {OutputType: netflow, NetflowServerIp: 127.0.0.1, NetflowServerPort: %d, NetflowVersion: %s, ActiveAging: 60, InactiveAging: 10}
interfaces: [v1]
workers: 2
`, collectorPort, version))
			d.run()
			d.ready(1)
			began := time.Now()
			const hosts = 50
			read := d.flows(0, hosts, 0)
			clock.step(time.Hour)
			read = d.flows(0, hosts, read)
			d.signal(syscall.SIGSTOP)
			send(ns.Sender("v0"), someFlows(hosts))
			clock.step(-time.Hour)
			send(ns.Sender("v0"), someFlows(hosts))
			d.signal(syscall.SIGCONT)
			read += 2 * hosts
			d.untilRead(read)
			lasted := time.Since(began)
			d.until("the end of all flows", func(s *agent.Status) bool { return s.Sums.Flows == 0 && s.Sums.Records.Records > 0 })
			took, now := time.Since(began), time.Now().Add(-time.Hour)
			clock.step(time.Hour)
			read = d.flows(1000, 1, read)
			s, records := d.finish()
			checkClock(t, records[:min(hosts, len(records))], lasted, now)
			if s.Frames != read || len(records) != hosts+1 || took > lasted+13*time.Second || took < 10*time.Second {
				t.Errorf("%d frames, %d records after %v, the last packet came after %v", s.Frames, len(records), took, lasted)
			}
			c.finish()
			if diff := cmp.Diff(times(records), times(readRecords(t, c.records))); diff != "" {
				t.Errorf("records -, collector +:\n%s", diff)
			}
		})
	}
}

func someFlows(n uint32) (all [][]byte) {
	for i := range n {
		all = append(all, flow(i))
	}
	return all
}

// checkClock checks flows of four packets that lasted so long, and ended some time before now by the device's clock.
func checkClock(t *testing.T, records []record, lasted time.Duration, now time.Time) {
	t.Helper()
	for _, r := range records {
		long := time.Duration(r.End-r.Start) * time.Millisecond
		if r.Packets != 4 || r.Reason != "idle" || long > lasted || long < 0 {
			t.Errorf("%+v, want 4 packets in at most %v", r, lasted)
		}
		if before := now.Sub(time.UnixMilli(r.End)); before < 9*time.Second || before > 14*time.Second {
			t.Errorf("%+v ended %v before now", r, before)
		}
	}
}

// times are the flows of records with their times.
func times(records []record) (all []string) {
	for _, r := range records {
		all = append(all, fmt.Sprintf("%s %d packets from %d to %d", r.Src, r.Packets, r.Start, r.End))
	}
	slices.Sort(all)
	return all
}
