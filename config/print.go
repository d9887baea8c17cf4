package config

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// YAML returns a configuration file that Load reads as an equal Agent, but for File. It holds every value,
// also those that are defaults.
func (a *Agent) YAML() ([]byte, error) {
	d := draftOf(a)
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, k := range keys() {
		texts := k.show(d)
		if len(texts) == 0 || parent(k.path) == "api" && a.API == nil {
			continue
		}
		at := root
		if p := parent(k.path); p != "" {
			at = under(root, p)
		}
		at.Content = append(at.Content, scalarNode(tagText, leaf(k.path)), k.node(texts))
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

func (k key) node(texts []string) *yaml.Node {
	if !k.list {
		return scalarNode(k.tag, texts[0])
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, t := range texts {
		list.Content = append(list.Content, scalarNode(k.tag, t))
	}
	return list
}

func scalarNode(tag, text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text}
}
