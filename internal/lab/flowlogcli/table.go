package flowlogcli

import (
	"strings"

	"golang.org/x/text/width"
)

// table is text in columns.
type table struct {
	header []string
	rows   [][]string
	// none is what to say if there are no rows.
	none string
}

const (
	gap         = "  "
	leastColumn = 8 // to which a column is shortened at most
)

// lines lays the table out. For a terminal, of columns > 0, a rule stands below the header, and
// the widest columns are shortened until it fits; else it is text in columns, and whole.
func (t *table) lines(columns int) []string {
	widths := t.widths()
	if columns > 0 {
		fit(widths, columns)
	}
	var out []string
	if t.header != nil {
		out = append(out, join(t.header, widths))
		if columns > 0 {
			rule := make([]string, len(widths))
			for i, w := range widths {
				rule[i] = strings.Repeat("─", w)
			}
			out = append(out, strings.Join(rule, gap))
		}
	}
	for _, row := range t.rows {
		out = append(out, join(row, widths))
	}
	return out
}

func (t *table) widths() []int {
	var widths []int
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], displayWidth(printable(cell)))
		}
	}
	return widths
}

// fit shortens the widest column, again and again, until all are no wider than columns. The first
// one holds ids: those stay whole.
func fit(widths []int, columns int) {
	for {
		sum, widest := len(gap)*(len(widths)-1), len(widths)-1
		for i, w := range widths {
			sum += w
			if i > 0 && w > widths[widest] {
				widest = i
			}
		}
		if sum <= columns || widest == 0 || widths[widest] <= leastColumn {
			return
		}
		widths[widest]--
	}
}

func join(cells []string, widths []int) string {
	var b strings.Builder
	for i, cell := range cells {
		cell = shorten(printable(cell), widths[i])
		b.WriteString(cell)
		if i < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", widths[i]-displayWidth(cell)) + gap)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// shorten cuts text that is wider than columns, and marks the cut.
func shorten(text string, columns int) string {
	if displayWidth(text) <= columns {
		return text
	}
	used := 0
	for i, r := range text {
		if used += runeWidth(r); used > columns-1 {
			return text[:i] + "…"
		}
	}
	return text
}

// displayWidth is how many columns a terminal needs: two for a Chinese character.
func displayWidth(text string) int {
	n := 0
	for _, r := range text {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}
