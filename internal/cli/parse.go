package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Program is what a command line is parsed by.
type Program struct {
	// Name is the program's, Description what it is in one line.
	Name, Description string
	// Vars fill ${…} in the help texts in.
	Vars           kong.Vars
	Stdout, Stderr io.Writer
}

// exit is how kong's --help ends the parsing.
type exit int

// Parse reads args into line, a pointer to the struct that kong takes flags and commands from.
// Without a command to run it returns the exit code to end with, after it printed the help or what is wrong.
func (p *Program) Parse(line any, args []string) (command *kong.Context, code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exit:
			command, code = nil, int(r)
		default:
			panic(r)
		}
	}()
	parser, err := p.parser(line)
	if err != nil {
		fmt.Fprintf(p.Stderr, "%s: %v\n", p.Name, err)
		return nil, ExitError
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err = parser.Parse(args)
	if err != nil {
		fmt.Fprintf(p.Stderr, "%s: %v\nsee %s %s--help\n", p.Name, err, p.Name, commandOf(err))
		return nil, ExitUsage
	}
	return command, 0
}

func (p *Program) parser(line any) (*kong.Kong, error) {
	return kong.New(line, kong.Name(p.Name), kong.Description(p.Description), p.Vars,
		kong.Writers(p.Stdout, p.Stderr), kong.Exit(func(c int) { panic(exit(c)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 110}))
}

// Model returns what line says of commands and flags, with the help texts filled in: what Parse goes by.
func (p *Program) Model(line any) (*kong.Application, error) {
	parser, err := p.parser(line)
	if err != nil {
		return nil, err
	}
	return parser.Model, nil
}

// commandOf returns the command that a parse error belongs to, with a space behind it.
func commandOf(err error) string {
	e := (*kong.ParseError)(nil)
	if !errors.As(err, &e) || e.Context == nil {
		return ""
	}
	var names []string
	for _, step := range e.Context.Path {
		if step.Command != nil {
			names = append(names, step.Command.Name+" ")
		}
	}
	return strings.Join(names, "")
}
