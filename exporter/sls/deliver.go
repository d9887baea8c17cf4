package sls

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sagflow/sagflow/exporter/sls/client"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// deliver sends a batch, or one part of it, once, and acts on what comes of it.
func (l *lane) deliver(ctx context.Context, p *parcel) {
	batch, err := l.load(p)
	if err != nil {
		return
	}
	began := l.s.o.Now()
	octets, err := l.send(ctx, p, batch)
	if err == nil {
		l.taken(p, octets)
	} else {
		l.refused(ctx, p, batch, err)
	}
	l.rest(p, l.s.o.Now().Sub(began))
}

// send sends what is next of a batch, and returns its octets.
func (l *lane) send(ctx context.Context, p *parcel, b *spool.Batch) (int, error) {
	l.s.mu.Lock()
	of := p.piece(b)
	l.s.mu.Unlock()
	if of.count != int(b.Count) {
		var err error
		if b, err = l.cut(b, of); err != nil {
			return 0, err
		}
	}
	if of.unsure {
		l.s.mu.Lock()
		p.ledger.c.BatchesResent++
		p.ledger.c.ResentRecords += uint64(of.count)
		l.s.mu.Unlock()
	}
	return len(b.Payload), l.s.o.Client.Put(ctx, &client.Request{
		Destination: b.Destination, Payload: b.Payload, Compression: b.Compression, RawSize: b.RawSize,
	})
}

// cutError says that a batch can't be cut: it isn't one of this program's.
type cutError struct{ err error }

func (e *cutError) Error() string { return e.err.Error() }

func (l *lane) cut(b *spool.Batch, of part) (*spool.Batch, error) {
	if l.encoder == nil {
		enc, err := newEncoder()
		if err != nil {
			return nil, &cutError{err}
		}
		l.encoder = enc
	}
	one, err := cut(b, of, l.encoder)
	if err != nil {
		return nil, &cutError{err}
	}
	return one, nil
}

// taken is called after an acknowledgement.
func (l *lane) taken(p *parcel, octets int) {
	l.s.mu.Lock()
	last := p.advance()
	l.s.mu.Unlock()
	if last {
		l.s.acknowledge(p, octets)
	}
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.current = nil
	l.well()
	l.back(p)
}

// back puts a live batch in front of the others; one that is on disk alone is there anyway. It is
// called with the lock held.
func (l *lane) back(p *parcel) {
	if p.live && !p.gone {
		l.waiting = append([]*parcel{p}, l.waiting...)
	}
}

// refused is called after everything else than an acknowledgement.
func (l *lane) refused(ctx context.Context, p *parcel, b *spool.Batch, err error) {
	v, aside := l.judge(p, b, err)
	if ctx.Err() != nil { // whoever ended it sees to the batches
		l.s.mu.Lock()
		defer l.s.mu.Unlock()
		l.current = nil
		l.back(p)
		return
	}
	if aside {
		l.setAside(p, v, err)
		return
	}
	if v.Action == Reauthorize {
		if changed, _ := l.s.o.Client.Refresh(); changed {
			l.s.mu.Lock()
			l.waits.reset()
			l.s.mu.Unlock()
		}
	}
	l.s.mu.Lock()
	l.current = nil
	l.back(p)
	l.note(v, err)
	l.s.mu.Unlock()
	if v.Action != Split {
		l.evacuate()
	}
}

// judge gives the verdict, and says whether the batch is to be set aside.
func (l *lane) judge(p *parcel, b *spool.Batch, err error) (v Verdict, aside bool) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if e, ok := errors.AsType[*client.Error](err); ok && e.MayHaveArrived() {
		p.doubt()
	}
	if _, ok := errors.AsType[*cutError](err); ok {
		return Verdict{Action: SetAside, State: "not-cut", Hint: hintAside}, true
	}
	v = Judge(err)
	switch v.Action {
	case Split:
		aside = !p.split(b)
	case RetryThenSetAside:
		p.tries++
		aside = p.tries >= l.s.o.Attempts
	case SetAside:
		aside = true
	default:
	}
	return v, aside
}

// setAside puts a refused batch out of the way, and goes on a little later.
func (l *lane) setAside(p *parcel, v Verdict, cause error) {
	err := l.s.setAside(p, fmt.Sprintf("%s: %v", v.State, cause))
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.current = nil
	if err != nil && p.gone {
		return // the spool has dropped it meanwhile
	}
	if err != nil {
		l.back(p)
		l.note(Verdict{Action: Retry, State: "spool-refuses", Hint: hintDisk}, err)
		return
	}
	l.noteAside(v, cause)
}

// evacuate takes live batches to disk while nothing can be sent, so that memory stays free.
func (l *lane) evacuate() {
	l.s.mu.Lock()
	all := append([]*parcel(nil), l.waiting...)
	l.s.mu.Unlock()
	for _, p := range all {
		if l.s.store(p) != nil {
			break // the others would fare no better
		}
	}
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.unload()
	l.s.signal()
}

// unload lets go of the memory of what waits and is on disk. It is called with the lock held.
func (l *lane) unload() {
	kept := l.waiting[:0:0]
	for _, p := range l.waiting {
		if p.id != 0 {
			p.live, p.batch = false, nil
		} else if !p.gone {
			kept = append(kept, p)
		}
	}
	l.waiting = kept
}

// rest bounds the share of spooled batches while sessions elsewhere are at work.
func (l *lane) rest(p *parcel, took time.Duration) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if p.live || l.sessions > 0 || l.s.sessions == 0 || l.hurried > 0 {
		return
	}
	share := l.s.o.Share
	l.resting = l.s.o.Now().Add(time.Duration(float64(took) * (1 - share) / share))
}
