package filter

// protocolNames are the protocols that can be written by name (IANA protocol numbers).
var protocolNames = [...]struct {
	number uint8
	name   string
}{
	{1, "icmp"},
	{2, "igmp"},
	{4, "ipip"},
	{6, "tcp"},
	{17, "udp"},
	{33, "dccp"},
	{41, "ipv6"},
	{47, "gre"},
	{50, "esp"},
	{51, "ah"},
	{58, "icmp6"},
	{89, "ospf"},
	{103, "pim"},
	{112, "vrrp"},
	{132, "sctp"},
	{136, "udplite"},
}

func protocolNumber(name string) (uint8, bool) {
	for _, p := range &protocolNames {
		if p.name == name {
			return p.number, true
		}
	}
	return 0, false
}

// protocolName returns a protocol's name, or nothing.
func protocolName(number uint16) string {
	for _, p := range &protocolNames {
		if uint16(p.number) == number {
			return p.name
		}
	}
	return ""
}
