package packet

import "slices"

// MaxDetails bounds how many parameter values of verdicts a decoder tells apart. Frames of further
// ones are counted by their verdict alone.
const MaxDetails = 256

// Counters are what a decoder counted. They are written by the decoder's goroutine; another one
// reads a Clone that this goroutine made.
type Counters struct {
	// Verdicts counts frames by their verdict. Its sum is the number of frames.
	Verdicts [VerdictCount]uint64
	// Notes counts frames by note.
	Notes [NoteCount]uint64
	// Octets is the sum of Packet.Octets over the Counted frames.
	Octets uint64

	// kinds has at most MaxDetails entries in a decoder's own counters.
	kinds map[kind]uint64
}

// Detail is how many frames ended in one way, with the text that says which.
type Detail struct {
	Verdict Verdict
	// Text is the verdict with its parameter, like "0x0806" or "link-type 281". For what exceeds
	// MaxDetails it is the verdict's name and "(other)".
	Text  string
	Count uint64
}

// Frames returns the number of frames: the sum of all verdicts.
func (c *Counters) Frames() uint64 {
	var sum uint64
	for _, n := range c.Verdicts {
		sum += n
	}
	return sum
}

// Class returns the number of frames whose verdict is of a class.
func (c *Counters) Class(class Class) uint64 {
	var sum uint64
	for v, n := range c.Verdicts {
		if Verdict(v).Class() == class {
			sum += n
		}
	}
	return sum
}

// Details returns all verdicts but Counted that occurred, split by parameter, in the order of
// verdict and parameter. Their counts sum up to Frames less Counted.
func (c *Counters) Details() []Detail {
	var details []Detail
	for v := Counted + 1; v < VerdictCount; v++ {
		details = c.appendDetails(details, v)
	}
	return details
}

func (c *Counters) appendDetails(details []Detail, v Verdict) []Detail {
	left := c.Verdicts[v]
	for _, k := range c.kindsOf(v) {
		details = append(details, Detail{Verdict: v, Text: k.String(), Count: c.kinds[k]})
		left -= c.kinds[k]
	}
	if left == 0 {
		return details
	}
	text := v.String()
	if v.hasParameter() {
		text += " (other)"
	}
	return append(details, Detail{Verdict: v, Text: text, Count: left})
}

// kindsOf returns the kinds of a verdict in the order of their parameters.
func (c *Counters) kindsOf(v Verdict) []kind {
	var kinds []kind
	for k := range c.kinds {
		if k.verdict() == v {
			kinds = append(kinds, k)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// Add adds what another decoder counted. Details are kept apart up to MaxDetails of each decoder.
func (c *Counters) Add(other *Counters) {
	for v, n := range other.Verdicts {
		c.Verdicts[v] += n
	}
	for i, n := range other.Notes {
		c.Notes[i] += n
	}
	c.Octets += other.Octets
	if c.kinds == nil && len(other.kinds) > 0 {
		c.kinds = make(map[kind]uint64, len(other.kinds))
	}
	for k, n := range other.kinds {
		c.kinds[k] += n
	}
}

// Clone returns a copy that shares nothing with c.
func (c *Counters) Clone() *Counters {
	clone := new(Counters)
	clone.Add(c)
	return clone
}

// count counts a frame that is not Counted. With room made for MaxDetails beforehand it does not
// allocate.
func (c *Counters) count(v Verdict, parameter uint32) {
	c.Verdicts[v]++
	if !v.hasParameter() {
		return
	}
	k := kindOf(v, parameter)
	if len(c.kinds) >= MaxDetails {
		if _, known := c.kinds[k]; !known {
			return
		}
	}
	c.kinds[k]++
}
