package wiretest

import "encoding/binary"

// Source chooses a number below n, n ≥ 1. Random tests and fuzzing make records by it.
type Source func(n uint64) uint64

// Bytes is a source that reads its choices from data and then chooses 0 for ever.
func Bytes(data []byte) Source {
	return func(n uint64) uint64 {
		size := 1
		for size < 8 && n > 1<<(8*size) {
			size *= 2
		}
		var b [8]byte
		copied := copy(b[:size], data)
		data = data[copied:]
		return binary.LittleEndian.Uint64(b[:]) % n
	}
}
