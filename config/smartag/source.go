package smartag

import (
	"context"
	"time"

	"github.com/sagflow/sagflow/config"
)

// Source polls the API for the FlowLog of one device. It is a config.Source.
type Source struct {
	o        Options
	endpoint endpoint
	client   *client
	store    *store
	health   *health
	prepared bool
}

var _ config.Source = (*Source)(nil)

// New checks the options and makes a Source that does nothing before Run. It touches neither disk nor network.
func New(o Options) (*Source, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.fill()
	at, err := parseEndpoint(o.Endpoint, o.AllowHTTP)
	if err != nil {
		return nil, err
	}
	c := &clock{ours: o.Now}
	return &Source{
		o: o, endpoint: at,
		client: &client{
			gatewayID: o.GatewayID, region: o.Region, endpoint: at, base: o.Transport, provider: o.Credentials, clock: c,
		},
		store:  &store{dir: o.StateDirectory, gatewayID: o.GatewayID, region: o.Region},
		health: &health{log: o.Log, now: o.Now, clock: c, status: config.SourceStatus{Endpoint: at.String()}},
	}, nil
}

// Prepare makes the state directory and checks that it can be written. Where it can't, that is an error, or
// with StateOptional a line in the log, and nothing is kept. Run prepares where the caller did not.
func (s *Source) Prepare() error {
	if s.prepared || s.store.dir == "" {
		return nil
	}
	if err := prepareDirectory(s.store.dir); err != nil {
		if !s.o.StateOptional {
			return err
		}
		s.health.without(err)
		s.store.dir = ""
	}
	s.prepared = true
	return nil
}

// Status is how the source is doing; any goroutine may call it.
func (s *Source) Status() config.SourceStatus { return s.health.snapshot() }

// Run polls until ctx ends, as config.Source says. The only error it returns is that of Prepare. It may run once
// at a time.
func (s *Source) Run(ctx context.Context, apply func(context.Context, config.Desired) error) error {
	if err := s.Prepare(); err != nil {
		return err
	}
	if idle, ok := s.o.Transport.(interface{ CloseIdleConnections() }); ok {
		defer idle.CloseIdleConnections()
	}
	r := &run{Source: s, apply: apply}
	r.fallback, r.hasFallback = s.readLastGood()
	p := newPace(s.o.PollInterval, s.o.Jitter)
	for {
		start := time.Now()
		err := r.poll(ctx)
		if !sleep(ctx, p.next(err, time.Since(start))) {
			return nil
		}
	}
}

// readLastGood is what was in force when the device last stopped.
func (s *Source) readLastGood() (config.Desired, bool) {
	d, found, err := s.store.load()
	if err != nil {
		s.health.stored(LastGoodRefused, err)
	}
	return d, found
}

// sleep waits, and says whether ctx still lives.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
