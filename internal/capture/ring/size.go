package ring

// A ring is made of blocks. The kernel fills one and hands it over when it is full or its time is
// over. Large ones wake the reader less often: 240,000 frames a second of 60 octets cost it 34 ns each
// in blocks of 1 MiB, 54 ns in blocks of 256 KiB (in a virtual machine, where waking is dear). But
// where traffic is little each holds next to nothing when its time is over, and a reader that doesn't
// run finds the ring full after as many block timeouts as it has blocks.
const (
	maxBlock  = 1 << 20
	minBlock  = 128 << 10 // holds any frame of 64 KiB, and is a whole number of pages on every machine
	minBlocks = 2
	// goodBlocks is the number of blocks up to which blocks get smaller rather than fewer: with 84 of them a reader
	// that is stopped for 5 s loses nothing of little traffic, and one that looks at the ring by time, and
	// doesn't wait for blocks while packets flow, is not woken more often for it.
	goodBlocks = 96
	// maxSize is that of one ring: the kernel counts its octets in 32 bits, an int may have 31.
	maxSize = 1<<31 - maxBlock
)

// blocks divides a ring's memory into blocks: their size, a power of two, and their number.
func blocks(size int) (block, number int) {
	block = maxBlock
	for block > minBlock && size < goodBlocks*block {
		block /= 2
	}
	return block, size / block
}

// The default size of an interface's rings.
const (
	defaultMegabits = 1000 // where the speed isn't known, as of tunnels
	// octetsAMegabit are 200 ms of 1 Mb/s: a reader that doesn't run for so long loses nothing.
	octetsAMegabit     = 1_000_000 / 8 / 5
	defaultLeast       = 4 << 20 // of a ring
	defaultMost        = 64 << 20
	memoryShare        = 16 // at most a 16th of what is available
	defaultMostOfSpeed = defaultMost/octetsAMegabit + 1
)

// defaultSize returns the memory for all rings of an interface of so many megabits a second, with
// so much memory available; what isn't known is 0.
func defaultSize(megabits, available, workers int) int {
	if megabits <= 0 {
		megabits = defaultMegabits
	}
	size := min(megabits, defaultMostOfSpeed) * octetsAMegabit
	size = min(max(size, workers*defaultLeast), defaultMost)
	if available > 0 {
		size = min(size, available/memoryShare)
	}
	return max(size, workers*MinSize)
}

// mostMemory returns how large an interface's rings may be where so much memory is available: half
// of it, since the kernel would otherwise end other processes to make room. 0 is no limit.
func mostMemory(available int) int { return available / 2 }

// fitting returns the largest size, found by halving, that try finds room for, and 0 where even
// the least finds none.
func fitting(size, least int, try func(size int) bool) int {
	for size /= 2; size >= least; size /= 2 {
		if try(size) {
			return size
		}
	}
	return 0
}
