package pcapfile

// Progress is how far a Source has come.
type Progress struct {
	// File is the name of the file being read, as in Options.Files; "" before the first and after
	// the last.
	File string
	// Index is the position of File in Options.Files; it is len(Options.Files) after the last.
	Index int
	// Read is how many octets were read of all files, as they lie on disk (compressed).
	Read int64
	// Total is how many octets there are to read, on disk. It is 0 before the first call of Next,
	// and -1 where it can't be known, as for a pipe. What remains unread of a damaged file leaves
	// the total, so that Read ends at Total.
	Total int64
}

// Progress reports how far reading has come. It may be called from any goroutine at any time.
func (s *Source) Progress() Progress {
	p := Progress{Index: int(s.index.Load()), Read: s.bytesRead.Load(), Total: s.bytesTotal.Load()}
	p.Index = min(max(p.Index, 0), len(s.options.Files))
	if s.index.Load() >= 0 && p.Index < len(s.options.Files) {
		p.File = s.options.Files[p.Index]
	}
	return p
}

// settle makes the total right for a file that was read to its end or left before it.
func (s *Source) settle(in *input) {
	if s.bytesTotal.Load() != unknownSize && in.size != unknownSize {
		s.bytesTotal.Add(in.read - in.size)
	}
}
