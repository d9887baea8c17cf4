package pcapfile

import "io"

// openNext opens files until one begins as a capture does. It reports false after the last.
func (s *Source) openNext() bool {
	for int(s.index.Load()) < len(s.options.Files) {
		i := int(s.index.Add(1))
		if i >= len(s.options.Files) {
			break
		}
		s.report.beginFile()
		s.compression = ""
		in, failed := s.open(s.options.Files[i])
		if failed != nil {
			s.fail(failed)
			continue
		}
		s.in = in
		if failed = s.begin(); failed == nil {
			return true
		}
		s.endFile(failed)
	}
	return false
}

// begin finds out what the opened file is and makes its reader ready.
func (s *Source) begin() *fault {
	s.buf.reset(s.in)
	f := s.magic()
	if f == formatGzip || f == formatZstd {
		s.compression = map[format]string{formatGzip: "gz", formatZstd: "zstd"}[f]
		s.decompressor = decompress(f, s.buf.data[s.buf.start:s.buf.end], rest(&s.buf))
		s.buf.reset(s.decompressor)
		f = s.magic()
	}
	switch f {
	case formatPcapLittle, formatPcapBig:
		return s.beginPcap(f)
	case formatPcapng:
		s.format, s.ng = f, newNgReader(s.ng)
		return nil
	default:
		return s.notCapture()
	}
}

// rest is the stream behind what the buffer has read.
func rest(b *buffer) io.Reader {
	if b.err != nil {
		return failedReader{b.err}
	}
	return b.r
}

type failedReader struct{ err error }

func (r failedReader) Read([]byte) (int, error) { return 0, r.err }

// magic reads the first octets of the stream and tells its format.
func (s *Source) magic() format {
	s.buf.fillTo(magicSize)
	return detect(s.buf.data[:min(magicSize, s.buf.end)])
}

// beginPcap reads a classic capture's header.
func (s *Source) beginPcap(f format) *fault {
	if !s.buf.fillTo(pcapHeaderSize) {
		if failed := s.streamFault(); failed != nil {
			return failed
		}
		return cut(0, "file header cut short: %d of %d bytes", s.buf.unread(), pcapHeaderSize)
	}
	s.format, s.pcap = f, newPcapReader(s.buf.data[:pcapHeaderSize], f == formatPcapBig)
	s.buf.start = pcapHeaderSize
	s.report.kinds[s.pcap.kind()]++
	s.report.linkType(s.pcap.linkType)
	return nil
}

// notCapture says why the stream can't be read.
func (s *Source) notCapture() *fault {
	if failed := s.streamFault(); failed != nil {
		return failed
	}
	head := s.buf.data[:min(magicSize, s.buf.end)]
	if len(head) == 0 {
		reason := "file of 0 bytes: even a capture without packets has a header"
		if s.compression != "" {
			reason = "empty after decompression: even a capture without packets has a header"
		}
		return &fault{-1, reason, ErrEmpty}
	}
	return &fault{0, "not a pcap or pcapng capture: it begins with " + hexBytes(head) + hint(head), ErrNotCapture}
}

// endFile closes the file and remembers what was wrong with it. Frames handed out stay valid: the
// buffer is not touched.
func (s *Source) endFile(damage *fault) {
	if damage != nil {
		s.fail(damage)
	}
	if unknown := s.report.endFile(); unknown != nil {
		s.fail(unknown)
	}
	s.closeFile()
}

// fail remembers an error of the current file.
func (s *Source) fail(f *fault) {
	s.errs = append(s.errs, &FileError{
		File:        s.options.Files[s.index.Load()],
		Offset:      f.offset,
		Compression: s.compression,
		Reason:      f.reason,
		Err:         f.err,
	})
}

// closeFile closes what openNext opened. The files are only read: their Close has nothing to tell.
func (s *Source) closeFile() {
	if s.decompressor != nil {
		_ = s.decompressor.Close()
		s.decompressor = nil
	}
	if s.in.close != nil {
		_ = s.in.close.Close()
	}
	s.settle(s.in)
	s.format = formatUnknown
}
