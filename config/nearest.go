package config

import (
	"slices"
	"strings"
)

// nearest returns the path that is most like section + "." + key, "" if none is like it. A key that is known in
// another section counts as near: it was written at the wrong depth.
func nearest(section, key string, paths []string) string {
	best, least := "", max(2, len(key)/3)+1
	if len(key) > 2*maxShown {
		return ""
	}
	for _, path := range paths {
		d := distance(plain(key), plain(leaf(path)))
		if len(key) > 2 && strings.HasPrefix(plain(leaf(path)), plain(key)) {
			d = min(d, 1)
		}
		if parent(path) != section {
			// Elsewhere only the key itself is near, and less so than anything here.
			if d > 0 {
				continue
			}
			d = 2
		}
		if d < least {
			best, least = path, d
		}
	}
	return best
}

// leaf is the last key of a path, parent what stands before it.
func leaf(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '.'))] }

// pathOf is the path of a key in a section, "" for none.
func pathOf(section, key string) string { return strings.TrimPrefix(section+"."+key, ".") }

// plain leaves case and - and _ out of account.
func plain(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(key), "-", ""), "_", "")
}

// distance is Levenshtein's, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := slices.Clone(row)
		row[0] = i + 1
		for j := range len(b) {
			change := before[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(before[j+1]+1, row[j]+1, change)
		}
	}
	return row[len(b)]
}
