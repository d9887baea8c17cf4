package pcapfile

import (
	"fmt"
	"slices"
	"strings"
)

// report gathers what the formats' loops notice beside the frames.
type report struct {
	Counters
	// kinds counts the kinds of file, section and interface.
	kinds map[string]uint64
	// known is Options.KnownLinkType, or nil where all are.
	known func(uint16) bool

	// Of the file being read: the interfaces' different link types, whether there are more than
	// maxNamed, and whether any of them is known.
	linkTypes []uint16
	more      bool
	anyKnown  bool
}

// maxKinds bounds the kinds of file and interface that are told apart.
const maxKinds = 64

// maxNamed bounds the unknown link types that an error names.
const maxNamed = 8

// beginFile forgets the link types of the file before.
func (r *report) beginFile() {
	r.linkTypes, r.more, r.anyKnown = r.linkTypes[:0], false, false
}

// linkType takes note of an interface's link type.
func (r *report) linkType(linkType uint16) {
	r.anyKnown = r.anyKnown || r.known == nil || r.known(linkType)
	switch {
	case slices.Contains(r.linkTypes, linkType):
	case len(r.linkTypes) < maxNamed:
		r.linkTypes = append(r.linkTypes, linkType)
	default:
		r.more = true
	}
}

// ngInterface takes note of a pcapng interface.
func (r *report) ngInterface(linkType uint16) {
	name := fmt.Sprintf("file: pcapng interface linktype %d", linkType)
	if _, known := r.kinds[name]; !known && len(r.kinds) >= maxKinds {
		name = "file: pcapng interface of other link types"
	}
	r.kinds[name]++
	r.linkType(linkType)
}

// endFile says what is wrong with the file's link types: nothing where one of them is known, or
// where the file has no interface at all.
func (r *report) endFile() *fault {
	if r.anyKnown || len(r.linkTypes) == 0 {
		return nil
	}
	var names []string
	for _, t := range r.linkTypes {
		names = append(names, fmt.Sprint(t))
	}
	reason := "no interface has a link type that can be decoded: found " + strings.Join(names, ", ")
	if r.more {
		reason += " and others"
	}
	return &fault{-1, reason, ErrLinkType}
}
