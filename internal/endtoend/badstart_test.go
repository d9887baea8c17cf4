package endtoend

import (
	"encoding/binary"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
	"github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/testutil"
)

// spooled is a device of which an earlier run has left records in the spool, as Log Service was gone.
type spooled struct {
	*ordeal
	records uint64
}

// newSpooled starts a device once. Its state is on a disk of its own if it is to be mounted.
func newSpooled(t *testing.T, mount bool) *spooled {
	t.Helper()
	o := &ordeal{
		t: t, program: program(t, "sagflow"), dir: t.TempDir(), book: newLedger(), at: someLoopback(uint64(time.Now().UnixNano())),
		schedule: &schedule{settings: settings{
			mount: mount, records: 20, attempts: 10, sync: "always", signature: "v4", requestTimeout: 30 * time.Second, shutdownTimeout: 200 * time.Millisecond,
		}},
	}
	o.prepare()
	o.writeConfigs("flowlog: {OutputType: sls, SlsRegionId: cn-shanghai, ProjectName: flows, LogstoreName: one}")
	o.gone()
	r := o.newRun(o.config)
	o.wait(r)
	s := &spooled{ordeal: o}
	for _, count := range o.book.accepted {
		s.records += count
	}
	if r.code() != exitLeft || s.records == 0 {
		t.Fatalf("%s, %d records were accepted:\n%s", r.fate(), s.records, r.log)
	}
	return s
}

// again runs the device, with a configuration, in which something is replaced.
func (s *spooled) again(config string, replace ...string) testutil.Result {
	s.t.Helper()
	text, err := os.ReadFile(config)
	if err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(s.dir, "again.yaml")
	if err := os.WriteFile(path, []byte(strings.NewReplacer(replace...).Replace(string(text))), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return testutil.Run(s.t, time.Minute, s.program, "replay", "-c", path, testutil.Testdata(s.t, capture))
}

// files are the segments and set-aside batches of the spool.
func (s *spooled) files() map[string]string {
	s.t.Helper()
	all := map[string]string{}
	dir := spoolctl.Directory(s.state)
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == "lock" {
			continue // it holds who had it last
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			s.t.Fatal(err)
		}
		all[e.Name()] = string(text)
	}
	return all
}

// setVersion makes all segments of a version.
func (s *spooled) setVersion(version uint32) {
	s.t.Helper()
	for name, text := range s.files() {
		if !strings.HasSuffix(name, ".seg") {
			continue
		}
		b := []byte(text)
		binary.LittleEndian.PutUint32(b[8:], version)
		binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[:12], crc32.MakeTable(crc32.Castagnoli)))
		if err := os.WriteFile(filepath.Join(spoolctl.Directory(s.state), name), b, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// lock locks a file as another process does, until the function that it returns is called.
func (s *spooled) lock(name string) func() {
	s.t.Helper()
	f, err := os.OpenFile(filepath.Join(s.state, name), os.O_RDWR, 0)
	if err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return func() { _ = f.Close() }
}

// checkDelivered has a run deliver what is there, and counts.
func (s *spooled) checkDelivered() {
	s.t.Helper()
	s.back()
	if r := s.again(s.drain); r.Code != 0 {
		s.t.Errorf("exit code %d:\n%s", r.Code, r.Stderr)
	}
	s.gone()
	tally, err := sls.Dedup(storeOf(s.dir))
	if err != nil || tally.Unique != s.records || tally.Resent != 0 {
		s.t.Errorf("in the store: %+v, %v; want %d records", tally, err, s.records)
	}
}

// What a device can't start with, it says, with what to do, and leaves the spool as it is. When that is put right,
// all is delivered.
func TestBadStart(t *testing.T) {
	for _, c := range []struct {
		name  string
		mount bool
		// spoil makes the start a bad one, and returns what puts it right.
		spoil func(*spooled) func()
		// netflow says that the FlowLog asks for a collector alone; the device runs then, and says it.
		netflow bool
		replace []string
		code    int
		wants   []string
	}{
		{
			name: "full disk", mount: true, code: 1,
			spoil: func(s *spooled) func() { s.disk.fill(s.t, 0); return func() { s.disk.empty(s.t) } },
			wants: []string{"write to state directory", "no space left on device", "it must have room and be ours", "state-optional: true"},
		},
		{
			name: "read-only disk", mount: true, code: 1,
			spoil: func(s *spooled) func() { s.disk.readOnly(s.t, true); return func() { s.disk.readOnly(s.t, false) } },
			wants: []string{"state directory", "read-only file system", "state-optional: true"},
		},
		{
			name: "read-only disk, state-optional", mount: true, netflow: true, replace: []string{"state-directory:", "state-optional: true\nstate-directory:"},
			spoil: func(s *spooled) func() { s.disk.readOnly(s.t, true); return func() { s.disk.readOnly(s.t, false) } },
			wants: []string{"there is no status: the state directory can't be used", "read-only file system"},
		},
		{
			name: "spool of another version", code: 1,
			spoil: func(s *spooled) func() { s.setVersion(2); return func() { s.setVersion(1) } },
			wants: []string{"has version 2 of the spool's format, this program reads version 1", "let the program that wrote it deliver what is in it, or move the directory away"},
		},
		{
			name: "spool of another version, a collector alone", netflow: true,
			spoil: func(s *spooled) func() { s.setVersion(2); return func() { s.setVersion(1) } },
			wants: []string{"what waits for Log Service can't be delivered", "has version 2 of the spool's format"},
		},
		{
			name: "spool locked by another process", code: 1,
			spoil: func(s *spooled) func() { return s.lock(filepath.Join(spoolctl.Directory(""), "lock")) },
			wants: []string{"is locked by process", "only one process can use a spool; stop that one, or ask it through its control socket"},
		},
		{
			name: "spool locked by another process, a collector alone", netflow: true,
			spoil: func(s *spooled) func() { return s.lock(filepath.Join(spoolctl.Directory(""), "lock")) },
			wants: []string{"what waits for Log Service can't be delivered", "is locked by process"},
		},
		{
			name: "state directory of another device", code: 1,
			spoil: func(s *spooled) func() { return s.lock("lock") },
			wants: []string{"use state directory", "another device runs in it: stop that one, or name another state-directory"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSpooled(t, c.mount)
			before, restore := s.files(), c.spoil(s)
			config := s.config
			if c.netflow {
				config = s.drain
			}
			r := s.again(config, c.replace...)
			if r.Code != c.code {
				t.Errorf("exit code %d, want %d", r.Code, c.code)
			}
			for _, want := range c.wants {
				if !strings.Contains(string(r.Stderr), want) {
					t.Errorf("it doesn't say %q:\n%s", want, r.Stderr)
				}
			}
			restore()
			if !maps.Equal(before, s.files()) {
				t.Error("the spool was changed")
			}
			s.checkDelivered()
		})
	}
}
