package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value reads what a known key was given.
func (d *decoder) value(path string, n *yaml.Node) {
	_, isSection := sections()[path]
	i := slices.IndexFunc(d.table, func(k key) bool { return k.path == path })
	switch {
	case isSection && n.Kind == yaml.MappingNode && (i < 0 || len(n.Content) > 0):
		d.mapping(path, n)
	case isSection && n.Kind == yaml.MappingNode:
		d.emptyMapping(d.table[i], n)
	case i < 0:
		d.fault(place{n.Line, n.Column}, Fault{Key: path, Value: scalarText(n), Problem: "this is " + kindOf(n), Want: "keys: " + d.keysOf(path)})
	case d.table[i].list:
		d.list(d.table[i], n)
	case d.table[i].pair != nil && n.Kind == yaml.MappingNode:
		d.pairs(d.table[i], n)
	default:
		d.scalar(d.table[i], n)
	}
}

// list reads the items of a list.
func (d *decoder) list(k key, n *yaml.Node) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		problem := "this is " + kindOf(n)
		if n.Kind == yaml.SequenceNode {
			problem = "the list is empty"
		}
		d.fault(place{n.Line, n.Column}, Fault{Key: k.path, Value: scalarText(n), Problem: problem, Want: k.want})
		return
	}
	for i, item := range n.Content {
		if i == maxList {
			d.tooMany(k, item)
			return
		}
		d.scalar(k, item)
	}
}

func (d *decoder) tooMany(k key, n *yaml.Node) {
	d.fault(place{n.Line, n.Column}, Fault{Key: k.path, Problem: "too many values", Want: fmt.Sprintf("at most %d", maxList)})
}

// pairs reads a mapping whose keys are the operator's own.
func (d *decoder) pairs(k key, n *yaml.Node) {
	if len(n.Content) == 0 {
		d.emptyMapping(k, n)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if i == 2*maxList {
			d.tooMany(k, name)
			return
		}
		if d.isScalar(k, name, k.want) && d.isScalar(k, value, k.want) {
			wrongName, wrongValue := k.pair(d.draft, name.Value, value.Value)
			d.complain(k, name, wrongName)
			d.complain(k, value, wrongValue)
		}
	}
}

func (d *decoder) emptyMapping(k key, n *yaml.Node) {
	d.fault(place{n.Line, n.Column}, Fault{Key: k.path, Problem: "the mapping is empty", Want: k.want})
}

// scalar reads one text.
func (d *decoder) scalar(k key, n *yaml.Node) {
	if !d.isScalar(k, n, strings.TrimPrefix(k.want, listOf)) {
		return
	}
	wrong := k.take(d.draft, n.Value)
	if check := d.checks[k.path]; check != nil && !wrong.is() {
		if err := check(n.Value); err != nil {
			wrong = complaint{err.Error(), k.want}
		}
	}
	d.complain(k, n, wrong)
}

// isScalar reports a value that is not of a key's kind in YAML.
func (d *decoder) isScalar(k key, n *yaml.Node, want string) bool {
	if n.Kind == yaml.ScalarNode && fits(n, k.tag) {
		return true
	}
	if n.Kind == yaml.ScalarNode && k.tag == tagText && n.ShortTag() != "!!null" {
		want += ", in quotes if it is meant so"
	}
	d.fault(place{n.Line, n.Column}, Fault{Key: k.path, Value: scalarText(n), Problem: "this is " + kindOf(n), Want: want})
	return false
}

// complain reports what is wrong with a scalar, if anything is.
func (d *decoder) complain(k key, n *yaml.Node, wrong complaint) {
	if wrong.is() {
		d.fault(place{n.Line, n.Column}, Fault{Key: k.path, Value: scalarText(n), Problem: wrong.problem, Want: wrong.want})
	}
}

// valueText is any value for an error.
func valueText(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return ""
	}
	return scalarText(n)
}

// scalarText is a text for an error, "" for what is none.
func scalarText(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return ""
	}
	return shown(n.Value)
}
