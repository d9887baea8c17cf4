package manual

import (
	"fmt"
	"strings"
)

// Roff is a manual page being written, in the man macros (groff_man(7)).
type Roff struct{ b strings.Builder }

// NewRoff begins a page: its name, section, and what it is in one line. It bears no date, which would be the build's.
func NewRoff(name, section, about string) *Roff {
	r := &Roff{}
	fmt.Fprintf(&r.b, ".\\\" Written by make generate; don't edit by hand.\n.TH %q %s \"\" sagflow\n", strings.ToUpper(name), section)
	r.Section("NAME")
	fmt.Fprintf(&r.b, "%s \\- %s\n", escape(name), escape(about))
	return r
}

// Section begins a section.
func (r *Roff) Section(title string) { fmt.Fprintf(&r.b, ".SH %q\n", title) }

// Subsection begins a part of a section.
func (r *Roff) Subsection(title string) { fmt.Fprintf(&r.b, ".SS %q\n", escape(title)) }

// Paragraph writes running text, in which `…` is set bold.
func (r *Roff) Paragraph(text string) {
	r.part()
	fmt.Fprintf(&r.b, "%s\n", inline(text))
}

// part parts a paragraph from what is before it; a heading does that by itself.
func (r *Roff) part() {
	lines := strings.Split(strings.TrimSuffix(r.b.String(), "\n"), "\n")
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, ".SH") && !strings.HasPrefix(last, ".SS") {
		r.b.WriteString(".PP\n")
	}
}

// Item writes a term and what it is.
func (r *Roff) Item(term, text string) {
	fmt.Fprintf(&r.b, ".TP\n\\fB%s\\fR\n%s\n", escape(term), inline(text))
}

// Block writes text as it stands.
func (r *Roff) Block(text string) {
	r.part()
	fmt.Fprintf(&r.b, ".nf\n%s\n.fi\n", escape(strings.Trim(text, "\n")))
}

// Prose writes what a command's detailed help is: paragraphs, between which indented lines are examples.
func (r *Roff) Prose(text string) {
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		var running []string
		for line := range strings.Lines(part) {
			if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, " ") {
				break
			}
			running = append(running, line)
		}
		if len(running) > 0 {
			r.Paragraph(strings.Join(running, "\n"))
		}
		if block := strings.Split(part, "\n")[len(running):]; len(block) > 0 {
			r.Block(strings.Join(block, "\n"))
		}
	}
}

// String is the page.
func (r *Roff) String() string { return r.b.String() }

// escape keeps text from being read as requests, and hyphens from becoming others that can't be copied to a command line.
func escape(text string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}

// inline is running text: what stands in backquotes becomes bold.
func inline(text string) string {
	parts := strings.Split(escape(text), "`")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = `\fB` + parts[i] + `\fR`
	}
	return strings.Join(parts, "")
}
