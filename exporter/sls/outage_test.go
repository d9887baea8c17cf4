package sls

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// outageLength is how long Log Service is away in TestOutage: SAGFLOW_OUTAGE, as 1h, or ten minutes.
func outageLength(t *testing.T) time.Duration {
	text := os.Getenv("SAGFLOW_OUTAGE")
	if text == "" {
		return 10 * time.Minute
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 3*time.Minute {
		t.Fatalf("SAGFLOW_OUTAGE=%q: want a time of 3m or more", text)
	}
	return d
}

// switched answers with 503, or takes what comes after a while.
type switched struct {
	up   atomic.Bool
	took atomic.Int64 // requests
}

func (s *switched) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.up.Load() {
		return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	time.Sleep(20 * time.Millisecond)
	s.took.Add(1)
	return taker{}.RoundTrip(r)
}

// outage is a device with 5,000 records a second, in compressed time and with a real disk.
type outage struct {
	t       *testing.T
	dir     string
	service *switched
	spool   *spool.Spool
	sender  *Sender
	session *Session
	group   *exporter.Group
	next    int
	put     uint64
}

const outageRate = 5000

func newOutage(t *testing.T) *outage {
	o := &outage{t: t, dir: t.TempDir(), service: &switched{}}
	c, err := client.New(client.Options{Base: o.service, Credentials: client.Fixed{AccessKeyID: "a", AccessKeySecret: "b"}})
	must(t, err)
	o.spool, err = spool.Open(spool.Options{Dir: o.dir, MaxBytes: 4 << 30, MinFree: -1, SyncInterval: time.Hour})
	must(t, err)
	o.sender, err = NewSender(SenderOptions{Client: c, Spool: o.spool, ShutdownTimeout: time.Hour})
	must(t, err)
	o.session, err = o.sender.Session(SessionOptions{
		Destination: spool.Destination{Region: "cn-shanghai", Endpoint: "https://example.com", Project: "flows", Logstore: "records"}, Identity: identity,
	})
	must(t, err)
	o.group = exporter.NewGroup(exporter.GroupOptions{}, o.session)
	go func() { _ = o.sender.Run(context.Background()) }()
	go func() { _ = o.session.Run(context.Background()) }()
	return o
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// second puts the records of one second, all different.
func (o *outage) second() {
	records := fullBatch()
	for left := outageRate; left > 0; {
		b := o.group.Get()
		for range min(left, exporter.DefaultBatchRecords) {
			r := records[o.next%len(records)]
			r.First, r.Last = r.First+int64(o.next)*200_000, r.Last+int64(o.next)*200_000
			r.SrcPort, r.Octets = uint16(o.next), uint64(o.next*7919%1_500_000)
			b.Records = append(b.Records, r)
			o.next++
		}
		left -= len(b.Records)
		o.put += uint64(len(b.Records))
		must(o.t, o.group.Put(context.Background(), b))
	}
	time.Sleep(time.Second)
}

// heap is what is in use after a collection, in octets.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// sizes adds up the spool's files, and the compressed batches in them.
func (o *outage) sizes() (disk, compressed int64) {
	files, err := os.ReadDir(o.dir)
	must(o.t, err)
	for _, f := range files {
		info, err := os.Stat(filepath.Join(o.dir, f.Name()))
		must(o.t, err)
		disk += info.Size()
	}
	for _, e := range o.spool.Queued() {
		item, err := o.spool.Read(e.ID)
		must(o.t, err)
		compressed += int64(len(item.Payload))
	}
	return disk, compressed
}

// An outage costs disk and no memory, and is caught up while records go on coming.
func TestOutage(t *testing.T) {
	length := outageLength(t)
	synctest.Test(t, func(t *testing.T) {
		o := newOutage(t)
		var first, most uint64
		for at := range int(length / time.Second) {
			o.second()
			if at < 60 || at%60 != 0 {
				continue
			}
			if most = max(most, heap()); first == 0 {
				first = most
			}
		}
		disk, compressed := o.sizes()
		t.Logf("%v of outage at %d records a second: %.1f MB compressed, %.1f MB on disk; heap %.1f MB after a minute, %.1f MB at most",
			length, outageRate, float64(compressed)/1e6, float64(disk)/1e6, float64(first)/1e6, float64(most)/1e6)
		if ratio := float64(disk) / float64(compressed); ratio < 0.9 || ratio > 1.1 {
			t.Errorf("the disk holds %.3f times the compressed octets", ratio)
		}
		if most > first+4<<20 {
			t.Errorf("the heap grew from %d to %d octets", first, most)
		}
		o.catchUp()
	})
}

// catchUp brings Log Service back, and says how fast the rest is delivered.
func (o *outage) catchUp() {
	waiting := o.spool.Stats().Queued.Records
	o.service.up.Store(true)
	began, before := time.Now(), cpu(o.t)
	came := o.put
	for o.spool.Stats().Queued.Records > 0 {
		if time.Since(began) > 2*time.Hour {
			o.t.Fatalf("%d records still wait", o.spool.Stats().Queued.Records)
		}
		o.second()
	}
	took, used := time.Since(began), cpu(o.t)-before
	o.t.Logf("caught up %d records in %v with answers after 20 ms, while %d more came: %.0f a second; %.0f a CPU-second, all told",
		waiting, took.Round(time.Second), o.put-came, float64(waiting)/took.Seconds(), float64(waiting+o.put-came)/used.Seconds())
	must(o.t, o.group.Finish(context.Background()))
	must(o.t, o.sender.Finish(context.Background()))
	must(o.t, o.spool.Close())
	c := o.session.Counters()
	if all := c.Acknowledged.Records; all != o.put || !c.Balanced() {
		o.t.Errorf("%d of %d records acknowledged: %+v", all, o.put, c)
	}
}
