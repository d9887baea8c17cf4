package spool

import "github.com/sagflow/sagflow/exporter"

// Count counts batches and what is in them.
type Count struct {
	Batches uint64 `json:"batches"`
	exporter.Sum
}

// Plus returns the sum of both.
func (c Count) Plus(d Count) Count { return Count{c.Batches + d.Batches, c.Sum.Plus(d.Sum)} }

// Minus returns c without d.
func (c Count) Minus(d Count) Count { return Count{c.Batches - d.Batches, c.Sum.Minus(d.Sum)} }

// Reason says why a batch was dropped.
type Reason uint8

// The reasons.
const (
	Full     Reason = iota // the oldest had to make room
	TooOld                 // older than MaxAge, or AsideMaxAge
	Damaged                // its header is good and its payload is not
	Operator               // Drop
)

var reasonNames = [...]string{"full", "too-old", "damaged", "operator"}

// String returns the name that logs and JSON use.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "unknown"
}

// Drops counts dropped batches by reason.
type Drops struct {
	Full     Count `json:"full"`
	TooOld   Count `json:"too-old"`
	Damaged  Count `json:"damaged"`
	Operator Count `json:"operator"`
}

// Total is the sum over all reasons.
func (d Drops) Total() Count { return d.Full.Plus(d.TooOld).Plus(d.Damaged).Plus(d.Operator) }

func (d *Drops) add(r Reason, c Count) {
	into := [...]*Count{Full: &d.Full, TooOld: &d.TooOld, Damaged: &d.Damaged, Operator: &d.Operator}
	if int(r) < len(into) {
		*into[r] = into[r].Plus(c)
	}
}

// Fates counts batches that are gone.
type Fates struct {
	Delivered Count `json:"delivered"`
	Dropped   Drops `json:"dropped"`
}

// Plus returns the sum of both.
func (f Fates) Plus(g Fates) Fates {
	return Fates{f.Delivered.Plus(g.Delivered), Drops{
		f.Dropped.Full.Plus(g.Dropped.Full),
		f.Dropped.TooOld.Plus(g.Dropped.TooOld),
		f.Dropped.Damaged.Plus(g.Dropped.Damaged),
		f.Dropped.Operator.Plus(g.Dropped.Operator),
	}}
}

// add counts what a mark says.
func (f *Fates) add(k markKind, c Count) {
	switch {
	case k == markDone:
		f.Delivered = f.Delivered.Plus(c)
	case k >= markDropped:
		f.Dropped.add(Reason(k-markDropped), c)
	}
}
