package exporter

import "github.com/sagflow/sagflow/flowtable"

// pool keeps batches for reuse. It is a bounded channel and not a sync.Pool, which forgets what it
// holds at each garbage collection: a batch is some 45 kB.
type pool struct {
	free    chan *Batch
	records int
}

func newPool(batches, records int) *pool {
	return &pool{free: make(chan *Batch, batches), records: records}
}

// get returns an empty batch, a used one if there is one.
func (p *pool) get() *Batch {
	select {
	case b := <-p.free:
		return b
	default:
		return &Batch{Records: make([]flowtable.Record, 0, p.records), home: p}
	}
}

// put takes a batch back; what the pool has no room for is left to the garbage collector.
func (p *pool) put(b *Batch) {
	b.Records, b.Clock, b.Epoch, b.Patient = b.Records[:0], 0, 0, false
	select {
	case p.free <- b:
	default:
	}
}
