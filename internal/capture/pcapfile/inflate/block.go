package inflate

// errNoEnd says that a block's codes have none for the block's end, with which it could not end.
const errNoEnd = DataError("no code for the block's end")

// blockHeader reads a block's header (RFC 1951 §3.2.3) and makes its codes ready.
func (r *Reader) blockHeader() (state, error) {
	if !r.in.has(3) {
		return 0, r.in.ended()
	}
	r.final = r.in.take(1) == 1
	switch r.in.take(2) {
	case 0:
		return r.storedHeader()
	case 1:
		lengths, distances := fixedCode()
		r.lengths.build(lengths[:], r.symbols.lengths[:], lengthBits)
		r.distances.build(distances[:], r.symbols.distances[:], distanceBits)
		return inSymbols, nil
	case 2:
		return inSymbols, r.ownCodes()
	}
	return 0, DataError("invalid block type 3")
}

// storedHeader reads the length of a stored block (RFC 1951 §3.2.4).
func (r *Reader) storedHeader() (state, error) {
	r.in.align()
	if !r.in.has(32) {
		return 0, r.in.ended()
	}
	length, inverse := uint16(r.in.take(16)), uint16(r.in.take(16))
	if length != ^inverse {
		return 0, DataError("stored block's length differs from its complement")
	}
	r.stored = int(length)
	return inStored, nil
}

// copyStored copies as much of a stored block as there is room for.
func (r *Reader) copyStored() (state, error) {
	if r.stored == 0 {
		return r.afterBlock(), nil
	}
	n := r.in.copyTo(r.out[r.end:min(len(r.out), r.end+r.stored)])
	if n == 0 {
		return 0, r.in.ended()
	}
	r.end += n
	r.stored -= n
	return inStored, nil
}

// afterBlock is what follows a block.
func (r *Reader) afterBlock() state {
	if r.final {
		return inTrailer
	}
	return inBlockHeader
}

// ownCodes reads the codes of a block that brings its own (RFC 1951 §3.2.7).
func (r *Reader) ownCodes() error {
	if !r.in.has(14) {
		return r.in.ended()
	}
	lengths, distances, codes := int(r.in.take(5))+257, int(r.in.take(5))+1, int(r.in.take(4))+4
	if lengths > maxLengths || distances > maxDistances {
		return DataError("too many length or distance symbols")
	}
	var order [len(codeLengthOrder)]uint8
	for _, symbol := range codeLengthOrder[:codes] {
		if !r.in.has(3) {
			return r.in.ended()
		}
		order[symbol] = uint8(r.in.take(3))
	}
	if !completeCode(order[:]) || !r.lengths.build(order[:], r.symbols.plain[:], 7) {
		return DataError("invalid code-length code")
	}
	var all [maxLengths + maxDistances]uint8
	if err := r.codeLengths(all[:lengths+distances]); err != nil {
		return err
	}
	switch {
	case all[endOfBlock] == 0:
		return errNoEnd
	case !r.lengths.build(all[:lengths], r.symbols.lengths[:], lengthBits):
		return DataError("invalid literal and length code")
	case !r.distances.build(all[lengths:lengths+distances], r.symbols.distances[:], distanceBits):
		return DataError("invalid distance code")
	}
	return nil
}

// completeCode reports whether a code's lengths leave no room: the code-length code must not, not
// even with a single code.
func completeCode(lengths []uint8) bool {
	used := 0
	for _, n := range lengths {
		if n > 0 {
			used += 1 << (7 - n)
		}
	}
	return used == 1<<7
}

// codeLengths reads the lengths of the two codes, themselves coded, with runs (RFC 1951 §3.2.7).
func (r *Reader) codeLengths(all []uint8) error {
	for i := 0; i < len(all); {
		r.in.has(7 + 7)
		e := r.lengths.find(r.in.reservoir)
		symbol, bits := e.value(), e.length()
		base, extra := 1, 0
		switch symbol {
		case 16:
			base, extra = 3, 2
		case 17:
			base, extra = 3, 3
		case 18:
			base, extra = 11, 7
		}
		if r.in.count < bits+extra {
			return r.in.ended()
		}
		r.in.take(bits)
		run, value := base+int(r.in.take(extra)), uint8(0)
		switch {
		case symbol < 16:
			value = uint8(symbol)
		case symbol == 16 && i == 0:
			return DataError("code length repeated before the first")
		case symbol == 16:
			value = all[i-1]
		}
		if run > len(all)-i {
			return DataError("too many code lengths")
		}
		for range run {
			all[i] = value
			i++
		}
	}
	return nil
}
