package flowlog

import "strings"

// maxMisspelt is the length up to which a value is taken for a misspelt one.
const maxMisspelt = 40

// nearest is the one of legal that value was probably meant to be, "" where none or several come near.
func nearest(value string, legal []string) string {
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "" || len(value) > maxMisspelt {
		return ""
	}
	best, bestAt, tied := "", max(1, len(value)/3)+1, false
	for _, l := range legal {
		switch d := distance(value, strings.ToLower(l)); {
		case d < bestAt:
			best, bestAt, tied = l, d, false
		case d == bestAt:
			tied = true
		}
	}
	if best != "" && !tied {
		return best
	}
	return placeIn(value, legal)
}

// placeIn is the only one of legal regions whose place is named within value: shanghai in flowlog-shanghai1.
func placeIn(value string, legal []string) string {
	const shortest = 5
	found := ""
	for _, l := range legal {
		_, place, _ := strings.Cut(l, "-")
		if len(place) < shortest || !strings.Contains(value, place) {
			continue
		}
		if found != "" {
			return ""
		}
		found = l
	}
	return found
}

// distance counts the insertions, deletions, changes and swaps of neighbours that make b of a
// (optimal string alignment).
func distance(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			now[j] = min(change, last[j]+1, now[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
