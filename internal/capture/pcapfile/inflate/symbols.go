package inflate

const (
	// symbolBits is the most that a length and a distance take together: 15 + 5 + 15 + 13.
	symbolBits = 48
	// maxMatch is the longest copy that a symbol asks for.
	maxMatch = 258
)

// decodeSymbols decodes until the block ends or less than maxMatch octets of room are left. A symbol
// is taken out of copies of the reservoir, which are stored only when all of its bits were there.
func (r *Reader) decodeSymbols() (state, error) {
	out, end, limit := r.out, r.end, len(r.out)-maxMatch
	next, err := inSymbols, error(nil)
	for end <= limit {
		if r.in.count < symbolBits {
			r.in.fill()
		}
		reservoir, count := r.in.reservoir, r.in.count
		e := r.lengths.find(reservoir)
		reservoir >>= e.length() & 63
		count -= e.length()
		if e&kindMask == kindLiteral && count >= 0 {
			out[end] = byte(e >> 16)
			end++
			r.in.reservoir, r.in.count = reservoir, count
			continue
		}
		if e&kindMask == kindEnd && count >= 0 {
			r.in.reservoir, r.in.count = reservoir, count
			next = r.afterBlock()
			break
		}
		length := e.value() + int(reservoir&(1<<e.extra()-1))
		reservoir >>= e.extra() & 63
		d := r.distances.find(reservoir)
		reservoir >>= d.length() & 63
		distance := d.value() + int(reservoir&(1<<d.extra()-1))
		reservoir >>= d.extra() & 63
		count -= e.extra() + d.length() + d.extra()
		if err = r.checkMatch(e, d, count, distance, end); err != nil {
			break
		}
		copyMatch(out, end, distance, length)
		end += length
		r.in.reservoir, r.in.count = reservoir, count
	}
	r.end = end
	return next, err
}

// checkMatch says what is wrong with a length and a distance that leave count bits. Bits that
// aren't there come before codes that are wrong: the codes may be due to them.
func (r *Reader) checkMatch(length, distance entry, count, back, end int) error {
	switch {
	case count < 0:
		return r.in.ended()
	case length&kindMask != kindBase:
		return r.invalid("literal or length")
	case distance&kindMask != kindBase:
		return r.invalid("distance")
	case back > end-r.memberStart:
		return DataError("distance beyond the beginning")
	}
	return nil
}

// invalid is the error of a code that has no symbol: at the stream's end, of one that is cut.
func (r *Reader) invalid(what string) error {
	if r.in.count < symbolBits {
		return r.in.ended()
	}
	return DataError("invalid " + what + " code")
}

// copyMatch repeats length octets from distance octets back. The two may overlap: then what has
// just been written is repeated.
func copyMatch(out []byte, end, distance, length int) {
	from, to := end-distance, end+length
	for end < to {
		end += copy(out[end:to], out[from:end])
	}
}
