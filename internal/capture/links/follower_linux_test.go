package links

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/sagflow/sagflow/internal/capture/rtnetlink"
	"github.com/sagflow/sagflow/internal/testutil/netns"
)

// limit is how long a test waits for what must come.
const limit = 20 * time.Second

// run is a Follower that runs, and what it told.
type run struct {
	*Follower
	t       *testing.T
	changes chan []Link
}

// follow runs a Follower of the test's namespace in another thread, which is in another namespace.
// But for notifications nothing wakes it.
func follow(t *testing.T, patterns ...string) *run {
	t.Helper()
	r := &run{t: t, changes: make(chan []Link, 1000)}
	p, err := ParsePatterns(patterns)
	if err != nil {
		t.Fatal(err)
	}
	r.Follower, err = New(Options{Patterns: p, Changed: func(now []Link) { r.changes <- now }, Rescan: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	r.start()
	return r
}

// start runs the Follower to the end of the test.
func (r *run) start() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	r.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("Run: %v", err)
		}
	})
}

// await waits until the links are as wanted, and returns them.
func (r *run) await(what string, wanted func(now []Link) bool) []Link {
	r.t.Helper()
	var last []Link
	timeout := time.After(limit)
	for {
		select {
		case last = <-r.changes:
			if wanted(last) {
				return last
			}
		case <-timeout:
			r.t.Fatalf("%s is not seen: %+v", what, last)
		}
	}
}

// only waits until there is one link, as wanted.
func (r *run) only(what string, wanted func(l Link) bool) Link {
	r.t.Helper()
	return r.await(what, func(now []Link) bool { return len(now) == 1 && wanted(now[0]) })[0]
}

func named(name string) func(Link) bool { return func(l Link) bool { return l.Name == name } }

func none(now []Link) bool { return len(now) == 0 }

func TestAppearAndVanish(t *testing.T) {
	netns.New(t, "ip link add other type bridge")
	r := follow(t, "eth*", "!eth1")
	r.await("none at the start", none)
	netns.Run(t, "ip link add eth1 type bridge")
	netns.Run(t, "ip link add eth0 type veth peer name peer0")
	got := r.only("eth0", named("eth0"))
	want := Link{Index: got.Index, Name: "eth0", MTU: 1500, Type: unix.ARPHRD_ETHER}
	if diff := cmp.Diff(want, got); diff != "" || got.Index < 1 {
		t.Errorf("-want +got\n%s", diff)
	}
	netns.Run(t, "ip link add eth2 type bridge")
	r.await("eth2", func(now []Link) bool {
		return len(now) == 2 && now[0].Name == "eth0" && now[1].Name == "eth2" && now[0].Index < now[1].Index
	})
	netns.Run(t, "ip link del eth0")
	r.only("eth0's end", named("eth2"))
	netns.Run(t, "ip link del eth2")
	r.await("eth2's end", none)
}

// Patterns that are replaced take effect at once, and what they match is told, also where it is what it was.
func TestSetPatterns(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge")
	netns.Run(t, "ip link add eth1 type bridge")
	r := follow(t, "eth0")
	first := r.only("eth0", named("eth0"))
	for i, step := range []struct{ pattern, want string }{{"eth1", "eth1"}, {"eth*", "both"}, {"eth0", "eth0"}, {"!eth1", "eth0"}} {
		p, err := ParsePatterns([]string{step.pattern})
		if err != nil {
			t.Fatal(err)
		}
		r.SetPatterns(p)
		now := r.await(step.pattern, func([]Link) bool { return true })
		names := ""
		for _, l := range now {
			names += l.Name
		}
		if names != strings.Replace(step.want, "both", "eth0eth1", 1) || step.want == "eth0" && now[0] != first {
			t.Errorf("step %d, %s: %+v", i, step.pattern, now)
		}
	}
	// Any number of replacements at any time: the last one counts.
	for i := range 200 {
		p, _ := ParsePatterns([]string{fmt.Sprint("eth", i%2)})
		r.SetPatterns(p)
	}
	r.only("eth1", named("eth1"))
}

func TestDeletedAndMadeAgain(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge")
	r := follow(t, "eth0")
	first := r.only("eth0", named("eth0"))
	netns.Run(t, "ip link del eth0")
	netns.Run(t, "ip link add eth0 type bridge")
	second := r.only("the new eth0", func(l Link) bool { return l.Name == "eth0" && l.Index != first.Index })
	if name := r.Names()[uint32(second.Index)]; name != "eth0" {
		t.Errorf("its name is %q", name)
	}
}

func TestDownAndUp(t *testing.T) {
	netns.New(t, "ip link add eth0 type veth peer name peer0")
	r := follow(t, "eth0")
	r.only("eth0", func(l Link) bool { return !l.Up && !l.Running })
	netns.Run(t, "ip link set eth0 up")
	r.only("eth0 up without carrier", func(l Link) bool { return l.Up && !l.Running })
	netns.Run(t, "ip link set peer0 up")
	r.only("eth0 running", func(l Link) bool { return l.Up && l.Running })
	netns.Run(t, "ip link set peer0 down")
	r.only("eth0 without carrier", func(l Link) bool { return l.Up && !l.Running })
	netns.Run(t, "ip link set eth0 down")
	r.only("eth0 down", func(l Link) bool { return !l.Up })
}

func TestRename(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge")
	r := follow(t, "eth0", "wan*")
	index := r.only("eth0", named("eth0")).Index
	netns.Run(t, "ip link set eth0 name wan0")
	if l := r.only("wan0", named("wan0")); l.Index != index {
		t.Errorf("its index became %d, was %d", l.Index, index)
	}
	netns.Run(t, "ip link set wan0 name lan0")
	r.await("lan0, which is not wanted", none)
	if name := r.Names()[uint32(index)]; name != "lan0" {
		t.Errorf("its name is %q", name)
	}
}

func TestMTU(t *testing.T) {
	netns.New(t, "ip link add eth0 type veth peer name peer0")
	r := follow(t, "!peer0")
	r.only("eth0", func(l Link) bool { return l.MTU == 1500 })
	netns.Run(t, "ip link set eth0 mtu 9000")
	r.only("the MTU", func(l Link) bool { return l.MTU == 9000 })
}

// TestNames: all names are known, whatever matches, and the map is a new one when one changed only.
func TestNames(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge", "ip link add other type bridge")
	r := follow(t, "eth*")
	index := uint32(r.only("eth0", named("eth0")).Index)
	before := r.Names()
	if len(before) != 3 || before[1] != "lo" || before[index] != "eth0" || before[index+1] != "other" {
		t.Errorf("%v", before)
	}
	netns.Run(t, "ip link set eth0 mtu 1400")
	r.only("the MTU", func(l Link) bool { return l.MTU == 1400 })
	if reflect.ValueOf(before).Pointer() != reflect.ValueOf(r.Names()).Pointer() {
		t.Error("the map is another one, and no name changed")
	}
	netns.Run(t, "ip link add eth1 type bridge")
	r.await("eth1", func(now []Link) bool { return len(now) == 2 })
	if now := r.Names(); len(now) != 4 || now[index+2] != "eth1" {
		t.Errorf("%v", now)
	}
	if len(before) != 3 {
		t.Errorf("the map handed out before was changed: %v", before)
	}
}

// TestReaders is for the race detector.
func TestReaders(t *testing.T) {
	netns.New(t)
	r := follow(t, "eth*")
	stop := make(chan struct{})
	done := make(chan int)
	go func() {
		most := 0
		for {
			select {
			case <-stop:
				done <- most
				return
			default:
				most = max(most, len(r.Names()), len(r.Links()))
			}
		}
	}()
	for i := range 5 {
		netns.Run(t, fmt.Sprintf("ip link add eth%d type bridge", i))
	}
	r.await("five", func(now []Link) bool { return len(now) == 5 })
	if now := r.Links(); len(now) != 5 || now[4].Name != "eth4" {
		t.Errorf("Links() = %v", now)
	}
	close(stop)
	if most := <-done; most > 6 {
		t.Errorf("%d of 6", most)
	}
}

// TestStorm changes a link 2,000 times: what was there last is seen, and looking was limited.
func TestStorm(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge")
	r := follow(t, "eth0")
	r.only("eth0", named("eth0"))
	var batch strings.Builder
	const changes = 2000
	for i := range changes {
		fmt.Fprintf(&batch, "link set eth0 mtu %d\n", 1000+i%7)
	}
	batch.WriteString("link set eth0 mtu 1234\n")
	file := filepath.Join(t.TempDir(), "batch")
	if err := os.WriteFile(file, []byte(batch.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	netns.Run(t, "ip -batch "+file)
	calls := 0
	r.only("the last MTU", func(l Link) bool { calls++; return l.MTU == 1234 })
	const apart = 20 * time.Millisecond
	if most := 2 + int(time.Since(begin)/apart); calls > most {
		t.Errorf("%d calls for %d changes in %v, want at most one in %v", calls, changes, time.Since(begin), apart)
	}
}

// TestRescan has no notifications at all.
func TestRescan(t *testing.T) {
	netns.New(t)
	p, err := ParsePatterns([]string{"eth*"})
	if err != nil {
		t.Fatal(err)
	}
	r := &run{t: t, changes: make(chan []Link, 1000)}
	r.Follower, err = New(Options{Patterns: p, Changed: func(now []Link) { r.changes <- now }, Rescan: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.events.Close()
	if r.events, err = rtnetlink.Listen(0); err != nil {
		t.Fatal(err)
	}
	r.start()
	r.await("none", none)
	netns.Run(t, "ip link add other type bridge")
	netns.Run(t, "ip link add eth0 type bridge")
	if now := <-r.changes; len(now) != 1 || now[0].Name != "eth0" {
		t.Errorf("called for %+v", now)
	}
}

// TestUnchanged: Changed doesn't hear of what is as it was, nor of what isn't wanted.
func TestUnchanged(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge")
	p, err := ParsePatterns([]string{"eth0"})
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	f, err := New(Options{Patterns: p, Changed: func([]Link) { calls++ }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, step := range []struct {
		command string
		calls   int
	}{
		{"true", 1},
		{"true", 1},
		{"ip link add other type bridge", 1},
		{"ip link set eth0 mtu 1400", 2},
		{"true", 2},
	} {
		netns.Run(t, step.command)
		if f.follow(); calls != step.calls {
			t.Errorf("%s: %d calls, want %d", step.command, calls, step.calls)
		}
	}
}

// TestDefaults: nobody wants to hear of changes, but for the snapshot.
func TestDefaults(t *testing.T) {
	netns.New(t)
	f, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.options.Rescan != DefaultRescan || len(f.Links()) != 0 || len(f.Names()) != 0 {
		t.Errorf("%+v, %v, %v", f.options, f.Links(), f.Names())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Run(ctx); err != nil {
		t.Errorf("Run with an ended context: %v", err)
	}
	if names := f.Names(); len(names) != 1 || names[1] != "lo" || f.Links() != nil {
		t.Errorf("%v, %v", names, f.Links())
	}
}

func TestClose(t *testing.T) {
	netns.New(t)
	f, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := f.Run(t.Context()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Run after Close: %v", err)
	}
}

// TestFailure: failures are logged once, and what was known stays.
func TestFailure(t *testing.T) {
	netns.New(t, "ip link add eth0 type bridge")
	p, err := ParsePatterns([]string{"eth0"})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	calls := 0
	f, err := New(Options{Patterns: p, Changed: func([]Link) { calls++ }, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	f.follow()
	good, broken := f.conn, &rtnetlink.Conn{} // of descriptor 0, which is no netlink socket
	for range 3 {
		f.conn = broken
		f.follow()
	}
	if len(f.Links()) != 1 || len(f.Names()) != 2 || calls != 1 {
		t.Errorf("%v, %v, %d calls", f.Links(), f.Names(), calls)
	}
	f.conn = good
	f.follow()
	text := log.String()
	if strings.Count(text, "can't see the interfaces") != 1 || strings.Count(text, "can be seen again") != 1 {
		t.Errorf("logged:\n%s", text)
	}
}

// BenchmarkLook is what a rescan costs.
func BenchmarkLook(b *testing.B) {
	for _, n := range []int{3, 11, 101} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			netns.New(b)
			for i := range n / 2 {
				netns.Run(b, fmt.Sprintf("ip link add eth%d type veth peer name veth%d", i, i))
			}
			p, err := ParsePatterns([]string{"eth*"})
			if err != nil {
				b.Fatal(err)
			}
			f, err := New(Options{Patterns: p})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			b.ReportAllocs()
			for b.Loop() {
				f.follow()
			}
			if len(f.Names()) != n || !slices.IsSortedFunc(f.Links(), func(a, b Link) int { return a.Index - b.Index }) {
				b.Errorf("%v", f.Links())
			}
		})
	}
}
