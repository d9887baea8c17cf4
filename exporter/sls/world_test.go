package sls

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing/synctest"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// keys are credentials of which the file can change.
type keys struct {
	mu           sync.Mutex
	inUse, there client.Credentials
}

func (k *keys) Get() (client.Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.inUse, nil
}

func (k *keys) Refresh() (client.Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.inUse = k.there
	return k.inUse, nil
}

// world is a device with its disk and its Log Service.
type world struct {
	service *service
	disk    *memDisk
	keys    *keys
	skew    atomic.Int64 // of the device's clock
	random  *rand.Rand
	options SenderOptions
	spool   spool.Options
	// wrap puts something between sender and client: a mutant.
	wrap func(Putter) Putter
	log  *slog.Logger
	// doom is after how many calls of the disk the next machine dies, 0 for never.
	doom int

	serial uint64
	// expected are the records of accepted batches by where they go and their serial number.
	mu       sync.Mutex
	accepted map[string]struct{}
	put      map[string]struct{}
}

func newWorld(seed uint64) *world {
	s := newService()
	return &world{
		service: s, disk: newMemDisk(), keys: &keys{inUse: s.key, there: s.key},
		random: rand.New(rand.NewPCG(seed, 1)), accepted: make(map[string]struct{}), put: make(map[string]struct{}),
	}
}

// identity is who exports; the fakes of the encoder have a variable named device.
var identity = Identity{InstanceID: "sag-whfn5hzlbdbxgbvuv8", SerialNumber: "sag62x043a", Account: "1210123456789012"}

// machine is one run of the device's program.
type machine struct {
	w       *world
	fs      *memFS
	spool   *spool.Spool
	sender  *Sender
	cancel  context.CancelFunc
	running sync.WaitGroup
	session *Session
	olds    []*Session
	ending  sync.WaitGroup // sessions that are being finished
	dead    atomic.Bool
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.skew.Load())) }

// start starts the device.
func (w *world) start() (*machine, error) {
	d := &machine{w: w, fs: &memFS{d: w.disk, left: w.doom}}
	w.doom = 0
	so := w.spool
	so.Dir, so.FS, so.MinFree, so.Logger, so.Now = "spool", d.fs, -1, w.log, w.now
	var err error
	if d.spool, err = spool.Open(so); err != nil {
		return nil, err
	}
	base, err := client.New(client.Options{Credentials: w.keys, Base: baseOf{d}, Now: w.now, Timeout: 10 * time.Second})
	if err != nil {
		return nil, err
	}
	o := w.options
	o.Spool, o.Client, o.Random, o.Logger, o.Now = d.spool, base, w.random.Float64, w.log, w.now
	if w.wrap != nil {
		o.Client = w.wrap(base)
	}
	if d.sender, err = NewSender(o); err != nil {
		return nil, err
	}
	d.sender.onStored = func(b *spool.Batch) { w.accept(b) }
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel = cancel
	d.sender.Start(ctx)
	d.running.Go(func() { <-d.sender.ended })
	return d, nil
}

// baseOf is the way to the service as long as the device lives.
type baseOf struct{ d *machine }

func (b baseOf) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.d.dead.Load() || b.d.fs.isDead() {
		return nil, errKilled
	}
	return b.d.w.service.RoundTrip(r)
}

// accept notes the records of a batch that the spool took.
func (w *world) accept(b *spool.Batch) {
	raw, err := b.Raw()
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, record := range recordsOf(b.Destination, raw) {
		w.accepted[record] = struct{}{}
	}
}

// export begins a session, and ends the one before in the background.
func (d *machine) export(logstore string) error {
	ses, err := d.sender.Session(SessionOptions{
		Destination: spool.Destination{Region: "cn-shanghai", Project: "flows", Logstore: logstore},
		Identity:    identity, BatchRecords: 16, BatchAge: time.Second, QueueRecords: 256, DropWhenFull: true, Logger: d.w.log,
	})
	if err != nil {
		return err
	}
	d.running.Go(func() { _ = ses.Run(context.Background()) })
	d.finishSession()
	d.session = ses
	return nil
}

func (d *machine) finishSession() {
	if old := d.session; old != nil {
		d.session = nil
		d.olds = append(d.olds, old)
		d.ending.Go(func() { _ = old.Finish(context.Background()) })
	}
}

// putRecords puts n records, each with its own serial number as its packets.
func (d *machine) putRecords(n int) error {
	b := &exporter.Batch{Clock: time.Now().UnixNano()}
	where := spool.Destination{Project: "flows", Logstore: d.session.o.Destination.Logstore}
	for range n {
		d.w.serial++
		r := record4()
		r.Packets = d.w.serial
		b.Records = append(b.Records, r)
		d.w.put[recordKey(where, r.Packets)] = struct{}{}
	}
	return exporter.NewGroup(exporter.GroupOptions{}, d.session).Put(context.Background(), b)
}

// kill ends the device between two instructions: nothing that it does afterwards has an effect.
func (d *machine) kill() {
	d.dead.Store(true)
	d.fs.kill()
	d.cancel()
	if d.session != nil {
		d.olds, d.session = append(d.olds, d.session), nil
	}
	for _, s := range d.olds {
		_ = s.Finish(canceled())
	}
	d.ending.Wait()
	d.running.Wait()
}

// stop ends the device as SIGTERM does.
func (d *machine) stop() error {
	d.finishSession()
	d.ending.Wait()
	err := d.sender.Finish(context.Background())
	d.running.Wait()
	return errors.Join(err, d.spool.Close())
}

// sleep lets time pass, and then waits until all that is due has happened.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// balance checks the sums of all that runs.
func (d *machine) balance() error {
	all := []exporter.Counters{d.sender.Counters()}
	for _, s := range append(d.olds, d.session) {
		if s != nil {
			all = append(all, s.Counters())
		}
	}
	for _, c := range all {
		if !c.Balanced() || c.Queued.Records > 1<<60 || c.Spooled.Records > 1<<60 {
			return fmt.Errorf("the sums of %q do not hold: %+v", c.Output, c)
		}
	}
	return nil
}

func recordKey(d spool.Destination, serial uint64) string {
	return fmt.Sprintf("%s/%s %d", d.Project, d.Logstore, serial)
}

// recordsOf lists what is in a log group.
func recordsOf(d spool.Destination, raw []byte) []string {
	group := &sdk.LogGroup{}
	if err := group.Unmarshal(raw); err != nil {
		panic(err)
	}
	var all []string
	for _, log := range group.Logs {
		all = append(all, d.Project+"/"+d.Logstore+" "+log.Contents[10].GetValue())
	}
	return all
}
