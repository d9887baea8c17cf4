package packet

import "github.com/sagflow/sagflow/flowtable"

const (
	nullLen     = 4
	encLen      = 12
	minPFLOGLen = 4
)

// addressFamily decodes what follows a BSD address family. AF_INET is 2 everywhere, AF_INET6 has
// a value of its own on Linux (10), NetBSD and OpenBSD (24), FreeBSD (28) and Darwin (30).
func (d *Decoder) addressFamily(af uint32, r rest, p *flowtable.Packet) Verdict {
	switch af {
	case 2:
		return d.ipv4(r, p)
	case 10, 24, 28, 30:
		return d.ipv6(r, p)
	}
	return d.with(AddressFamily, af)
}

// hostFamily reads an address family that stands in the byte order of the capturing host.
func hostFamily(b []byte) uint32 {
	if af := be32(b); af <= 0xffff {
		return af
	}
	return le32(b)
}

// null decodes BSD loopback, LINKTYPE_NULL and LINKTYPE_LOOP: the family, then the packet.
func (d *Decoder) null(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < nullLen {
		return NullCut
	}
	return d.addressFamily(hostFamily(r.b), r.skip(nullLen), p)
}

// enc decodes OpenBSD's enc(4): family, SPI, flags, then the packet.
func (d *Decoder) enc(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < encLen {
		return EncCut
	}
	return d.addressFamily(hostFamily(r.b), r.skip(encLen), p)
}

// pflog decodes OpenBSD's pflog(4): length of the header, family and more; the packet begins at
// the next multiple of four.
func (d *Decoder) pflog(r rest, p *flowtable.Packet) Verdict {
	if len(r.b) < minPFLOGLen {
		return PFLOGCut
	}
	return d.addressFamily(uint32(r.b[1]), r.skip((int(r.b[0])+3)&^3), p)
}
