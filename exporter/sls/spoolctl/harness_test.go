package spoolctl

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

var (
	shanghai = spool.Destination{Region: "cn-shanghai", Endpoint: "cn-shanghai.log.aliyuncs.com", Project: "flows", Logstore: "office"}
	qingdao  = spool.Destination{Region: "cn-qingdao", Endpoint: "cn-qingdao.log.aliyuncs.com", Project: "flows", Logstore: "office"}
	made     = time.Date(2026, 11, 23, 9, 12, 27, 0, time.UTC)
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T any](t testing.TB, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// batch makes the batch of a number; everything in it follows from that.
func batch(number uint64) spool.Batch {
	d := shanghai
	if number%2 == 1 {
		d = qingdao
	}
	n := number%50 + 1
	return spool.Batch{
		Destination: d, Boot: "b00t", Number: number, Count: uint32(n), Created: made,
		Sum: exporter.Sum{Records: n, Packets: 7*n + number, Octets: 1000*n + number}, Payload: fmt.Appendf(nil, "the log group of batch %d", number),
	}
}

// fill makes a spool in a state directory with batches 1 to n (their IDs, too), of which those are set
// aside that are listed, and closes it.
func fill(t testing.TB, n int, aside ...spool.ID) (state string) {
	t.Helper()
	state = t.TempDir()
	s := openSpool(t, state)
	for i := range n {
		_, err := s.Append(batch(uint64(i + 1)))
		must(t, err)
	}
	for _, id := range aside {
		must(t, s.SetAside(id, "PostBodyInvalid: \xff no log group"))
	}
	must(t, s.Close())
	return state
}

// openSpool opens a state directory's spool as a device does.
func openSpool(t testing.TB, state string) *spool.Spool {
	t.Helper()
	s, err := spool.Open(spool.Options{
		Dir: Directory(state), MinFree: -1, SyncInterval: time.Hour, Now: func() time.Time { return made },
	})
	must(t, err)
	return s
}

// device is a process that has a spool open, as far as this package needs one.
type device struct {
	spool   *spool.Spool
	server  *Server
	changes atomic.Int64
	stop    func() error
}

// start opens the spool and serves it until stop is called or the test ends.
func start(t testing.TB, state string) *device {
	t.Helper()
	d := &device{spool: openSpool(t, state)}
	d.serve(t, state, d.spool)
	return d
}

func (d *device) serve(t testing.TB, state string, s Spool) {
	t.Helper()
	var err error
	d.server, err = NewServer(Options{StateDirectory: state, Spool: s, Changed: func() { d.changes.Add(1) }})
	must(t, err)
	must(t, d.server.Open())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.server.Run(ctx) }()
	d.stop = sync.OnceValue(func() error {
		cancel()
		err := <-ended
		if d.spool != nil {
			must(t, d.spool.Close())
		}
		return err
	})
	t.Cleanup(func() { must(t, d.stop()) })
}

// way is how a spool is used.
type way struct {
	name string
	// open returns a control for the spool of a state directory, and a count of calls of Changed.
	open func(t testing.TB, state string) (Control, func() int64)
}

func ways() []way {
	return []way{
		{"offline", func(t testing.TB, state string) (Control, func() int64) { return open(t, state, true), nil }},
		{"socket", func(t testing.TB, state string) (Control, func() int64) {
			d := start(t, state)
			return open(t, state, true), d.changes.Load
		}},
	}
}

func open(t testing.TB, state string, change bool) Control {
	t.Helper()
	c, err := Open(t.Context(), OpenOptions{StateDirectory: state, Change: change})
	must(t, err)
	t.Cleanup(func() { must(t, c.Close()) })
	return c
}

// collect gathers what an operation gives.
func collect[T any](t testing.TB, s Selection, operation func(context.Context, Selection, func(T) error) error) []T {
	t.Helper()
	all := []T{}
	must(t, operation(t.Context(), s, func(v T) error { all = append(all, v); return nil }))
	return all
}

func idsOf(all []Found) (ids []spool.ID) {
	for i := range all {
		ids = append(ids, all[i].Item.ID)
	}
	return ids
}

// spoilSegment changes the last octet of the only segment whose last batch is a given one.
func spoilSegment(t testing.TB, state string, number int) {
	t.Helper()
	path := filepath.Join(Directory(state), fmt.Sprintf("%016x.seg", number))
	text, err := os.ReadFile(path)
	must(t, err)
	text[len(text)-1] ^= 1
	must(t, os.WriteFile(path, text, 0o600))
}
