package main

import "encoding/binary"

// damaged is files with something wrong. What comes before the damage is good and counts.
func damaged() []file {
	few := protocols()[:5]
	pcap, ng := plain(linkEthernet, few), ngOf(few)
	start := offsets(few)
	return []file{
		{name: "empty.pcap", what: "a file of 0 octets", wrong: "no octets"},
		{name: "text.pcap", what: "a text file", data: []byte("This is not a capture.\n"), wrong: "not a capture"},
		{name: "cut-file-header.pcap", what: "a pcap of 23 octets", data: pcap[:23], wrong: "file header cut short"},
		{name: "cut-record-header.pcap", what: "ends within the fourth record's header", data: pcap[:start[3]+15], frames: few[:3], wrong: "record header cut short"},
		{name: "cut-record.pcap", what: "ends within the fifth record's data", data: pcap[:len(pcap)-1], frames: few[:4], wrong: "record cut short"},
		{name: "captured-length.pcap", what: "the third record's captured length is 262145 with a snap length of 262144", data: patch32(pcap, start[2]+8, 262145), frames: few[:2], wrong: "captured length above the limit"},
		{name: "cut-block.pcapng", what: "ends within the last block", data: ng[:len(ng)-5], frames: few[:4], wrong: "block cut short"},
		{name: "block-length.pcapng", what: "the last block's length is not a multiple of 4", data: patch32(ng, lastBlock(ng)+4, 70), frames: few[:4], wrong: "block length not a multiple of 4"},
		{name: "block-lengths-differ.pcapng", what: "the last block's second length differs from its first", data: patch32(ng, len(ng)-4, 8), frames: few[:4], wrong: "block lengths differ"},
		{name: "no-interface.pcapng", what: "a packet of an interface that is not there", data: patch32(ng, lastBlock(ng)+8, 7), frames: few[:4], wrong: "unknown interface"},
		{name: "cut.pcap.gz", what: "gzip that ends early", data: gzipStored(pcap)[:len(pcap)], frames: few[:4], wrong: "gzip cut short"},
		{name: "unknown-linktype.pcap", what: "link type 147 only", data: plain(linkUser0, few), frames: unknown(few), wrong: "no interface with a known link type"},
	}
}

// offsets is where each frame's record begins in a plain file.
func offsets(frames []frame) []int {
	out, n := make([]int, len(frames)), 24
	for i, f := range frames {
		out[i] = n
		n += 16 + len(f.bytes)
	}
	return out
}

func ngOf(frames []frame) []byte {
	s := newSection(nil, binary.LittleEndian)
	s.iface(linkEthernet, 0, 0, 0)
	for _, f := range frames {
		s.enhanced(f, uint64(f.time/1000))
	}
	return s.out
}

// lastBlock is where the last block begins, by its second length.
func lastBlock(b []byte) int { return len(b) - int(binary.LittleEndian.Uint32(b[len(b)-4:])) }

func patch32(b []byte, at int, value uint32) []byte {
	out := clone(b)
	binary.LittleEndian.PutUint32(out[at:], value)
	return out
}

// unknown is the frames as a decoder sees them that does not know their link type.
func unknown(frames []frame) (out []frame) {
	for _, f := range frames {
		out = append(out, otherFrame(f.time, "link type 147 not supported", f.bytes))
	}
	return out
}
