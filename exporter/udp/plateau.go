package udp

// plateaus are common sizes of IP packets that links carry (RFC 1191 §7.1, and IPv6's least).
var plateaus = [...]int{32000, 17914, 8166, 4352, 2002, 1492, 1280, 1006, 508, 296, minMTU}

// plateau returns the next common size below that of a packet that didn't get through, for when
// the system can't say what would.
func plateau(packet int) int {
	for _, p := range plateaus {
		if p < packet {
			return p
		}
	}
	return minMTU
}
