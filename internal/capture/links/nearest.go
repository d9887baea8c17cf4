package links

import (
	"slices"
	"strings"
)

// Nearest is the interface of this namespace whose name is most like a misspelt one, "" where none
// is like it or where they can't be listed.
func Nearest(name string) string {
	names, err := present()
	if err != nil {
		return ""
	}
	return nearest(name, names)
}

// nearest is the name most like the one given, the first of several: at most a third of its letters
// are wrong, or one. Case is no difference.
func nearest(name string, names []string) string {
	if len(name) > 2*maxName {
		return ""
	}
	best, least := "", max(1, len(name)/3)+1
	for _, candidate := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance is Levenshtein's in octets, where two neighbours that changed places also count as one
// change: "eht0" is what one types for "eth0".
func distance(a, b string) int {
	var before []int // the row above, which the places need
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := slices.Clone(row)
		row[0] = i + 1
		for j := range len(b) {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before = above
	}
	return row[len(b)]
}
