package manual

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

const written = "# Written by make generate; don't edit by hand.\n"

// Bash is a script for bash (complete -F). It needs no other.
func Bash(app *kong.Application) string {
	all, function := commands(app), "_"+strings.ReplaceAll(app.Name, "-", "_")
	var b strings.Builder
	fmt.Fprintf(&b, "# bash completion for %s\n%s\n%s() {\n", app.Name, written, function)
	b.WriteString(`	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= words= i
	# COMP_WORDBREAKS has =, so that --flag=value is three words.
	[ "$word" != = ] || word=
	[ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD-2]}
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$command/${COMP_WORDS[i]}" in
`)
	for _, c := range all[1:] {
		last := len(c.path) - 1
		fmt.Fprintf(&b, "		%q) command=%q ;;\n", strings.Join(c.path[:last], " ")+"/"+c.path[last], c.name())
	}
	b.WriteString("		esac\n	done\n	case \"$command/$before\" in\n")
	for _, c := range all {
		for _, f := range c.flags {
			bashValues(&b, &c, f)
		}
	}
	b.WriteString("	esac\n	case \"$command\" in\n")
	for _, c := range all {
		fmt.Fprintf(&b, "	%q) words=%q ;;\n", c.name(), strings.Join(append(names(c.children), flagWords(all, &c)...), " "))
	}
	b.WriteString(`	esac
	if [ "${word#-}" = "$word" ]; then
		case "$command" in
`)
	for _, c := range all {
		if c.files {
			fmt.Fprintf(&b, "		%q) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n", c.name())
		}
	}
	fmt.Fprintf(&b, "		esac\n	fi\n	mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n\ncomplete -F %s %s\n", function, app.Name)
	return b.String()
}

// bashValues writes what completes the value of a flag.
func bashValues(b *strings.Builder, c *command, f *kong.Flag) {
	if f.IsBool() {
		return
	}
	pattern := fmt.Sprintf("%q", c.name()+"/--"+f.Name)
	if len(c.path) == 0 {
		pattern = "*/--" + f.Name
	}
	if f.Short != 0 {
		pattern += fmt.Sprintf(" | %q", c.name()+"/-"+string(f.Short))
	}
	switch {
	case values(f) != nil:
		fmt.Fprintf(b, "	%s) mapfile -t COMPREPLY < <(compgen -W %q -- \"$word\"); return ;;\n", pattern, strings.Join(values(f), " "))
	case takesFile(f):
		fmt.Fprintf(b, "	%s) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n", pattern)
	default:
		fmt.Fprintf(b, "	%s) return ;;\n", pattern)
	}
}

func names(nodes []*kong.Node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Name)
	}
	return out
}

// flagWords are a command's flags with those of the program, which is the first of all.
func flagWords(all []command, c *command) []string {
	flags := all[0].flags
	if len(c.path) > 0 {
		flags = append(flags[:len(flags):len(flags)], c.flags...)
	}
	var out []string
	for _, f := range flags {
		out = append(out, "--"+f.Name)
	}
	return out
}

// Zsh is a function for zsh (#compdef).
func Zsh(app *kong.Application) string {
	all := commands(app)
	var b strings.Builder
	fmt.Fprintf(&b, "#compdef %s\n%s\nlocal command= word\nlocal -a below flags\nfor word in ${words[2,CURRENT-1]}; do\n	case \"$command/$word\" in\n", app.Name, written)
	for _, c := range all[1:] {
		last := len(c.path) - 1
		fmt.Fprintf(&b, "	%q) command=%q ;;\n", strings.Join(c.path[:last], " ")+"/"+c.path[last], c.name())
	}
	b.WriteString("	esac\ndone\ncase \"$command\" in\n")
	for _, c := range all {
		fmt.Fprintf(&b, "%q)\n	below=(%s)\n	flags=(", c.name(), zshCommands(c.children))
		for _, f := range append(all[0].flags[:len(all[0].flags):len(all[0].flags)], own(&c)...) {
			b.WriteString("\n		" + zshFlag(f))
		}
		if c.files {
			b.WriteString("\n		'*:file:_files'")
		}
		b.WriteString(")\n	;;\n")
	}
	b.WriteString(`esac
if (( $#below )) && [[ ${words[CURRENT]} != -* ]]; then
	_describe command below
else
	_arguments -S $flags
fi
`)
	return b.String()
}

// own are a command's flags without the program's.
func own(c *command) []*kong.Flag {
	if len(c.path) == 0 {
		return nil
	}
	return c.flags
}

func zshCommands(nodes []*kong.Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, quote(n.Name+":"+n.Help))
	}
	return strings.Join(out, " ")
}

// zshFlag is a flag as _arguments takes it. One may be given again, as far as zsh is concerned.
func zshFlag(f *kong.Flag) string {
	about := "[" + strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`).Replace(f.Help) + "]"
	action := ""
	switch {
	case f.IsBool():
		return quote("--" + f.Name + about)
	case values(f) != nil:
		action = "(" + strings.Join(values(f), " ") + ")"
	case takesFile(f):
		action = "_files"
	}
	return quote("--" + f.Name + "=" + about + ":" + f.Name + ":" + action)
}

// Fish is a script for fish (complete -c).
func Fish(app *kong.Application) string {
	all := commands(app)
	var b strings.Builder
	fmt.Fprintf(&b, "# fish completion for %s\n%scomplete -c %s -f\n", app.Name, written, app.Name)
	for _, c := range all {
		condition := ""
		if len(c.path) > 0 {
			condition = " -n " + quote(fishCondition(&c))
		}
		for _, child := range c.children {
			under := condition
			if len(c.path) == 0 {
				under = " -n __fish_use_subcommand"
			}
			fmt.Fprintf(&b, "complete -c %s%s -a %s -d %s\n", app.Name, under, child.Name, fishQuote(child.Help))
		}
		if c.files {
			fmt.Fprintf(&b, "complete -c %s%s -F\n", app.Name, condition)
		}
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete -c %s%s%s -d %s\n", app.Name, condition, fishFlag(f), fishQuote(f.Help))
		}
	}
	return b.String()
}

// fishCondition is true behind the command's words.
func fishCondition(c *command) string {
	var parts []string
	for _, word := range c.path {
		parts = append(parts, "__fish_seen_subcommand_from "+word)
	}
	if len(c.children) > 0 {
		parts = append(parts, "not __fish_seen_subcommand_from "+strings.Join(names(c.children), " "))
	}
	return strings.Join(parts, "; and ")
}

func fishFlag(f *kong.Flag) string {
	s := " -l " + f.Name
	if f.Short != 0 {
		s = " -s " + string(f.Short) + s
	}
	switch {
	case f.IsBool():
	case values(f) != nil:
		s += " -x -a " + quote(strings.Join(values(f), " "))
	case takesFile(f):
		s += " -r -F"
	default:
		s += " -x"
	}
	return s
}

// quote is a word in single quotes of sh and zsh.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// fishQuote is one of fish, where a quote is escaped within them.
func fishQuote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
