package inflate

const (
	endOfBlock   = 256
	maxLengths   = 286 // literal and length symbols of a block's own code
	fixedLengths = 288 // with the two of the fixed code that must not occur
	maxDistances = 30
	fixedDists   = 32
)

// lengthBases and distanceBases are RFC 1951 §3.2.5: where each symbol's values begin, and how many
// extra bits tell which of them it is.
var (
	lengthBases = [maxLengths - endOfBlock - 1]struct{ base, extra int }{
		{3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0},
		{11, 1}, {13, 1}, {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2},
		{35, 3}, {43, 3}, {51, 3}, {59, 3}, {67, 4}, {83, 4}, {99, 4}, {115, 4},
		{131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0},
	}
	distanceBases = [maxDistances]struct{ base, extra int }{
		{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {7, 1}, {9, 2}, {13, 2}, {17, 3}, {25, 3},
		{33, 4}, {49, 4}, {65, 5}, {97, 5}, {129, 6}, {193, 6}, {257, 7}, {385, 7},
		{513, 8}, {769, 8}, {1025, 9}, {1537, 9}, {2049, 10}, {3073, 10}, {4097, 11}, {6145, 11},
		{8193, 12}, {12289, 12}, {16385, 13}, {24577, 13},
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
	for i, l := range lengthBases {
		s.lengths[endOfBlock+1+i] = makeEntry(kindBase, l.base, l.extra)
	}
	for i, d := range distanceBases {
		s.distances[i] = makeEntry(kindBase, d.base, d.extra)
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
