package agent

import (
	"errors"
	"sync"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/packet"
)

// position is all that was counted up to one position of the input. With several readers each has its own: what
// holds for each holds for their sum.
type position struct {
	frames  uint64
	decoded packet.Counters // without details
	table   flowtable.Counters
	open    exporter.Sum // in batches that weren't put yet
}

// read adds what a reader counted.
func (p *position) read(frames uint64, c *packet.Counters) {
	p.frames += frames
	p.decoded.Octets += c.Octets
	for n, count := range c.Notes {
		p.decoded.Notes[n] += count
	}
	for v, n := range c.Verdicts {
		p.decoded.Verdicts[v] += n
	}
}

// position takes the counters of lanes at rest.
func (e *engine) position() *position {
	p := new(position)
	e.reader.count(p)
	for _, l := range e.lanes.all {
		l.count(p)
	}
	return p
}

// hold returns the position of all lanes, each of which waits there for release: until then nothing is put to the
// outputs, so that their counters are those of the same position. A lane that the caller itself works needs no waiting.
func (e *engine) hold(release <-chan struct{}) *position {
	var mu sync.Mutex
	var arrived sync.WaitGroup
	arrived.Add(len(e.lanes.all))
	p := new(position)
	e.reader.count(p)
	e.lanes.each(job{clock: e.reader.clock(), with: func(l *lane) {
		mu.Lock()
		l.count(p)
		mu.Unlock()
		arrived.Done()
		if l.jobs != nil {
			<-release
		}
	}})
	arrived.Wait()
	return p
}

// visit has all lanes do f between two packets, and returns the position after that. The reading goroutine calls it.
func (e *engine) visit(f func(*lane) error) (*position, error) {
	var mu sync.Mutex
	var failed error
	p := new(position)
	e.reader.count(p)
	e.lanes.visit(e.reader.clock(), func(l *lane) {
		err := f(l)
		mu.Lock()
		defer mu.Unlock()
		failed = errors.Join(failed, err)
		l.count(p)
	})
	return p, failed
}
