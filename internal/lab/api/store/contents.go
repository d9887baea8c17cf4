package store

import (
	"fmt"
	"strings"
)

// contents collects the entries of a file.
type contents struct {
	meta   map[string]string
	state  *State
	digest digest
	// others are entries of unknown buckets, and what could not be decoded; the first stands for all.
	other error
}

func newContents() *contents {
	return &contents{
		meta:  map[string]string{},
		state: &State{records: map[string]Record{}, bindings: map[string]string{}},
	}
}

// add takes one entry.
func (c *contents) add(e entry) {
	bucket := strings.Join(e.path, "/")
	switch bucket {
	case bucketMeta:
		c.meta[string(e.key)] = string(e.value)
		return
	case bucketFlowLogs:
		r, err := decodeRecord(string(e.key), e.value)
		c.complain(err)
		c.state.records[string(e.key)] = r
	case bucketBindings:
		c.state.bindings[string(e.key)] = string(e.value)
	default:
		c.complain(fmt.Errorf("unknown bucket %q", bucket))
	}
	c.digest.toggle(bucket, e.key, e.value)
}

func (c *contents) complain(err error) {
	if c.other == nil {
		c.other = err
	}
}

// check says whether the file is a store of this version, whole and consistent.
func (c *contents) check() error {
	if c.meta[keyFormat] != formatName {
		return fmt.Errorf("%w: it is a bbolt file of another program", ErrForeign)
	}
	if v := c.meta[keyVersion]; v != formatVersion {
		return fmt.Errorf("%w: %q; this program reads version %q", ErrVersion, v, formatVersion)
	}
	// The seal is written as "NUMBER DIGEST": what does not scan does not match below either.
	_, _ = fmt.Sscanf(c.meta[keyDigest], "%d", &c.state.last)
	if c.meta[keyDigest] != string(seal(c.digest, c.state.last)) {
		return fmt.Errorf("%w: its contents do not match their digest", ErrDamaged)
	}
	if c.other != nil {
		return fmt.Errorf("%w: %w", ErrVersion, c.other)
	}
	return c.consistent()
}

// consistent checks what the digest can't: that the writer kept the rules.
func (c *contents) consistent() error {
	for gateway, id := range c.state.bindings {
		if _, ok := c.state.records[id]; !ok {
			return fmt.Errorf("%w: gateway %q is bound to flow log %q, which is not there", ErrDamaged, gateway, id)
		}
	}
	for id, r := range c.state.records {
		if r.Number > c.state.last {
			return fmt.Errorf("%w: flow log %q has number %d, beyond the last one, %d", ErrDamaged, id, r.Number, c.state.last)
		}
	}
	return nil
}
