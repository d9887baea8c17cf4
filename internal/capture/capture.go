// Package capture is the contract between whatever captures frames and the decoder.
//
// A Source hands out frames in batches, so that the one interface call is paid per batch and never
// per packet. Frames point into the source's own buffer: they are valid until the next call of
// Next or Close, and a caller that keeps octets copies them.
package capture

// Frame is one captured frame.
type Frame struct {
	// Data are the captured octets. They belong to the source and are valid until its next call.
	Data []byte
	// Time is the capture time in nanoseconds since 1970, within ±flowtable.MaxTime.
	Time int64
	// Length is the frame's length on the wire in octets; it may be more or less than len(Data).
	Length uint32
	// LinkType is the LINKTYPE_ value of the frame's interface (pcap-linktype(7)).
	LinkType uint16
	// BigEndian is the byte order of the capturing host, where the file tells it: NFLOG's
	// attributes are written in it.
	BigEndian bool
	// Egress says that this machine sent the frame. Only live sources know.
	Egress bool
	// Tagged says that a VLAN tag, the outermost, was taken out of the frame before it was captured,
	// as network cards and the kernel do; VLAN is its tag control information (IEEE 802.1Q §9.6).
	Tagged bool
	VLAN   uint16
}

// Source yields frames in the order in which they were captured.
//
// A Source is used by one goroutine.
type Source interface {
	// Next fills frames from the start and returns how many it filled. As with io.Reader, frames
	// and an error may come together: the frames come first and are good. io.EOF says that the
	// input ended as it should; any other error says what is wrong with it, and is final.
	Next(frames []Frame) (int, error)
	// Close releases the source's memory and files. Frames handed out are no longer valid.
	Close() error
}
