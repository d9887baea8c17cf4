package wire

import "math/bits"

// MaxRecords is how many records of flows a datagram can hold at most, whatever its length: the
// shortest record of V9 and IPFIX has 57 octets.
const MaxRecords = maxDatagram / 57

// Plan finds room in one datagram. It is a value: a copy can be tried and thrown away.
type Plan struct {
	layout *Layout
	limit  int
	// size is the datagram's length so far, padding included.
	size int
	// templates are those in the datagram; usable are the kinds of which the collector will have
	// the template.
	templates, usable Mask
	// sets is the length of each kind's sets so far, 0 or more than a header, without padding.
	sets [maxKinds]int
	// count is how many records, those of templates included, and beside how many of options that go
	// with the templates.
	count, beside int
}

// NewPlan returns the plan of an empty datagram of at most limit octets. known are the templates
// that the collector has and that are not about to be repeated.
func (l *Layout) NewPlan(limit int, known Mask) Plan {
	return Plan{layout: l, limit: min(limit, maxDatagram), size: l.HeaderLength, usable: known}
}

// Templates returns the templates that are in the datagram.
func (p *Plan) Templates() Mask { return p.templates }

// Size returns the length of the datagram in octets.
func (p *Plan) Size() int { return p.size }

// Count returns how many records are in the datagram, templates included (RFC 3954 §5.1).
func (p *Plan) Count() int { return p.count }

// Records returns how many records are in the datagram, without those of templates.
func (p *Plan) Records() int { return p.count - bits.OnesCount16(uint16(p.templates)) }

// HasRecords says that there is more than templates, and what goes with them, in the datagram.
func (p *Plan) HasRecords() bool { return p.Records() > p.beside }

// Empty says that there is nothing in the datagram.
func (p *Plan) Empty() bool { return p.count == 0 }

// Has says whether there are records of the kind.
func (p *Plan) Has(kind int) bool { return p.sets[kind] != 0 }

// AddTemplate puts a template into the datagram, and says whether there is room.
func (p *Plan) AddTemplate(kind int) bool {
	if p.templates.Has(kind) {
		return true
	}
	cost := p.templateCost(kind)
	if p.size+cost > p.limit {
		return false
	}
	p.take(kind, cost)
	return true
}

// AddTemplates puts as many of the templates into the datagram as there is room for.
func (p *Plan) AddTemplates(kinds Mask) {
	for k := range p.layout.Templates {
		if kinds.Has(k) {
			p.AddTemplate(k)
		}
	}
}

// AddRecord puts a record into the datagram, with its template when the collector lacks it, and
// says whether there is room for both.
func (p *Plan) AddRecord(kind int) bool {
	before := p.sets[kind]
	after := before + p.layout.lengths[kind]
	switch {
	case p.layout.Templates[kind].Alone:
		after = before + p.layout.aligned(setHeader+p.layout.lengths[kind])
	case before == 0:
		after += setHeader
	}
	size := p.size - p.layout.aligned(before) + p.layout.aligned(after)
	if !p.usable.Has(kind) {
		cost := p.templateCost(kind)
		if size+cost > p.limit {
			return false
		}
		p.take(kind, cost)
		size += cost
	}
	if size > p.limit {
		return false
	}
	p.sets[kind], p.size = after, size
	p.count++
	return true
}

// AddBeside is AddRecord for a record of options that goes with the templates.
func (p *Plan) AddBeside(kind int) bool {
	if !p.AddRecord(kind) {
		return false
	}
	p.beside++
	return true
}

// AddNeeded puts in the template of a record that didn't fit together with it, so that the record
// fits the next datagram.
func (p *Plan) AddNeeded(kind int) {
	if !p.usable.Has(kind) {
		p.AddTemplate(kind)
	}
}

// templateCost is what a template adds to the datagram: itself, and the first of its set also the
// set's header and what padding the set can need.
func (p *Plan) templateCost(kind int) int {
	t := &p.layout.Templates[kind]
	cost := p.layout.aligned(t.Length())
	for k := range p.layout.Templates {
		o := &p.layout.Templates[k]
		if p.templates.Has(k) && (o.Scope > 0) == (t.Scope > 0) && !o.Alone && !t.Alone {
			return cost
		}
	}
	return cost + setHeader
}

func (p *Plan) take(kind, cost int) {
	p.templates |= MaskOf(kind)
	p.usable |= MaskOf(kind)
	p.size += cost
	p.count++
}
