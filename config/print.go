package config

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// YAML returns a configuration file that Load reads as an equal Agent, but for File. It holds every value,
// also those that are defaults.
func (a *Agent) YAML() ([]byte, error) {
	d := draftOf(a)
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range keys() {
		value := k.node(d)
		if value == nil || parent(k.path) == "api" && a.API == nil {
			continue
		}
		at := root
		if p := parent(k.path); p != "" {
			at = under(root, p)
		}
		at.Content = append(at.Content, scalarNode(tagText, leaf(k.path)), value)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return nil, fmt.Errorf("print configuration: %w", err)
	}
	return b.Bytes(), nil
}

// under returns the mapping of a section, which it makes if it is not the last.
func under(root *yaml.Node, section string) *yaml.Node {
	if n := len(root.Content); n > 0 && root.Content[n-2].Value == section {
		return root.Content[n-1]
	}
	child := &yaml.Node{Kind: yaml.MappingNode}
	root.Content = append(root.Content, scalarNode(tagText, section), child)
	return child
}

// node returns the value of a key, nil where it has none.
func (k key) node(d *draft) *yaml.Node {
	if k.pairs != nil && len(k.pairs(d)) > 0 {
		return k.mappingNode(d)
	}
	texts := k.show(d)
	if len(texts) == 0 {
		return nil
	}
	if !k.list {
		return scalarNode(k.tag, texts[0])
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, t := range texts {
		list.Content = append(list.Content, scalarNode(k.tag, t))
	}
	return list
}

func (k key) mappingNode(d *draft) *yaml.Node {
	mapping := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, pair := range k.pairs(d) {
		mapping.Content = append(mapping.Content, scalarNode(tagText, pair[0]), scalarNode(k.tag, pair[1]))
	}
	return mapping
}

func scalarNode(tag, text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text}
	if strings.ContainsAny(text, "\n\t") && !fitsBlock(text) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// fitsBlock says that a text of several lines can stand as a block: the encoder would let blanks at the start of
// a line become its indent.
func fitsBlock(text string) bool {
	for line := range strings.Lines(text) {
		if strings.Contains(line, "\t") || strings.TrimLeft(line, " \n") != line {
			return false
		}
	}
	return true
}
