package manual

import (
	"strings"

	"github.com/alecthomas/kong"
)

// Ending is what a page has behind its commands.
type Ending struct {
	ExitStatus [][2]string // code and meaning
	Files      [][2]string
	SeeAlso    string
}

// Page is the manual page of a program, section 1.
func Page(app *kong.Application, e Ending) string {
	all := commands(app)
	name, about, _ := strings.Cut(app.Help, ":")
	r := NewRoff(app.Name, "1", strings.ToLower(name[:1])+name[1:])
	r.Section("SYNOPSIS")
	r.Paragraph("`" + app.Name + "` COMMAND [FLAGS]")
	r.Section("DESCRIPTION")
	r.Paragraph(strings.TrimSpace(name + ":" + about))
	for _, c := range all[1:] {
		if len(c.path) == 1 {
			r.Item(c.name(), c.about)
		}
	}
	r.Section("OPTIONS OF ALL COMMANDS")
	writeFlags(r, all[0].flags)
	r.Section("COMMANDS")
	for i := range all[1:] {
		writeCommand(r, app.Name, &all[i+1])
	}
	writeEnding(r, e)
	return r.String()
}

func writeCommand(r *Roff, program string, c *command) {
	r.Subsection(program + " " + c.name())
	r.Paragraph("`" + c.usage + "`")
	r.Paragraph(c.about)
	if c.detail != "" {
		r.Prose(c.detail)
	}
	writeFlags(r, c.flags)
}

func writeFlags(r *Roff, flags []*kong.Flag) {
	for _, f := range flags {
		term := "--" + f.Name
		if f.Short != 0 {
			term = "-" + string(f.Short) + ", " + term
		}
		if !f.IsBool() {
			term += "=" + f.FormatPlaceHolder()
		}
		r.Item(term, f.Help)
	}
}

func writeEnding(r *Roff, e Ending) {
	for _, part := range []struct {
		title string
		items [][2]string
	}{{"EXIT STATUS", e.ExitStatus}, {"FILES", e.Files}} {
		if len(part.items) > 0 {
			r.Section(part.title)
		}
		for _, item := range part.items {
			r.Item(item[0], item[1])
		}
	}
	if e.SeeAlso != "" {
		r.Section("SEE ALSO")
		r.Paragraph(e.SeeAlso)
	}
}
