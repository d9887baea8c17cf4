package config

// interfacePattern is a name of at most 15 characters, in which * and ? may stand for others.
const interfacePattern = `[^\s/:"'!][^\s/:"']{0,14}`

// captureKeys are the rows of how packets come in.
func captureKeys() []key {
	return []key{
		{
			path: "interfaces", needs: "by live capture",
			field: many(func(d *draft) *[]string { return &d.Interfaces },
				text(`an interface name of up to 15 characters, * and ? for any, as eth0 or eth*, or "!docker*" to leave out`, "!?"+interfacePattern)),
			about: "Interfaces whose packets are metered; `*` and `?` stand for any characters. With `!` before it, in quotes, a name or pattern is left out, whatever else matches; a list of such alone means all others but loopback.",
		},
		{
			path: "direction", value: "in", field: direction(),
			about: "Packets that are metered, as the interface sees them; with `in` alone a forwarded packet counts once. `both` suits an only interface. Or by interface, as `{eth1: both, \"*\": in}`: the first pattern that matches counts, and `in` where none does.",
		},
		{
			path: "filter", field: one(func(d *draft) *string { return &d.Live.Filter }, filterText("a filter in tcpdump's language, as tcp port 80, what tcpdump -ddd prints, or {match: TERMS}")),
			about: "Only packets that pass are metered. tcpdump's language (pcap-filter(7)) needs tcpdump at the start. What `tcpdump -ddd` prints, as a block of lines, needs no tcpdump, and so does `match`.",
		},
		{
			path: "filter.match", field: one(func(d *draft) *string { return &d.Live.Match }, filterText("terms, as proto tcp port 80,443 not net 10.0.0.0/8")),
			about: "Prefixes, protocols, ports, direction and more in the language of `replay --filter`.",
		},
		{
			path: "capture", value: "ring", field: one(func(d *draft) *string { return &d.Live.Capture }, oneOf([]string{"ring", "gopacket"})),
			about: "How packets are got: `ring` is the kernel's (TPACKET_V3). `gopacket` is slower, knows no direction, and stands in where the ring is refused.",
		},
		{
			path: "snap-length", value: "whole", field: one(func(d *draft) *int { return &d.Live.SnapLength }, orWord("whole", integer(64, 65535))),
			about: "Octets of a frame that are captured. Headers are all that counts; lengths are those of the whole frame.",
		},
		{
			path: "ring-size", value: "auto", field: one(func(d *draft) *int { return &d.Live.RingSize }, orWord("auto", size(1<<20, 1<<30))),
			about: "Memory for packets that wait, of all rings of an interface together; `auto` goes by memory and the interface's rate.",
		},
		{
			path: "promiscuous", value: "false", field: one(func(d *draft) *bool { return &d.Live.Promiscuous }, truth()),
			about: "Meter frames that are not for this machine, too. CAP_NET_RAW is enough, but for a driver that asks for CAP_NET_ADMIN.",
		},
		{
			path: "sampling", value: "1", field: one(func(d *draft) *int { return &d.Live.Sampling }, integer(1, 16383)),
			about: "Meter 1 packet in so many, by count, each worker for itself; 1 meters all. Counters are not scaled; collectors are told the rate.",
		},
		{
			path: "own-traffic", value: "leave-out", field: one(func(d *draft) *string { return &d.Live.OwnTraffic }, oneOf([]string{"leave-out", "count"})),
			about: "What becomes of the device's own packets to collectors, Log Service and the API: `leave-out` counts them as `own` and meters none, so that it never feeds itself.",
		},
		{
			path: "outport-lookup", value: "false", field: one(func(d *draft) *bool { return &d.Live.OutportLookup }, truth()),
			about: "Look the output interface of incoming packets up in the kernel's routes; it is 0 otherwise.",
		},
	}
}

// mostFilter is the longest text of a filter, in octets: a program of 4096 instructions fits.
const mostFilter = 256 << 10

// filterText is a codec of filters. What they mean is known elsewhere: see ValueCheck.
func filterText(want string) codec[string] {
	return codec[string]{
		want: want, tag: tagText, print: asIs,
		parse: func(s string) (string, complaint) {
			switch {
			case blank(s):
				return "", complaint{"the filter is empty", want + "; without the key all packets pass"}
			case len(s) > mostFilter:
				return "", complaint{"longer than " + SizeText(mostFilter), want}
			}
			return s, complaint{}
		},
	}
}
