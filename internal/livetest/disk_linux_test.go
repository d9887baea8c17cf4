package livetest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/testutil"
)

// smallDisk mounts a file system of 2 MiB in memory.
func smallDisk(t *testing.T) string {
	t.Helper()
	path := t.TempDir()
	if err := unix.Mount("tmpfs", path, "tmpfs", 0, "size=2m,mode=0700"); err != nil {
		testutil.Missing(t, "the right to mount a small disk", "Run the tests as root.")
	}
	t.Cleanup(func() { _ = unix.Unmount(path, unix.MNT_DETACH) })
	return path
}

// fill leaves no room on a disk; what it returns makes room again.
func fill(t *testing.T, disk string) (empty func()) {
	t.Helper()
	path := filepath.Join(disk, "filler")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	page := bytes.Repeat([]byte{1}, 4096)
	for err == nil {
		_, err = f.Write(page)
	}
	if err = errors.Join(f.Close()); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// The disk of the state directory is full while Log Service is out. Packets are captured and exported to the collector as
// before; records that find no room on the disk wait in memory, or are counted as lost, and nothing else. When there is room
// again, all that waits is delivered.
func TestDiskFull(t *testing.T) {
	ns := testutil.NewNamespace(t)
	ns.Veth("v0", "v1")
	s := &station{receiver: receive(t, ns), witness: watch(t, ns, collectorPort), cloud: newCloud(t, ns)}
	s.cloud.bind()
	disk := smallDisk(t)
	s.device = &device{t: t, ns: ns, dir: t.TempDir(), ended: make(chan struct{})}
	s.keepRecords()
	if err := os.Symlink(disk, s.path("state")); err != nil {
		t.Fatal(err)
	}
	s.write(s.cloud.settings() + "interfaces: [v1]\n" + small)
	s.run()
	s.ready(1)
	read := s.flows(0, 500, 0)
	s.untilDelivered()
	before := resourcesOf(s.device)
	s.cloud.toSLS.away()
	read = s.flows(1000, 1000, read)
	s.until("records in the spool", func(now *agent.Status) bool { return now.LogService.Spool.Queued.Records > 0 })
	empty := fill(t, disk)
	from := ns.Sender("v0")
	for i := range 3000 {
		from.Send(flow(uint32(3000 + i)))
	}
	read += 3000
	s.await("word of the full disk", func() bool { return strings.Contains(s.stderr.String(), "no space left on device") })
	s.witnessed(read - 100)
	s.cloud.modify("--netflow-version", "V5")
	s.await("the new FlowLog", func() bool { return strings.Contains(s.stderr.String(), "→ V5 127.0.0.1:9995") })
	empty()
	s.cloud.toSLS.back()
	s.untilRead(read)
	read = s.flows(8000, 500, read)
	s.until("the delivery of all that waits", func(now *agent.Status) bool {
		o := outputs(now.Outputs, "sls")
		return o.Put.Records == now.Sums.Records.Records && o.Queued.Records == 0 && now.LogService.Spool.Queued.Records == 0
	})
	before.back(s.device)
	summary, records := s.finish()
	netflow, sls := outputs(summary.Device.Outputs, "netflow"), outputs(summary.Device.Outputs, "sls")
	if summary.Frames != read || packetsOf(records) != read || s.receiver.totals().Records != netflow.FlowRecords {
		t.Errorf("%d frames sent, %d read, %d packets in records; %+v", read, summary.Frames, packetsOf(records), netflow)
	}
	lost := sls.Dropped.Total().Records + summary.Device.LogService.Earlier.Dropped.Total().Records
	if stored := s.cloud.stored(); stored.Unique+lost != sls.Put.Records {
		t.Errorf("Log Service has %+v of %d, %d are counted as lost", stored, sls.Put.Records, lost)
	}
	t.Logf("%d of %d records were lost for want of room", lost, sls.Put.Records)
}

// witnessed waits until so many records went to the collector.
func (s *station) witnessed(records uint64) {
	s.t.Helper()
	s.await("the datagrams of all records", func() bool { return s.witness.totals().Records >= records })
}
