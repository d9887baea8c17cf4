package inflate

const (
	endOfBlock   = 256
	maxLengths   = 286 // literal and length symbols of a block's own code
	fixedLengths = 288 // with the two of the fixed code that must not occur
	maxDistances = 30
	fixedDists   = 32
)

// RFC 1951 §3.2.5: where the values of each length and distance symbol begin, and how many extra
// bits tell which of them it is.
var (
	lengthBases = [maxLengths - endOfBlock - 1]int{
		3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27,
		31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
	}
	lengthExtras = [len(lengthBases)]int{
		0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
		2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
	}
	distanceBases = [maxDistances]int{
		1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769,
		1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
	}
	distanceExtras = [maxDistances]int{
		0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8,
		9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
	}
	// codeLengthOrder is the order in which a block gives the lengths of its code-length code
	// (RFC 1951 §3.2.7).
	codeLengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// symbolTables say what each symbol of the three codes means.
type symbolTables struct {
	lengths   [fixedLengths]entry // the last two are invalid
	distances [fixedDists]entry   // the last two are invalid
	plain     [len(codeLengthOrder)]entry
}

func newSymbolTables() *symbolTables {
	var s symbolTables
	for i := range endOfBlock {
		s.lengths[i] = makeEntry(kindLiteral, i, 0)
	}
	s.lengths[endOfBlock] = makeEntry(kindEnd, 0, 0)
	for i, base := range lengthBases {
		s.lengths[endOfBlock+1+i] = makeEntry(kindBase, base, lengthExtras[i])
	}
	for i, base := range distanceBases {
		s.distances[i] = makeEntry(kindBase, base, distanceExtras[i])
	}
	for i := range s.plain {
		s.plain[i] = makeEntry(kindLiteral, i, 0)
	}
	return &s
}

// fixedCode returns the code lengths of blocks with fixed codes (RFC 1951 §3.2.6).
func fixedCode() (lengths [fixedLengths]uint8, distances [fixedDists]uint8) {
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	for i := range distances {
		distances[i] = 5
	}
	return lengths, distances
}
