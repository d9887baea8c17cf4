package smartag

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config"
)

var update = flag.Bool("update", false, "write the golden files")

var received = time.Date(2026, 11, 23, 9, 12, 27, 123456789, time.UTC)

func desiredA() config.Desired {
	return config.Desired{Bound: true, FlowLog: wantedAs(idA, "192.0.2.1"), Origin: config.FromAPI, Received: received}
}

func newStore(tb testing.TB) *store {
	tb.Helper()
	return &store{dir: tb.TempDir(), gatewayID: gateway, region: region}
}

func mustSave(tb testing.TB, s *store, d config.Desired) []byte {
	tb.Helper()
	if err := s.save(d); err != nil {
		tb.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(s.dir, lastGoodFile))
	if err != nil {
		tb.Fatal(err)
	}
	return content
}

// load reads by a new store, as after a restart.
func load(s *store) (config.Desired, bool, error) {
	return (&store{dir: s.dir, gatewayID: s.gatewayID, region: s.region}).load()
}

func TestLastGoodGolden(t *testing.T) {
	for name, d := range map[string]config.Desired{
		"bound":   desiredA(),
		"unbound": {Origin: config.FromAPI, Received: received},
	} {
		s := newStore(t)
		content := mustSave(t, s, d)
		golden := filepath.Join("testdata", "last-good-"+name+".json")
		if *update {
			if err := os.WriteFile(golden, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(content)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		got, found, err := load(s)
		d.Origin = config.FromLastGood
		if !found || err != nil || got != d {
			t.Errorf("load = %v, %v, %v", got, found, err)
		}
	}
}

func TestLastGoodDamagedAtEachByte(t *testing.T) {
	for _, d := range []config.Desired{desiredA(), {Received: received}} {
		s := newStore(t)
		content := mustSave(t, s, d)
		for i := range content {
			for _, flip := range []byte{0x01, 0x20, 0x80, 0xff} {
				damaged := append([]byte(nil), content...)
				damaged[i] ^= flip
				if _, err := decodeLastGood(damaged); err == nil {
					t.Errorf("byte %d flipped by %#x is taken: %s", i, flip, damaged)
				}
			}
			if _, err := decodeLastGood(content[:i]); err == nil {
				t.Errorf("cut at byte %d is taken", i)
			}
			if _, err := decodeLastGood(append(content[:i:i], content[i+1:]...)); err == nil {
				t.Errorf("without byte %d it is taken", i)
			}
		}
		if _, err := decodeLastGood(append(content, ' ')); err == nil {
			t.Error("with a byte more it is taken")
		}
	}
}

func TestLastGoodOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*lastGood)
		want   string
	}{
		"device":  {func(l *lastGood) { l.SmartAGId = "sag-another" }, `SmartAGId "sag-another"`},
		"region":  {func(l *lastGood) { l.RegionId = "eu-central-1"; l.FlowLog.RegionId = "eu-central-1" }, "eu-central-1"},
		"version": {func(l *lastGood) { l.Version = 2 }, "version is 2: want 1"},
		"rules":   {func(l *lastGood) { l.FlowLog.ActiveAging = 1 }, "IllegalParam.ActiveAging"},
		"unused":  {func(l *lastGood) { l.FlowLog.ProjectName = "p" }, "as the rules make it"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			f := wantedAs(idA, "192.0.2.1")
			l := lastGood{Version: 1, SmartAGId: gateway, RegionId: region, Received: received, FlowLog: &f}
			c.change(&l)
			content, err := l.encode()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(s.dir, lastGoodFile)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, found, err := load(s)
			if found || err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("load: %v, %v", found, err)
			}
		})
	}
}

func TestLastGoodThatIsNoFile(t *testing.T) {
	s := newStore(t)
	if _, found, err := load(s); found || err != nil {
		t.Errorf("of an empty directory: %v, %v", found, err)
	}
	path := filepath.Join(s.dir, lastGoodFile)
	if err := os.WriteFile(path, make([]byte, 10<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, found, err := load(s); found || err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("of 10 MB: %v, %v", found, err)
	}
	remove(t, path)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, found, err := load(s); found || err == nil {
		t.Errorf("of a directory: %v, %v", found, err)
	}
	remove(t, path)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, found, err := load(s); found || err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("of a pipe that nobody writes to: %v, %v", found, err)
	}
}

func TestSaveWritesChangesOnly(t *testing.T) {
	s := newStore(t)
	mustSave(t, s, desiredA())
	path := filepath.Join(s.dir, lastGoodFile)
	remove(t, path)
	same := desiredA()
	same.Received = received.Add(time.Hour)
	if err := s.save(same); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the same was written again: %v", err)
	}
	mustSave(t, s, config.Desired{})
}

func FuzzLastGood(f *testing.F) {
	s := newStore(f)
	f.Add(mustSave(f, s, desiredA()))
	f.Add(mustSave(f, s, config.Desired{Received: received}))
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, content []byte) {
		l, err := decodeLastGood(content)
		if err != nil {
			return
		}
		if again, err := l.encode(); err != nil || string(again) != string(content) {
			t.Fatalf("taken: %q, %v", content, err)
		}
		if err := l.check(); err != nil {
			t.Fatalf("taken: %v", err)
		}
	})
}
