package wire

// Mask is a set of kinds of records, by their place in a Layout.
type Mask uint16

// MaskOf is the set of one kind.
func MaskOf(kind int) Mask { return 1 << kind }

// MaskBelow is the set of the kinds 0..end-1.
func MaskBelow(end int) Mask { return 1<<end - 1 }

// Has says whether the kind is in the set.
func (m Mask) Has(kind int) bool { return m>>kind&1 != 0 }

// maxKinds is how many kinds a Mask can hold.
const maxKinds = 16
