package config

import (
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// text is a codec of texts that a pattern matches.
func text(want, pattern string) codec[string] {
	matches := regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString
	return codec[string]{
		want: want, tag: tagText, print: asIs,
		parse: func(s string) (string, complaint) {
			if !matches(s) {
				return "", complaint{want: want}
			}
			return s, complaint{}
		},
	}
}

func asIs(s string) string { return s }

// oneOf is a codec of some words.
func oneOf(words []string) codec[string] {
	want := "one of " + strings.Join(words, ", ")
	return codec[string]{
		want: want, tag: tagText, print: asIs,
		parse: func(s string) (string, complaint) {
			if slices.Contains(words, s) {
				return s, complaint{}
			}
			c := complaint{want: want}
			if near := nearest("", s, words); near != "" {
				c.problem = "not known, though " + near + " is"
			}
			return "", c
		},
	}
}

// truth is true or false.
func truth() codec[bool] {
	return codec[bool]{
		want: "true or false", tag: tagBool, print: strconv.FormatBool, zero: true,
		parse: func(s string) (bool, complaint) {
			switch strings.ToLower(s) {
			case "true":
				return true, complaint{}
			case "false":
				return false, complaint{}
			}
			return false, complaint{want: "true or false"}
		},
	}
}

// integer is a codec of plain decimal numbers.
func integer[T int | uint32](least, most T) codec[T] {
	return number(fmt.Sprintf("a whole number from %d to %d", least, most), least, most)
}

// number is integer, which says in other words what it wants.
func number[T int | uint32](want string, least, most T) codec[T] {
	show := func(n T) string { return strconv.FormatInt(int64(n), 10) }
	return codec[T]{
		want: want, tag: tagInt, print: show, zero: least <= 0,
		parse: func(s string) (T, complaint) {
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil || n < int64(least) || n > int64(most) || show(T(n)) != s {
				return 0, complaint{want: want}
			}
			return T(n), complaint{}
		},
	}
}

// orWord is a codec whose zero value is written as a word.
func orWord[T comparable](word string, c codec[T]) codec[T] {
	var zero T
	either := c
	either.want, either.zero = word+", or "+c.want, true
	if c.tag == tagInt {
		either.tag = tagEither
	}
	either.print = func(v T) string {
		if v == zero {
			return word
		}
		return c.print(v)
	}
	either.parse = func(s string) (T, complaint) {
		if s == word {
			return zero, complaint{}
		}
		v, wrong := c.parse(s)
		if wrong.is() {
			wrong.want = either.want
		}
		return v, wrong
	}
	return either
}

// duration is a codec of times with a unit.
func duration(least, most time.Duration) codec[time.Duration] {
	want := fmt.Sprintf("a time with a unit, from %s to %s, as 60s or 1m30s", DurationText(least), DurationText(most))
	return codec[time.Duration]{
		want: want, tag: tagText, print: DurationText, zero: least == 0,
		parse: func(s string) (time.Duration, complaint) {
			if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 {
				return 0, complaint{"a number without a unit", s + "s for seconds; " + want}
			}
			d, err := time.ParseDuration(s)
			switch {
			case err != nil:
				return 0, complaint{"not a time; the units are ms, s, m and h", want}
			case d < least || d > most:
				return 0, complaint{"out of range", want}
			}
			return d, complaint{}
		},
	}
}

// DurationText is a duration as a configuration has it, without units of zero: 1m, not 1m0s.
func DurationText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// hostPort is a codec of addresses to listen at.
func hostPort() codec[string] {
	const want = "HOST:PORT, as 127.0.0.1:9105 or [::1]:9105"
	return codec[string]{
		want: want, tag: tagText, print: asIs,
		parse: func(s string) (string, complaint) {
			host, port, err := net.SplitHostPort(s)
			if n, portErr := strconv.Atoi(port); err != nil || portErr != nil || n < 0 || n > 65535 {
				return "", complaint{want: want}
			}
			if host != "" && !validHost(host) {
				return "", complaint{want: want}
			}
			return s, complaint{}
		},
	}
}

// host is a codec of names and addresses without a port.
func host() codec[string] {
	const want = "a host name or an IP address without scheme and port, as smartag.lab.example or 192.0.2.9"
	return codec[string]{
		want: want, tag: tagText, print: asIs,
		parse: func(s string) (string, complaint) {
			if !validHost(s) {
				return "", complaint{want: want}
			}
			return canonicalHost(s), complaint{}
		},
	}
}

// ownAddress is a codec of addresses that a machine may have for its own.
func ownAddress() codec[netip.Addr] {
	const want = "an IP address of this machine without a zone, as 192.0.2.1 or 2001:db8::1"
	return codec[netip.Addr]{
		want: want, tag: tagText, print: netip.Addr.String,
		parse: func(s string) (netip.Addr, complaint) {
			a, err := netip.ParseAddr(s)
			if a = a.Unmap(); err != nil || a.Zone() != "" || a.IsUnspecified() || a.IsMulticast() {
				return netip.Addr{}, complaint{want: want}
			}
			return a, complaint{}
		},
	}
}

// blank says that a text has nothing to be seen.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$`)

// validHost says that s is an IP address or may be a host's name; what is all digits and dots is no name.
func validHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return len(s) <= 253 && hostName.MatchString(s) && strings.Trim(s, "0123456789.") != ""
}

// path is a codec of files and folders. A relative one starts at the configuration's folder.
func path(kind string) codec[string] {
	want := "the path of a " + kind + ", absolute or from this file's folder"
	return codec[string]{
		want: want, tag: tagText, print: asIs,
		parse: func(s string) (string, complaint) {
			switch {
			case s == "":
				return "", complaint{want: want}
			case strings.HasPrefix(s, "~") || strings.Contains(s, "$"):
				return "", complaint{"~ and $ are not replaced here", want}
			case len(s) > 4096 || strings.ContainsAny(s, "\x00\n\r"):
				return "", complaint{want: want}
			}
			return filepath.Clean(s), complaint{}
		},
	}
}
