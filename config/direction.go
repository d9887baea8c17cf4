package config

import "slices"

// direction is the field of one direction for all interfaces, or one for each pattern.
func direction() field {
	words := oneOf([]string{"in", "out", "both"})
	f := one(func(d *draft) *string { return &d.Live.Direction }, words)
	f.want = words.want + ", or {INTERFACE: DIRECTION, …}"
	name := text("an interface name of up to 15 characters, * and ? for any, as eth1 or wan*", interfacePattern)
	f.pair = func(d *draft, pattern, value string) (complaint, complaint) {
		d.Live.Direction = "in"
		_, wrongName := name.parse(pattern)
		if slices.ContainsFunc(d.Live.Directions, func(one InterfaceDirection) bool { return one.Interface == pattern }) {
			wrongName = complaint{"given twice", "it once"}
		}
		way, wrongValue := words.parse(value)
		d.Live.Directions = append(d.Live.Directions, InterfaceDirection{pattern, way})
		return wrongName, wrongValue
	}
	f.pairs = func(d *draft) [][2]string {
		var all [][2]string
		for _, one := range d.Live.Directions {
			all = append(all, [2]string{one.Interface, one.Direction})
		}
		return all
	}
	return f
}
