package agent

import (
	"strings"
	"unicode/utf8"
)

// grid lays cells out in columns, two spaces apart. The first right columns stand to the right.
type grid struct {
	right int
	rows  [][]string
	width []int
}

func (g *grid) add(cells ...string) {
	g.rows = append(g.rows, cells)
	for i, c := range cells {
		if i == len(g.width) {
			g.width = append(g.width, 0)
		}
		g.width[i] = max(g.width[i], utf8.RuneCountInString(c))
	}
}

// String returns the lines, without spaces at their ends.
func (g *grid) String() string {
	var b strings.Builder
	for _, row := range g.rows {
		var line strings.Builder
		for i, c := range row {
			pad := strings.Repeat(" ", g.width[i]-utf8.RuneCountInString(c))
			if i < g.right {
				c = pad + c
			} else {
				c += pad
			}
			line.WriteString(c + "  ")
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
