package routes

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// kernel answers 100 + the last octet of an address, in its own time.
type kernel struct {
	mu    sync.Mutex
	asked []netip.Addr
	takes time.Duration
	err   error
	hold  func() // called with each question
}

func (k *kernel) ask(dst netip.Addr) (uint32, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked = append(k.asked, dst)
	if k.hold != nil {
		k.hold()
	}
	time.Sleep(k.takes) // of a bubble's clock
	b := dst.AsSlice()
	return 100 + uint32(b[len(b)-1]), k.err
}

// served is a Table that asks k until the end of the bubble's test.
func served(t *testing.T, o Options, k *kernel) *Table {
	table := newTable(o, k.ask)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); table.serve(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	synctest.Wait()
	return table
}

func addresses(list ...string) []netip.Addr {
	out := make([]netip.Addr, len(list))
	for i, text := range list {
		out[i] = netip.MustParseAddr(text)
	}
	return out
}

// resolved is Resolve with an out that has something in it before.
func resolved(t *Table, dst ...netip.Addr) []uint32 {
	out := slices.Repeat([]uint32{12345}, len(dst))
	t.Resolve(dst, out)
	return out
}

func TestResolve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{}
		table := served(t, Options{}, k)
		list := addresses("192.0.2.1", "192.0.2.2", "192.0.2.1", "127.0.0.1", "::ffff:192.0.2.2", "2001:db8::3", "fe80::1")
		want := []uint32{101, 102, 101, 0, 102, 103, 0}
		for range 2 {
			if diff := cmp.Diff(want, resolved(table, list...)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		}
		if got := table.Counters(); got != (Counters{Hits: 5, Queries: 3}) {
			t.Errorf("%+v", got)
		}
		for i, dst := range list {
			if got, ok := table.Lookup(dst); got != want[i] || !ok {
				t.Errorf("Lookup of %v: %d, %v", dst, got, ok)
			}
		}
		if got, ok := table.Lookup(host(1)); ok {
			t.Errorf("Lookup of what is not known: %d", got)
		}
		time.Sleep(DefaultExpiry)
		if got, ok := table.Lookup(list[0]); ok {
			t.Errorf("Lookup when it expired: %d", got)
		}
		if got := table.Counters().Queries; got != 3 {
			t.Errorf("Lookup asked the kernel: %d queries", got)
		}
		if out := resolved(table); len(out) != 0 {
			t.Errorf("%v", out)
		}
	})
}

// TestQueries: a batch asks for no more than it may, the next ones for the rest.
func TestQueries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{}
		table := served(t, Options{Queries: 2}, k)
		list := addresses("10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.5")
		for i, want := range [][]uint32{
			{101, 101, 102, 0, 0, 0, 0},
			{101, 101, 102, 103, 104, 0, 0},
			{101, 101, 102, 103, 104, 105, 105},
		} {
			if diff := cmp.Diff(want, resolved(table, list...)); diff != "" {
				t.Errorf("call %d: -want +got\n%s", i, diff)
			}
		}
		if got := table.Counters(); got != (Counters{Hits: 8, Queries: 5, Unresolved: 6}) {
			t.Errorf("%+v", got)
		}
	})
}

// TestLate: a kernel that takes its time is waited for once, and its answer is used later.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{takes: time.Minute}
		table := served(t, Options{Expiry: time.Hour}, k)
		for i, want := range []time.Duration{DefaultWait, 0, 0} {
			begin := time.Now()
			out := resolved(table, host(1), host(2))
			if took := time.Since(begin); took != want || out[0] != 0 || out[1] != 0 {
				t.Errorf("call %d: %v after %v, want %v", i, out, took, want)
			}
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		k.takes = 0
		if out := resolved(table, host(1), host(2), host(3)); !slices.Equal(out, []uint32{101, 102, 103}) {
			t.Errorf("when it has answered: %v", out)
		}
		if got := table.Counters(); got != (Counters{Hits: 2, Queries: 3, Unresolved: 6}) {
			t.Errorf("%+v", got)
		}
	})
}

// TestBusy: what another waits for is waited for no longer either.
func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{takes: 600 * time.Microsecond}
		table := served(t, Options{}, k)
		done := make(chan []uint32)
		go func() { done <- resolved(table, host(1)) }()
		synctest.Wait()
		begin := time.Now()
		out := resolved(table, host(2))
		if took := time.Since(begin); took > DefaultWait || out[0] != 0 {
			t.Errorf("%v after %v", out, took)
		}
		if out := <-done; out[0] != 101 {
			t.Errorf("the first: %v", out)
		}
		time.Sleep(time.Second)
		if out := resolved(table, host(3)); out[0] != 103 {
			t.Errorf("when nobody else asks: %v", out)
		}
	})
}

// TestNotRun: nobody waits for a Table that does not run yet, or not any more.
func TestNotRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{}
		table := newTable(Options{}, k.ask)
		begin := time.Now()
		out := resolved(table, host(1))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		table.serve(ctx)
		again := resolved(table, host(1))
		if took := time.Since(begin); took != 0 || out[0] != 0 || again[0] != 0 || len(k.asked) != 0 {
			t.Errorf("%v, %v after %v", out, again, took)
		}
	})
}

// TestErrors are no answers: they aren't kept.
func TestErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{err: errors.New("no memory")}
		table := served(t, Options{}, k)
		if out := resolved(table, host(1)); out[0] != 0 {
			t.Errorf("%v", out)
		}
		k.err = nil
		if out := resolved(table, host(1)); out[0] != 101 {
			t.Errorf("%v", out)
		}
		if got := table.Counters(); got != (Counters{Queries: 2, Unresolved: 1}) {
			t.Errorf("%+v", got)
		}
	})
}

// TestFlushed: an answer that was asked for before a notification is given, but not kept.
func TestFlushed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kernel{}
		table := served(t, Options{}, k)
		k.hold = table.flush
		if out := resolved(table, host(1)); out[0] != 101 {
			t.Errorf("%v", out)
		}
		if _, ok := table.Lookup(host(1)); ok {
			t.Error("it was kept")
		}
		k.hold = nil
		_ = resolved(table, host(1))
		if _, ok := table.Lookup(host(1)); !ok {
			t.Error("the next was not kept")
		}
		table.flush()
		if _, ok := table.Lookup(host(1)); ok {
			t.Error("it outlived a flush")
		}
	})
}

// TestBound: the cache is as large as it may be.
func TestBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := served(t, Options{Entries: 50}, &kernel{})
		for i := range 1000 {
			_ = resolved(table, host(i))
		}
		if n := table.cache.len(); n > 50 || n < 25 {
			t.Errorf("%d entries", n)
		}
	})
}

// TestWorkers is for the race detector: several resolve and look up at a time.
func TestWorkers(t *testing.T) {
	table := newTable(Options{Wait: time.Minute}, (&kernel{}).ask)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); table.serve(ctx) }()
	for table.late.Load() {
		_, _ = table.Lookup(host(0)) // until it is served
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 500 {
				out := resolved(table, host(i%200), host((i+1)%200))
				if want := 100 + uint32(i%200); out[0] != want {
					t.Errorf("%d, want %d", out[0], want)
				}
				if i%50 == 0 {
					table.flush()
				}
			}
		})
	}
	group.Wait()
	cancel()
	<-done
}
