package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sagflow/sagflow/config/flowlog"
)

// page is the whole page, in Markdown.
func page() string {
	var b strings.Builder
	b.WriteString(head)
	parameters(&b)
	b.WriteString(afterParameters)
	list(&b, "## Our reading\n\n"+readingsHead, readings())
	list(&b, "## What a device takes from DescribeFlowLogs\n\n"+descriptionHead, descriptionReadings())
	b.WriteString("## Error codes\n\nAll 23 of the reference page, with code, message and HTTP status to the letter.\n\n")
	codes(&b, flowlog.Codes())
	b.WriteString("\nThe page has no code for these cases; these are ours.\n\n")
	codes(&b, flowlog.OwnCodes())
	return b.String()
}

func parameters(b *strings.Builder) {
	row(b, "Parameter", "Needed", "Default", "Legal", "Missing or empty", "Illegal", "Source")
	row(b, "---", "---", "---", "---", "---", "---", "---")
	for _, r := range flowlog.Rules() {
		row(b, code(r.Name)+": "+r.Description, needed(r), fallback(r), r.Legal(), missing(r), code(r.IllegalCode), r.Source)
	}
}

// needed says for which requests a parameter without default must be given, or used with one.
func needed(r flowlog.Rule) string {
	if r.Always {
		return "always"
	}
	if len(r.RequiredFor) == 0 {
		return "no"
	}
	types := make([]string, len(r.RequiredFor))
	for i, t := range r.RequiredFor {
		types[i] = code(string(t))
	}
	return "with " + strings.Join(types, ", ")
}

func fallback(r flowlog.Rule) string {
	if r.Default == "" {
		return ""
	}
	if r.Unit == "" {
		return code(r.Default)
	}
	return code(r.Default) + " " + r.Unit
}

func missing(r flowlog.Rule) string {
	if r.MissingCode == "" {
		return "may be empty"
	}
	return code(r.MissingCode)
}

func codes(b *strings.Builder, all []flowlog.Code) {
	row(b, "HTTP", "Code", "Message", "When")
	row(b, "---", "---", "---", "---")
	for _, c := range all {
		row(b, strconv.Itoa(c.HTTPStatus), code(c.Code), c.Message, c.Description)
	}
}

func list(b *strings.Builder, head string, items []string) {
	b.WriteString(head + "\n\n")
	for _, item := range items {
		fmt.Fprintf(b, "- %s\n", item)
	}
	b.WriteString("\n")
}

func row(b *strings.Builder, cells ...string) {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func code(s string) string { return "`" + s + "`" }
