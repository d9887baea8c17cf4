package links

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// speed reads a link's speed in Mbit/s, 0 where it is not known: the driver tells none, there is no
// carrier, or /sys is another namespace's, where the name may be there with another index.
func speed(l Link) int {
	return speedIn("/sys/class/net", l)
}

func speedIn(folder string, l Link) int {
	if !l.Running || number(folder, l.Name, "ifindex") != l.Index {
		return 0
	}
	return max(0, number(folder, l.Name, "speed")) // -1: SPEED_UNKNOWN of ethtool
}

// number reads a file with one number, 0 where it can't be.
func number(elements ...string) int {
	text, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return n
}

// speeds remembers what was read: while a link's name, carrier and its count of changes are the
// same, so is its speed, and reading costs more than all else about a link.
type speeds map[int]known

type known struct {
	link  seen
	speed int
}

// complete states the speeds of the links that are taken, and forgets those of all others.
func (s *speeds) complete(list []seen, taken func(name string) bool) []Link {
	now := speeds{}
	var matching []Link
	for _, l := range list {
		if !taken(l.Name) {
			continue
		}
		k, ok := (*s)[l.Index]
		if !ok || k.link != l {
			k = known{l, speed(l.Link)}
		}
		now[l.Index] = k
		l.Speed = k.speed
		matching = append(matching, l.Link)
	}
	*s = now
	return matching
}
