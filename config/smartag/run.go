package smartag

import (
	"context"

	"github.com/sagflow/sagflow/config"
)

// run is what one Run remembers from poll to poll.
type run struct {
	*Source
	apply func(context.Context, config.Desired) error
	// fallback is the last good FlowLog of an earlier run, used until something is known.
	fallback    config.Desired
	hasFallback bool
	// desired is what should be in force, once known; inForce says that apply took it.
	desired        config.Desired
	known, inForce bool
}

// poll pulls once and puts what came in force. The error is the API's.
func (r *run) poll(ctx context.Context) error {
	got, err := r.pull(ctx)
	if ctx.Err() != nil {
		return err
	}
	r.health.polled(err)
	switch {
	case err == nil:
		r.want(config.Desired{Bound: got.bound, FlowLog: got.flowLog, Origin: config.FromAPI, Received: r.o.Now()})
	case !r.known && r.hasFallback:
		r.want(r.fallback)
	}
	r.enforce(ctx)
	return err
}

// pull asks the API. Where there is something to fall back to, the first time is short.
func (r *run) pull(ctx context.Context) (binding, error) {
	if !r.known && r.hasFallback {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, firstPullTimeout)
		defer cancel()
	}
	return r.client.pull(ctx)
}

// want takes what is desired now.
func (r *run) want(d config.Desired) {
	if !r.known || !r.desired.Same(d) {
		r.inForce = false
	}
	r.desired, r.known = d, true
}

// enforce has what is desired applied, unless it is in force, and kept on disk where the API said it.
func (r *run) enforce(ctx context.Context) {
	if !r.known {
		return
	}
	if !r.inForce {
		err := r.apply(ctx, r.desired)
		if ctx.Err() != nil && err != nil {
			return
		}
		r.inForce = err == nil
		r.health.applied(err, r.desired.Origin)
	}
	if r.inForce && r.desired.Origin == config.FromAPI {
		r.health.applied(nil, config.FromAPI)
		r.keep()
	}
}

// keep writes the last good FlowLog.
func (r *run) keep() {
	if r.store.dir != "" {
		r.health.stored(StateFailed, r.store.save(r.desired))
	}
}
