package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// file is one file of testdata.
type file struct {
	name string
	what string
	data []byte
	// frames are what can be read of it.
	frames []frame
	// wrong is what a reader must say of it, "" where nothing is wrong.
	wrong string
}

// captures returns every capture.
func captures() []file {
	return append(append(whole(), formats()...), damaged()...)
}

// whole is the captures that are told apart by what is in them.
func whole() []file {
	ether := func(name, what string, frames []frame) file {
		return file{name: name, what: what, data: plain(linkEthernet, frames), frames: frames}
	}
	demo := snap(newOffice().build(), 128)
	return []file{
		{
			name: "demo.pcap", frames: demo,
			what: "three minutes at a small office's gateway: DNS, HTTPS, a long download, a login with rests, pings, a call on a VLAN, fragments, ARP, LLDP; a quarter IPv6",
			data: pcapFormat{binary.LittleEndian, magicMicro, linkEthernet, 128}.appendFile(nil, demo),
		},
		ether("protocols.pcap", "each protocol with a rule of its own for ports, types and flags", protocols()),
		ether("extensions.pcap", "chains of IPv6 extension headers", extensions()),
		ether("encapsulations.pcap", "VLAN, QinQ, MPLS, PPPoE, SNAP and IP SAP; frames that hold no IP", encapsulations()),
		ether("fragments.pcap", "fragments in order, out of order, without their first, 31 s late", fragments()),
		ether("aging.pcap", "flows at the edges of aging times 60 s and 15 s", aging()),
		ether("backwards.pcap", "times that run backwards", backwards()),
		ether("malformed.pcap", "wrong headers; lengths that are odd but counted", malformed()),
	}
}

// formats is captures that are told apart by how they are written.
func formats() []file {
	few := protocols()[:9]
	links := wrapAll(linkWrappings())
	sections := mixedFrames()
	pcap := plain(linkEthernet, few)
	return []file{
		{name: "nano-big-endian.pcap", what: "pcap, nanoseconds, big-endian", frames: shifted(few, 123456789), data: pcapFormat{binary.BigEndian, magicNano, linkEthernet, 65535}.appendFile(nil, shifted(few, 123456789))},
		{name: "micro-big-endian.pcap", what: "pcap, microseconds, big-endian", frames: few, data: pcapFormat{binary.BigEndian, magicMicro, linkEthernet, 65535}.appendFile(nil, few)},
		{name: "modified.pcap", what: "pcap with record headers of 24 octets (0xa1b2cd34)", frames: few, data: pcapFormat{binary.LittleEndian, magicModified, linkEthernet, 65535}.appendFile(nil, few)},
		{name: "no-packets.pcap", what: "a pcap header alone", data: plain(linkEthernet, nil)},
		{name: "linktypes.pcapng", what: "an interface for every link type, some in several forms", frames: links, data: linkFile(links)},
		{name: "sections.pcapng", what: "two sections of different byte order; resolutions, offsets, simple and obsolete packet blocks, unknown blocks", frames: sections, data: mixedFile(sections)},
		{name: "two-members.pcap.gz", what: "gzip in two members", frames: few, data: join(gzipStored(pcap[:200]), gzipStored(pcap[200:]))},
		{name: "sections.pcapng.zst", what: "sections.pcapng in zstd", frames: sections, data: zstdStored(mixedFile(sections))},
	}
}

// shifted moves the frames by some nanoseconds.
func shifted(frames []frame, ns int64) []frame {
	out := append([]frame(nil), frames...)
	for i := range out {
		out[i].time += ns
	}
	return out
}

// linkFile writes the frames of linkWrappings, each on the interface of its wrapping.
func linkFile(frames []frame) []byte {
	s := newSection(nil, binary.LittleEndian)
	for _, l := range linkInterfaces(linkWrappings()) {
		s.iface(l, 0, 0, 0)
	}
	for _, f := range frames {
		s.enhanced(f, uint64(f.time/1000))
	}
	return s.out
}

// Interfaces of sections.pcapng; times there are whole half seconds, which every resolution can say.
const (
	ifMicro  = iota // microseconds, by default
	ifNano          // 10^-9
	ifBinary        // 2^-20
	ifOffset        // 10^-3, counted from 2026-01-01
)

// mixedFrames is the frames of sections.pcapng: six a section, the last without a time.
func mixedFrames() []frame {
	var out []frame
	for i := range 12 {
		p := sample(i, i%3 == 2)
		f := lan(at(time.Duration(i)*500*time.Millisecond), p)
		f.iface = []int{ifMicro, ifNano, ifBinary, ifOffset, ifMicro, ifMicro}[i%6]
		if i%6 == ifNano {
			f = ipFrame(f.time, p, p.data)
			f.iface = ifNano
		}
		if i%6 == 5 {
			f.time = 0
		}
		out = append(out, f)
	}
	return out
}

// mixedFile writes them: one section little-endian, one big-endian.
func mixedFile(frames []frame) (b []byte) {
	epoch := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()
	for i, order := range []byteOrder{binary.LittleEndian, binary.BigEndian} {
		s := newSection(b, order)
		s.iface(linkEthernet, 96, 0, 0)
		s.iface(linkRaw, 0, 9, 0)
		s.block(blockNames, order.AppendUint32(nil, 0))
		s.iface(linkEthernet, 0, 0x80|20, 0)
		s.iface(linkEthernet, 0, 3, epoch)
		s.block(blockCustom, []byte{0, 0, 0x7e, 0xd9, 1, 2, 3, 4})
		for _, f := range frames[6*i : 6*i+6] {
			s.frame(f, epoch)
		}
		b = s.out
	}
	return b
}

// frame writes one frame of mixedFrames in its interface's units; every fifth in the obsolete form.
func (s *ngSection) frame(f frame, epoch int64) {
	switch f.iface {
	case ifNano:
		s.enhanced(f, uint64(f.time))
	case ifBinary:
		s.enhanced(f, uint64(f.time/1e9)<<20|uint64(f.time%1e9/5e8)<<19)
	case ifOffset:
		s.enhanced(f, uint64((f.time-epoch*1e9)/1e6))
	default:
		switch {
		case f.time == 0:
			s.simple(f)
		case f.time%1e9 == 0:
			s.obsolete(f, uint64(f.time/1000))
		default:
			s.enhanced(f, uint64(f.time/1000))
		}
	}
}

// readme lists the files.
func readme(files []file) []byte {
	var b strings.Builder
	b.WriteString("# testdata\n\nWritten by `make generate` (`go run ./internal/testgen`); don't edit by hand. `NAME.truth.tsv` is what is in the capture,\n" +
		"`NAME.first.truth.tsv` with the ports of first fragments, `NAME.aging.truth.tsv` with active aging 60 s and inactive aging 15 s.\n\n| file | what it is | what is wrong with it |\n| --- | --- | --- |\n")
	for _, f := range files {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", f.name, f.what, f.wrong)
	}
	return []byte(b.String())
}
