package packet

import "github.com/sagflow/sagflow/flowtable"

const (
	fragmentLen = 8

	ipv6MoreFragments  = 0x0001
	ipv6FragmentOffset = 0xfff8
)

// extensions walks the IPv6 extension headers at b, which ends with the IP packet or the capture,
// and reads the transport header behind them. p.Protocol is the header at b; at the end it is the
// last one that could be reached.
func (d *Decoder) extensions(b []byte, p *flowtable.Packet) {
	fragment, header := false, p.Protocol
	for {
		header, b = walkOptions(header, b)
		n := d.extensionLen(b, header)
		if n == 0 {
			break
		}
		if n > len(b) {
			d.note(IPv6ExtensionsCut)
			p.Protocol, p.Fragment, p.FragmentID = header, flowtable.Whole, 0
			return
		}
		if header == headerFragment && d.fragment(b, &fragment, p) {
			return
		}
		header = b[0]
		b = b[n:]
	}
	p.Protocol = header
	d.transport(b, p)
}

// optionHeaders has the bits of the headers of options and routing: those of which somebody can put a hundred into a frame.
const optionHeaders = uint64(1)<<headerHopByHop | 1<<headerRouting | 1<<headerDestination

// walkOptions walks over headers of options and routing as long as they are whole. It moves an index and not a slice,
// which halves what each costs. Short ones are looked for at the beginning and behind a longer one, but not for long in vain:
// 59 pairs of a short and a longer one take 361 ns, 341 one at a time, and took 540 with a search behind each.
func walkOptions(header uint8, b []byte) (uint8, []byte) {
	header, at := walkShortest(header, b)
	vain := 0
	for header < 64 && optionHeaders>>header&1 != 0 && at+1 < len(b) {
		length := (int(b[at+1]) + 1) << 3
		if length > len(b)-at {
			break
		}
		header, at = b[at], at+length
		if length > shortestOptions && vain < 2 {
			var n int
			if header, n = walkShortest(header, b[at:]); n == 0 {
				vain++
			}
			at += n
		}
	}
	return header, b[at:]
}

// shortestOptions is the length of the shortest header (RFC 8200 §4.3).
const shortestOptions = 8

// walkShortest walks over headers of options and routing of eight octets, two at a time: where the next one begins waits
// for no load then (180 headers: 340 ns, one at a time 497).
func walkShortest(header uint8, b []byte) (next uint8, at int) {
	for ; at+2*shortestOptions <= len(b); at += 2 * shortestOptions {
		two := (*[2 * shortestOptions]byte)(b[at:])
		second := two[0]
		if two[1]|two[9] != 0 || header|second >= 64 || optionHeaders>>(header&63)&(optionHeaders>>(second&63))&1 == 0 {
			break
		}
		header = two[shortestOptions]
	}
	return header, at
}

// extensionLen returns the length of the extension header at b, more than b has where it is cut,
// 0 where the header is none to walk over.
func (d *Decoder) extensionLen(b []byte, header uint8) int {
	switch header {
	case headerHopByHop, headerRouting, headerDestination:
		if len(b) < 2 {
			return 8
		}
		return (int(b[1]) + 1) << 3
	case headerAH:
		if d.options.StopAtAH {
			return 0
		}
		if len(b) < 2 {
			return 8
		}
		return (int(b[1]) + 2) << 2 // RFC 4302 §2.2: units of four octets, less two
	case headerFragment:
		return fragmentLen
	}
	return 0
}

// fragment reads the fragment header at b (RFC 8200 §4.5) and says whether it ends the chain: what
// follows in a later fragment is no header. The identification is that of the first fragment
// header that isn't atomic; *seen tells of it.
func (d *Decoder) fragment(b []byte, seen *bool, p *flowtable.Packet) bool {
	offset := be16(b[2:])
	if offset&(ipv6FragmentOffset|ipv6MoreFragments) == 0 {
		return false
	}
	if !*seen {
		*seen = true
		d.note(IPv6Fragment)
		p.Fragment, p.FragmentID = flowtable.FirstFragment, be32(b[4:])
	}
	if offset&ipv6FragmentOffset == 0 {
		return false
	}
	p.Fragment, p.Protocol = flowtable.LaterFragment, b[0]
	return true
}
