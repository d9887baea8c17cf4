package agent

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/exporter/sls/spoolctl"
)

// errNoSLS refuses an output that the device was not given the means for.
var errNoSLS = errors.New("this device has no output to Log Service: want OutputType netflow")

// logService is what all outputs to Log Service of a device have in common: the client, the spool, and
// the sender that goes on with what an output leaves behind. It is made when an output needs it, or at
// the start where an earlier run left a spool.
type logService struct {
	d   *device
	log *slog.Logger

	opening sync.Mutex    // is taken before mu
	resumed chan struct{} // closed when the first attempt of resume is over

	mu      sync.Mutex
	client  *client.Client
	spool   *spool.Spool      // nil: batches are kept in memory alone
	sender  *sls.Sender       // nil: it isn't there
	problem error             // why the spool can't be used
	last    *LogServiceStatus // after close
	tasks   sync.WaitGroup
	stop    context.CancelFunc
	ended   bool  // nothing is opened any more
	said    error // by resume; it alone uses it
}

// resumeRetry is how soon a spool is tried again that can't be opened: somebody may look into it.
const resumeRetry = 10 * time.Second

// resume goes on with what an earlier run left in the spool, in the background: opening a large one takes its
// time. Where it can't be opened, it is tried again until ctx ends. l.resumed is closed after the first attempt.
func (l *logService) resume(ctx context.Context) {
	if l.d.o.LogService == nil || l.d.board.claimed == nil {
		close(l.resumed)
		return
	}
	if _, err := os.Stat(l.directory()); errors.Is(err, os.ErrNotExist) {
		close(l.resumed)
		return
	}
	go func() {
		err := l.tryResume()
		close(l.resumed)
		tick := time.NewTicker(resumeRetry)
		defer tick.Stop()
		for err != nil {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				err = l.tryResume()
			}
		}
	}()
}

func (l *logService) tryResume() error {
	sender, err := l.open()
	if errors.Is(err, errInputEnded) {
		return err
	}
	if err != nil {
		if before := l.said; before == nil || before.Error() != err.Error() {
			l.log.Error("what waits for Log Service can't be delivered; it is tried again", "error", err)
		}
		l.said = err
		return err
	}
	if n := sender.Counters().Spooled; n.Records > 0 {
		l.log.Info("the spool has records of an earlier run: they are delivered in the background", "records", n.Records)
	}
	return nil
}

func (l *logService) directory() string { return spoolctl.Directory(l.d.o.StateDirectory) }

// build opens a session to the FlowLog's Logstore.
func (l *logService) build(_ context.Context, s plan.State) (exporter.Output, error) {
	if l.d.o.LogService == nil {
		return nil, errNoSLS
	}
	sender, err := l.open()
	if err != nil {
		return nil, err
	}
	o, gateway := &l.d.o.LogService.Settings, &l.d.o.Gateway
	session, err := sender.Session(sls.SessionOptions{
		Destination:  spool.Destination{Region: s.SLS.Region, Endpoint: o.Endpoint, Project: s.SLS.Project, Logstore: s.SLS.Logstore},
		Identity:     sls.Identity{InstanceID: gateway.ID, SerialNumber: gateway.SerialNumber, Account: gateway.Account},
		BatchRecords: o.BatchRecords, BatchOctets: o.BatchOctets, BatchAge: o.BatchAge,
		QueueRecords: l.d.o.LogService.QueueRecords, DropWhenFull: l.d.r.paced, Patience: putPatience, Logger: l.log,
	})
	if err != nil {
		return nil, err
	}
	return &slsOutput{session}, nil
}

// slsOutput is a session as a device uses it: what its end leaves undelivered is the sender's, and no
// error of the output.
type slsOutput struct{ *sls.Session }

// Flush implements exporter.Output. It does nothing: what is asked for is that records don't wait in
// datagrams while no packets come, and a batch has an age of its own, of some seconds. Every flush would
// make one of a few records.
func (o *slsOutput) Flush(context.Context) error { return nil }

// Finish implements exporter.Output.
func (o *slsOutput) Finish(ctx context.Context) error {
	err := o.Session.Finish(ctx)
	left := (*sls.LeftError)(nil)
	if errors.As(err, &left) && left.Dropped.Records == 0 {
		return nil
	}
	return err
}

// open makes client, spool and sender, once. Only opening is held while it reads the spool: the status, the end and
// a second interrupt don't wait for the disk.
func (l *logService) open() (*sls.Sender, error) {
	l.opening.Lock()
	defer l.opening.Unlock()
	l.mu.Lock()
	sender, ended := l.sender, l.ended
	l.mu.Unlock()
	switch {
	case sender != nil:
		return sender, nil
	case ended:
		return nil, errInputEnded
	}
	kept, err := l.openSpool()
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.problem = err
		return nil, err
	}
	return l.begin(kept)
}

// begin starts the sender on a spool, or without one for nil.
func (l *logService) begin(kept *spool.Spool) (*sls.Sender, error) {
	c, sender, err := l.newSender(kept)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil && l.ended {
		err = errInputEnded
	}
	if err != nil {
		return nil, errors.Join(err, closeSpool(kept))
	}
	ctx, cancel := context.WithCancel(context.Background()) // it ends by Finish
	l.client, l.spool, l.sender, l.stop, l.problem = c, kept, sender, cancel, nil
	sender.Start(ctx)
	if kept != nil {
		l.tasks.Go(func() { _ = kept.Run(ctx) }) // syncs may be due more often than the sender looks
		l.serveSpool(ctx)
	}
	return sender, nil
}

// serveSpool lets `sagflow spool` use the spool while this process has it. Without that the device does its work
// all the same.
func (l *logService) serveSpool(ctx context.Context) {
	server, err := spoolctl.NewServer(spoolctl.Options{
		StateDirectory: l.d.o.StateDirectory, Spool: l.spool, Changed: l.sender.SpoolChanged, Logger: l.log,
	})
	if err == nil {
		err = server.Open()
	}
	if err != nil {
		l.log.Warn("sagflow spool can't be served while this device runs", "error", err)
		return
	}
	l.tasks.Go(func() {
		if err := server.Run(ctx); err != nil {
			l.log.Warn("sagflow spool is served no more", "error", err)
		}
	})
}

// openSpool opens the spool. It returns nil where the state directory can't be used and need not be: one that is
// merely full may still have a spool to read.
func (l *logService) openSpool() (*spool.Spool, error) {
	const without = "there is no spool: what Log Service doesn't take is kept in memory, as far as there is room"
	if l.d.board.claimed == nil {
		l.log.Warn(without, "error", "the state directory can't be used")
		return nil, nil //nolint:nilnil // no spool is no error here
	}
	o := &l.d.o.LogService.Settings.Spool
	free := float64(o.Free) / 100
	if o.Free == 0 {
		free = -1
	}
	s, err := openPatiently(spool.Options{
		Dir: l.directory(), MaxBytes: int64(o.Octets), MaxAge: o.Age, AsideMaxAge: o.SetAsideAge,
		MinFree: free, SyncInterval: o.SyncInterval, Logger: l.log,
	})
	if err != nil && l.d.board.directory == "" { // state-optional
		l.log.Warn(without, "error", err)
		return nil, nil //nolint:nilnil // as above
	}
	return s, err // it names the directory
}

// lockRetry is how soon a spool is tried again that somebody looks into.
const lockRetry = 50 * time.Millisecond

// openPatiently opens a spool, and waits as long as `sagflow spool` waits for a device where another process has
// it: somebody who lists it must not cost a device its start.
func openPatiently(o spool.Options) (*spool.Spool, error) {
	for began := time.Now(); ; time.Sleep(lockRetry) {
		s, err := spool.Open(o)
		if locked := (*spool.LockedError)(nil); !errors.As(err, &locked) || time.Since(began) >= spoolctl.DefaultWait {
			return s, err
		}
	}
}

func closeSpool(s *spool.Spool) error {
	if s == nil {
		return nil
	}
	return s.Close()
}

func (l *logService) newSender(kept *spool.Spool) (*client.Client, *sls.Sender, error) {
	o := l.d.o.LogService
	c, err := client.New(client.Options{
		Credentials: accessKeys{o.Credentials}, Signature: client.Signature(o.Settings.Signature), AllowHTTP: o.AllowHTTP,
		Timeout: o.Settings.RequestTimeout, UserAgent: "sagflow/" + l.d.o.Program, Dial: o.Dial,
	})
	if err != nil {
		return nil, nil, err
	}
	sender, err := sls.NewSender(sls.SenderOptions{
		Client: c, Spool: kept, Policy: sls.Policy(o.Settings.Spool.Policy), Share: float64(o.Settings.Spool.Share) / 100,
		Attempts: o.Settings.Attempts, ShutdownTimeout: o.ShutdownTimeout, Logger: l.log,
	})
	return c, sender, err
}

// bound returns a context for the end: that of the shutdown timeout.
func (l *logService) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if o := l.d.o.LogService; o != nil && o.ShutdownTimeout > 0 {
		return context.WithTimeout(ctx, o.ShutdownTimeout)
	}
	return context.WithCancel(ctx)
}

// finish waits until all is delivered, or ctx ends, or the time for it is over. A *sls.LeftError says
// what stays; refused is what was set aside by outputs of this run.
func (l *logService) finish(ctx context.Context, refused exporter.Sum) error {
	select {
	case <-l.resumed: // a run of a moment delivers what an earlier one left, too
	case <-ctx.Done():
	}
	l.mu.Lock()
	sender, kept := l.sender, l.spool
	l.ended = true
	l.mu.Unlock()
	if sender == nil {
		return nil
	}
	err := sender.Finish(ctx)
	refused = refused.Plus(sender.Counters().SetAside)
	if kept == nil || refused.Records == 0 {
		return err
	}
	if aside := kept.Stats().Aside; aside.Records < refused.Records { // somebody has taken care of some
		refused = aside.Sum
	}
	if refused.Records == 0 {
		return err
	}
	return errors.Join(err, &sls.LeftError{Output: sls.SpoolName, SetAside: refused})
}

// close closes what open opened, after finish.
func (l *logService) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sender == nil {
		return nil
	}
	l.stop()
	l.tasks.Wait()
	l.sender.SpoolChanged() // somebody may have used the spool up to now
	l.client.Close()
	l.last = l.report()
	kept := l.spool
	l.spool = nil
	return closeSpool(kept)
}

// accessKeys are the device's credentials in the form of the client of Log Service.
type accessKeys struct{ credentials.Provider }

// Get implements client.Provider.
func (a accessKeys) Get() (client.Credentials, error) { return convert(a.Provider.Get()) }

// Refresh implements client.Provider.
func (a accessKeys) Refresh() (client.Credentials, error) { return convert(a.Provider.Refresh()) }

func convert(c credentials.Credentials, err error) (client.Credentials, error) {
	return client.Credentials{
		AccessKeyID: c.AccessKeyID, AccessKeySecret: string(c.AccessKeySecret), SecurityToken: string(c.SecurityToken),
	}, err
}
