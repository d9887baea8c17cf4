package agent

import (
	"context"
	"errors"
	"sync"
)

// errInputEnded says that nothing can be changed any more: all packets were read.
var errInputEnded = errors.New("the input has ended: no configuration is put in force any more")

// visits let other goroutines act between two packets. The reading goroutine runs what is asked where it
// looks for it: between batches, while a packet waits for its time, and while nothing comes. The zero
// value is of a run that has no visitors.
type visits struct {
	asked chan visit
	ended chan struct{}
	end   func()
}

type visit struct {
	act  func()
	done chan struct{}
}

func newVisits() visits {
	v := visits{asked: make(chan visit), ended: make(chan struct{})}
	v.end = sync.OnceFunc(func() { close(v.ended) })
	return v
}

// do has act run by the reading goroutine and waits for its end. Once act has begun ctx has no say.
func (v *visits) do(ctx context.Context, act func()) error {
	one := visit{act, make(chan struct{})}
	select {
	case v.asked <- one:
		<-one.done
		return nil
	case <-v.ended:
		return errInputEnded
	case <-ctx.Done():
		return ctx.Err()
	}
}

// receive runs one visit that came.
func (one visit) receive() {
	one.act()
	close(one.done)
}

// serve runs what is asked now, if anything is.
func (v *visits) serve() {
	select {
	case one := <-v.asked:
		one.receive()
	default:
	}
}
