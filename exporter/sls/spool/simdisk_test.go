package spool

import (
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// simDisk is a disk in memory that writes down what is done to it, can be told to refuse, and can
// be cut off: then only what was synced is sure to be there.
type simDisk struct {
	mu          sync.Mutex
	names       map[string]*node
	nodes       []*node
	locked      bool
	free, total uint64
	ops         []op
	// refuse is asked before each operation; with an error, a write puts down the octets that it
	// says, and no more.
	refuse func(kind opKind, name string, n int) (partly int, err error)
	// broken says which octets can't be read; nil: none.
	broken func(name string, from, to int64) bool
}

type node struct {
	number int
	data   []byte
}

type opKind string

const (
	opCreate   opKind = "create"
	opWrite    opKind = "write"
	opTruncate opKind = "truncate"
	opSync     opKind = "sync"
	opRename   opKind = "rename"
	opRemove   opKind = "remove"
	opSyncDir  opKind = "syncdir"
	opOpen     opKind = "open"
	// opLoseSync is a sync that failed: the system has forgotten that what was written is not on disk, so
	// that no later sync makes up for it (fsync(2), EIO).
	opLoseSync opKind = "lose sync"
)

// op is one operation; note is for the test's own events.
type op struct {
	kind     opKind
	node     int
	name, to string
	off      int64
	data     []byte
	note     any
}

func newSimDisk() *simDisk {
	return &simDisk{names: make(map[string]*node), free: 1 << 40, total: 1 << 40}
}

func (d *simDisk) ask(kind opKind, name string, n int) (int, error) {
	if d.refuse == nil {
		return n, nil
	}
	partly, err := d.refuse(kind, filepath.Base(name), n)
	if err != nil {
		return partly, err
	}
	return n, nil
}

func (d *simDisk) record(o op) { d.ops = append(d.ops, o) }

// event writes down something of the test, in its place among the operations.
func (d *simDisk) event(note any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record(op{note: note})
}

func (d *simDisk) MkdirAll(string) error { return nil }

func (d *simDisk) ReadDir(string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for name := range d.names {
		out = append(out, filepath.Base(name))
	}
	return out, nil
}

func (d *simDisk) Create(name string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[name] != nil {
		return nil, fs.ErrExist
	}
	if _, err := d.ask(opCreate, name, 0); err != nil {
		return nil, err
	}
	n := &node{number: len(d.nodes)}
	d.nodes = append(d.nodes, n)
	d.names[name] = n
	d.record(op{kind: opCreate, node: n.number, name: name})
	return &simFile{d, n, name}, nil
}

func (d *simDisk) Open(name string) (File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[name] == nil {
		return nil, fs.ErrNotExist
	}
	if _, err := d.ask(opOpen, name, 0); err != nil {
		return nil, err
	}
	return &simFile{d, d.names[name], name}, nil
}

func (d *simDisk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.ask(opRename, from, 0); err != nil {
		return err
	}
	if d.names[from] == nil {
		return fs.ErrNotExist
	}
	d.names[to] = d.names[from]
	delete(d.names, from)
	d.record(op{kind: opRename, name: from, to: to, node: d.names[to].number})
	return nil
}

func (d *simDisk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.ask(opRemove, name, 0); err != nil {
		return err
	}
	if d.names[name] == nil {
		return fs.ErrNotExist
	}
	delete(d.names, name)
	d.record(op{kind: opRemove, name: name})
	return nil
}

func (d *simDisk) SyncDir(string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.ask(opSyncDir, "", 0); err != nil {
		return err
	}
	d.record(op{kind: opSyncDir})
	return nil
}

func (d *simDisk) Free(string) (free, total uint64, err error) { return d.free, d.total, nil }

func (d *simDisk) Lock(name string) (io.Closer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locked {
		return nil, &LockedError{Path: name, Owner: "1"}
	}
	d.locked = true
	return closer(func() { d.locked = false }), nil
}

type closer func()

func (c closer) Close() error { c(); return nil }

type simFile struct {
	d    *simDisk
	node *node
	name string
}

func (f *simFile) Size() (int64, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	return int64(len(f.node.data)), nil
}

func (f *simFile) ReadAt(b []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.broken != nil && f.d.broken(filepath.Base(f.name), off, off+int64(len(b))) {
		return 0, syscall.EIO
	}
	if off >= int64(len(f.node.data)) {
		return 0, io.EOF
	}
	n := copy(b, f.node.data[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *simFile) WriteAt(b []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	n, err := f.d.ask(opWrite, f.name, len(b))
	f.node.write(b[:n], off)
	f.d.record(op{kind: opWrite, node: f.node.number, off: off, data: slices.Clone(b[:n])})
	return n, err
}

func (n *node) write(b []byte, off int64) {
	if len(b) == 0 {
		return
	}
	if more := int(off) + len(b) - len(n.data); more > 0 {
		n.data = append(n.data, make([]byte, more)...)
	}
	copy(n.data[off:], b)
}

func (n *node) truncate(size int64) {
	if size < int64(len(n.data)) {
		n.data = n.data[:size:size]
	}
}

func (f *simFile) Truncate(size int64) error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if _, err := f.d.ask(opTruncate, f.name, 0); err != nil {
		return err
	}
	f.node.truncate(size)
	f.d.record(op{kind: opTruncate, node: f.node.number, off: size})
	return nil
}

func (f *simFile) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if _, err := f.d.ask(opSync, f.name, 0); err != nil {
		f.d.record(op{kind: opLoseSync, node: f.node.number})
		return err
	}
	f.d.record(op{kind: opSync, node: f.node.number})
	return nil
}

func (f *simFile) Close() error { return nil }

// after is the disk as it is found when the power went after some operations. Of what was not
// synced, keep decides: it is asked for each write, truncation and change of names.
func after(ops []op, keep func() bool, torn *rand.Rand) *simDisk {
	r := replay{durable: make(map[string]int), nodes: make(map[int]*node), writes: make(map[int][]write)}
	for _, o := range ops {
		r.take(o)
	}
	d := newSimDisk()
	for _, o := range r.names {
		if keep() {
			r.rename(o)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(r.writes)) {
		for _, w := range r.writes[number] {
			switch {
			case w.state == synced:
				r.apply(w.op)
			case keep():
				if torn != nil && w.kind == opWrite && torn.IntN(3) == 0 {
					w.data = w.data[:torn.IntN(len(w.data)+1)]
				}
				r.apply(w.op)
			}
		}
	}
	for name, number := range r.durable {
		n := r.node(number)
		n.number = len(d.nodes)
		d.nodes = append(d.nodes, n)
		d.names[name] = n
	}
	return d
}

// write is a write or truncation, and whether it is sure to be on disk.
type write struct {
	op
	state writeState
}

type writeState uint8

const (
	pending writeState = iota
	synced
	forgotten // a sync of it has failed
)

type replay struct {
	durable map[string]int
	nodes   map[int]*node
	writes  map[int][]write
	names   []op
}

func (r *replay) take(o op) {
	switch o.kind {
	case opCreate, opRename, opRemove:
		r.names = append(r.names, o)
	case opWrite, opTruncate:
		r.writes[o.node] = append(r.writes[o.node], write{o, pending})
	case opSync:
		r.settle(o.node, synced)
	case opLoseSync:
		r.settle(o.node, forgotten)
	case opSyncDir:
		for _, p := range r.names {
			r.rename(p)
		}
		r.names = nil
	case opOpen:
	}
}

func (r *replay) settle(number int, to writeState) {
	writes := r.writes[number]
	for i := len(writes) - 1; i >= 0 && writes[i].state == pending; i-- {
		writes[i].state = to
	}
}

func (r *replay) rename(o op) {
	switch o.kind {
	case opCreate:
		r.durable[o.name] = o.node
	case opRename:
		delete(r.durable, o.name)
		r.durable[o.to] = o.node
	case opRemove:
		delete(r.durable, o.name)
	default:
	}
}

func (r *replay) apply(o op) {
	if o.kind == opTruncate {
		r.node(o.node).truncate(o.off)
		return
	}
	r.node(o.node).write(o.data, o.off)
}

func (r *replay) node(number int) *node {
	if r.nodes[number] == nil {
		r.nodes[number] = &node{}
	}
	return r.nodes[number]
}

var errNoSpace error = syscall.ENOSPC
