package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Limits of a file.
const (
	// MaxSize is the largest configuration file that is read, in bytes.
	MaxSize = 1 << 20
	// maxDepth is how deep it may be nested; a right one is 3 deep.
	maxDepth = 16
	// maxList is how many values a list may have.
	maxList = 256
)

// wantFile says what a configuration looks like.
const wantFile = "the device's configuration in YAML, which begins with smart-access-gateway:"

// document parses text to the mapping that is a file's only document.
func document(name string, text []byte) (*yaml.Node, Faults) {
	if f := checkText(name, text); f != nil {
		return nil, Faults{f}
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	d := yaml.NewDecoder(bytes.NewReader(text))
	var node, second yaml.Node
	err := decode(d, &node)
	if errors.Is(err, io.EOF) {
		return nil, Faults{emptyFault(name)}
	}
	if err != nil {
		return nil, Faults{syntaxFault(name, text, err)}
	}
	if !errors.Is(decode(d, &second), io.EOF) {
		line := lineOf(text, "---", node.Content[0].Line)
		return nil, Faults{{File: name, Line: line, Column: 1, Problem: "a second document begins", Want: "one document, no line ---"}}
	}
	return checkRoot(name, node.Content[0])
}

// decode is d.Decode, which reports what it finds as an error or, for some faulty input, by a panic.
func decode(d *yaml.Decoder, node *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return d.Decode(node)
}

// checkText refuses what is no text of a sensible size before the parser sees it.
func checkText(name string, text []byte) *Fault {
	if len(text) > MaxSize {
		return &Fault{File: name, Line: 1, Column: 1, Problem: fmt.Sprintf("the file is larger than %d KiB", MaxSize>>10), Want: wantFile}
	}
	line, column := 1, 1
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRune(text[i:])
		if problem := notText(r, size, text[i:], i); problem != "" {
			return &Fault{File: name, Line: line, Column: column, Problem: problem, Want: "text in UTF-8"}
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return nil
}

// notText says what is wrong with the character r of some bytes' size, with which rest begins at offset i. Besides
// what is no text these are the line ends that YAML knows and editors don't: lines are to be counted alike.
func notText(r rune, size int, rest []byte, i int) string {
	switch {
	case r == utf8.RuneError && size == 1, r < ' ' && r != '\n' && r != '\r' && r != '\t', r == 0x7f:
		return fmt.Sprintf("byte 0x%02x is not text", rest[0])
	case r == '\r' && !bytes.HasPrefix(rest, []byte("\r\n")):
		return "a carriage return without a line feed"
	case r >= 0x80 && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff && i > 0, r == 0xfffe, r == 0xffff:
		return fmt.Sprintf("character U+%04X is not text", r)
	}
	return ""
}

func emptyFault(name string) *Fault {
	return &Fault{File: name, Line: 1, Column: 1, Problem: "the file is empty", Want: wantFile}
}

// checkRoot looks over the whole tree for what no value may have: anchors, aliases, tags, great depth.
// None of them is followed, so that a small file stays small.
func checkRoot(name string, root *yaml.Node) (*yaml.Node, Faults) {
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return nil, Faults{emptyFault(name)}
	}
	if faults := checkNode(name, root, 1, nil); faults != nil {
		return nil, faults
	}
	if root.Kind != yaml.MappingNode {
		return nil, Faults{{File: name, Line: root.Line, Column: root.Column, Problem: "this is " + kindOf(root), Want: wantFile}}
	}
	return root, nil
}

// checkNode adds the faults of a node and of what is in it.
func checkNode(name string, n *yaml.Node, depth int, faults Faults) Faults {
	at := &Fault{File: name, Line: n.Line, Column: n.Column}
	switch {
	case len(faults) >= MaxFaults:
		return faults
	case n.Kind == yaml.AliasNode:
		at.Problem, at.Want = "an alias (*) is not used here", wantNoAlias
	case n.Anchor != "":
		at.Problem, at.Want = "an anchor (&) is not used here", "the value alone"
	case n.Style&yaml.TaggedStyle != 0:
		at.Problem, at.Want = noTag, wantNoTag
	case depth > maxDepth:
		at.Problem, at.Want = "nested too deeply", fmt.Sprintf("at most %d levels", maxDepth)
		return append(faults, at)
	}
	if at.Problem != "" {
		faults = append(faults, at)
	}
	for _, child := range n.Content {
		faults = checkNode(name, child, depth+1, faults)
	}
	return faults
}

// kindOf names what a node is, for errors.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	default:
		return scalarKind(n.ShortTag())
	}
}

func scalarKind(tag string) string {
	switch tag {
	case "!!null":
		return "empty"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	}
	return "text"
}
