package manual

import (
	"strings"

	"github.com/alecthomas/kong"
)

// command is one of a program's, or the program itself.
type command struct {
	path     []string // below the program
	about    string
	detail   string
	usage    string
	flags    []*kong.Flag // its own, and those of the commands above it but the program's
	children []*kong.Node
	files    bool // it takes files as arguments
}

func (c *command) name() string { return strings.Join(c.path, " ") }

// commands are the program and all below it, in the order of its help.
func commands(app *kong.Application) []command {
	var all []command
	var walk func(n *kong.Node, path []string, above []*kong.Flag)
	walk = func(n *kong.Node, path []string, above []*kong.Flag) {
		c := command{path: path, about: n.Help, detail: n.Detail, usage: usage(app, n), children: visible(n.Children), files: len(n.Positional) > 0}
		c.flags = append(append(c.flags, above...), shown(n.Flags)...)
		all = append(all, c)
		if n == app.Node {
			c.flags = nil
		}
		for _, child := range c.children {
			walk(child, append(path[:len(path):len(path)], child.Name), c.flags)
		}
	}
	walk(app.Node, nil, nil)
	return all
}

// usage is the line of a command as --help has it.
func usage(app *kong.Application, n *kong.Node) string {
	if len(n.Children) > 0 {
		return n.FullPath() + " <command> [flags]"
	}
	return app.Name + " " + n.Summary()
}

func visible(nodes []*kong.Node) []*kong.Node {
	var out []*kong.Node
	for _, n := range nodes {
		if !n.Hidden {
			out = append(out, n)
		}
	}
	return out
}

func shown(flags []*kong.Flag) []*kong.Flag {
	var out []*kong.Flag
	for _, f := range flags {
		if !f.Hidden {
			out = append(out, f)
		}
	}
	return out
}

// values are those that a flag may have, none where they are not few.
func values(f *kong.Flag) []string {
	if f.Enum == "" {
		return nil
	}
	var out []string
	for _, v := range f.EnumSlice() {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

// takesFile says that a flag's value is the name of a file or folder.
func takesFile(f *kong.Flag) bool {
	switch f.FormatPlaceHolder() {
	case "FILE", "AGENT.YAML", "DIR":
		return true
	}
	return false
}
