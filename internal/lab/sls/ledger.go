package sls

import (
	"encoding/binary"
	"hash/maphash"
	"iter"
	"strconv"

	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
)

// The tags of a device's log group.
const (
	tagDevice = "device"
	tagBoot   = "boot"
	tagBatch  = "batch"
	tagFirst  = "first"
	tagCount  = "count"
)

// Record names one record for ever.
type Record struct {
	Boot  string
	Batch uint64
	Index uint64
}

// Ledger is which records a store holds. It is not changed once it was read.
type Ledger struct {
	tally   Tally
	seed    maphash.Seed
	devices map[string]bool
	boots   map[string]bool
	batches map[batchName]*batch
	order   []batchName
}

type batchName struct {
	boot   string
	number uint64
}

// batch is the records that are there: pieces that do not overlap, of a sum of the contents a record.
type batch struct{ pieces []piece }

type piece struct {
	first uint64
	sums  []uint64
}

func newLedger() *Ledger {
	return &Ledger{
		seed: maphash.MakeSeed(), devices: map[string]bool{}, boots: map[string]bool{}, batches: map[batchName]*batch{},
	}
}

// Tally returns the counts.
func (l *Ledger) Tally() Tally {
	t := l.tally
	t.Resent = t.Received - t.Unique
	t.Devices, t.Boots, t.Batches = len(l.devices), len(l.boots), len(l.batches)
	return t
}

// Has says whether a record is there.
func (l *Ledger) Has(r Record) bool {
	b := l.batches[batchName{r.Boot, r.Batch}]
	if b == nil {
		return false
	}
	_, ok := b.find(r.Index)
	return ok
}

// Records goes through all records, each once: the batches in the order in which they were first met.
func (l *Ledger) Records() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for _, name := range l.order {
			for _, p := range l.batches[name].pieces {
				for i := range p.sums {
					if !yield(Record{name.boot, name.number, p.first + uint64(i)}) {
						return
					}
				}
			}
		}
	}
}

// add takes a log group in.
func (l *Ledger) add(g *loggroup.Group) {
	logs := uint64(len(g.Logs))
	name, first, tagged, ok := readTags(g)
	switch {
	case !tagged:
		l.tally.Untagged += logs
		return
	case !ok:
		l.tally.Malformed += logs
		return
	}
	l.tally.Received += logs
	l.boots[name.boot] = true
	if device, ok := g.Tag(tagDevice); ok {
		l.devices[device] = true
	}
	b := l.batches[name]
	if b == nil {
		b = &batch{}
		l.batches[name] = b
		l.order = append(l.order, name)
	}
	l.merge(b, g, first)
}

// merge adds the records that are new as pieces of their own.
func (l *Ledger) merge(b *batch, g *loggroup.Group, first uint64) {
	known := len(b.pieces)
	open := false
	for i := range g.Logs {
		index, sum := first+uint64(i), l.sum(&g.Logs[i])
		if old, ok := (&batch{b.pieces[:known]}).find(index); ok {
			if old != sum {
				l.tally.Conflicting++
			}
			open = false
			continue
		}
		if !open {
			b.pieces = append(b.pieces, piece{first: index})
			open = true
		}
		last := &b.pieces[len(b.pieces)-1]
		last.sums = append(last.sums, sum)
		l.tally.Unique++
	}
}

func (b *batch) find(index uint64) (sum uint64, ok bool) {
	for _, p := range b.pieces {
		if index >= p.first && index-p.first < uint64(len(p.sums)) {
			return p.sums[index-p.first], true
		}
	}
	return 0, false
}

// sum stands for a log's contents.
func (l *Ledger) sum(log *loggroup.Log) uint64 {
	var h maphash.Hash
	h.SetSeed(l.seed)
	number := func(n int) { _, _ = h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n))) }
	number(int(log.Time))
	number(int(log.Nanos))
	for _, c := range log.Contents {
		number(len(c.Key))
		_, _ = h.WriteString(c.Key)
		number(len(c.Value))
		_, _ = h.WriteString(c.Value)
	}
	return h.Sum64()
}

// readTags reads the name of a group's batch and the index of its first log. tagged says that some of the tags
// are there, ok that all are and hold what they should.
func readTags(g *loggroup.Group) (name batchName, first uint64, tagged, ok bool) {
	boot, hasBoot := g.Tag(tagBoot)
	numbers, good := [3]uint64{}, hasBoot && boot != ""
	tagged = hasBoot
	for i, key := range []string{tagBatch, tagFirst, tagCount} {
		text, has := g.Tag(key)
		n, err := strconv.ParseUint(text, 10, 64)
		numbers[i] = n
		tagged = tagged || has
		good = good && has && err == nil
	}
	first = numbers[1]
	good = good && numbers[2] == uint64(len(g.Logs)) && first <= first+numbers[2]
	return batchName{boot, numbers[0]}, first, tagged, good
}
