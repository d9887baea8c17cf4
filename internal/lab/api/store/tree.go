package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// bucket reads the tree of the bucket path whose root is page root.
func (img *image) bucket(path []string, root uint64) error {
	if len(path) > maxNesting {
		return fmt.Errorf("page %d: buckets are nested more than %d deep", root, maxNesting)
	}
	return img.tree(path, root, span{}, 0)
}

// tree reads the page id and what is below it.
func (img *image) tree(path []string, id uint64, keys span, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("page %d: the tree is more than %d deep", id, maxDepth)
	}
	h, body, err := img.page(id)
	if err != nil {
		return err
	}
	if h.flags != flagBranch && h.flags != flagLeaf {
		return fmt.Errorf("page %d is neither branch nor leaf", id)
	}
	if h.count == 0 && (depth > 0 || h.flags == flagBranch) {
		return fmt.Errorf("page %d is empty", id)
	}
	all, err := elements(h, body)
	if err != nil {
		return err
	}
	if err := ordered(h, all, keys); err != nil {
		return err
	}
	if h.flags == flagLeaf {
		return img.leaf(path, h, all)
	}
	return img.branch(path, all, keys, depth)
}

// ordered says whether the keys ascend and stay in their span. A branch's first key may be below it:
// what is searched below the second one is searched in its first child.
func ordered(h header, all []element, keys span) error {
	for i, e := range all {
		if i > 0 && bytes.Compare(all[i-1].key, e.key) >= 0 {
			return fmt.Errorf("page %d: entry %d is out of order", h.id, i)
		}
		if (i > 0 || h.flags == flagLeaf) && !keys.holds(e.key) {
			return fmt.Errorf("page %d: entry %d belongs to another page", h.id, i)
		}
	}
	return nil
}

func (img *image) branch(path []string, all []element, keys span, depth int) error {
	for i, e := range all {
		below := keys
		if i > 0 {
			below.low = e.key
		}
		if i+1 < len(all) {
			below.high = all[i+1].key
		}
		if err := img.tree(path, e.child, below, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (img *image) leaf(path []string, h header, all []element) error {
	for i, e := range all {
		switch e.flags {
		case 0:
			img.emit(entry{path: path, key: e.key, value: e.value})
		case inBucket:
			if err := img.nested(append(slices.Clip(path), string(e.key)), e.value); err != nil {
				return fmt.Errorf("bucket %q: %w", e.key, err)
			}
		default:
			return fmt.Errorf("page %d: entry %d has unknown flags %#x", h.id, i, e.flags)
		}
	}
	return nil
}

// nested reads a bucket from the value of its entry: its root, or its only page within the value.
func (img *image) nested(path []string, value []byte) error {
	if len(value) < bucketSize {
		return fmt.Errorf("%d bytes are too few", len(value))
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return img.bucket(path, root)
	}
	body := value[bucketSize:]
	if len(body) < headerSize {
		return fmt.Errorf("%d bytes are too few", len(value))
	}
	h := parseHeader(body)
	if h.id != 0 || h.flags != flagLeaf || h.overflow != 0 {
		return fmt.Errorf("its page is not a leaf")
	}
	all, err := elements(h, body)
	if err != nil {
		return err
	}
	if err := ordered(h, all, span{}); err != nil {
		return err
	}
	return img.inline(path, all)
}

// inline reads the entries of a bucket without pages of its own: bbolt puts no buckets there.
func (img *image) inline(path []string, all []element) error {
	for i, e := range all {
		if e.flags != 0 {
			return fmt.Errorf("entry %d has unknown flags %#x", i, e.flags)
		}
		img.emit(entry{path: path, key: e.key, value: e.value})
	}
	return nil
}
