package inventory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

const (
	// MaxSize is the largest file, in bytes.
	MaxSize = 1 << 20
	// maxFaults is how many faults are told.
	maxFaults = 50
	// maxShown is how many characters of a value are told.
	maxShown = 60

	topKey = "smart-access-gateways"
)

// Read reads an inventory file of at most MaxSize bytes. What is wrong in it comes back as Faults.
func Read(file string) (*Inventory, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read inventory: %w", err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read inventory %q: %w", file, err)
	}
	return Parse(file, text)
}

// Parse reads an inventory from text; file is its name, for errors.
func Parse(file string, text []byte) (*Inventory, error) {
	p := &parser{file: file, keys: keys(), ids: map[string]int{}, serials: map[string]int{}}
	p.document(text)
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	return New(p.gateways...), nil
}

// parser collects the gateways and the faults of one file.
type parser struct {
	file         string
	keys         []key
	faults       Faults
	gateways     []Gateway
	ids, serials map[string]int // the lines where they were first
}

func (p *parser) fault(n *yaml.Node, format string, values ...any) {
	f := &Fault{File: p.file, What: fmt.Sprintf(format, values...)}
	if n != nil {
		f.Line, f.Column = n.Line, n.Column
	}
	if len(p.faults) < maxFaults {
		p.faults = append(p.faults, f)
	}
}

func (p *parser) document(text []byte) {
	if len(text) > MaxSize {
		p.fault(nil, "it is larger than %d bytes", MaxSize)
		return
	}
	var doc, second yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&doc); err != nil {
		p.syntax(err)
		return
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		p.fault(nil, "it has more than one YAML document")
		return
	}
	p.top(doc.Content[0])
}

// place finds the line in an error of the YAML package.
var place = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

func (p *parser) syntax(err error) {
	if errors.Is(err, io.EOF) {
		p.fault(nil, "it is empty: it takes the key %s", topKey)
		return
	}
	if m := place.FindStringSubmatch(err.Error()); m != nil {
		at, _ := strconv.Atoi(m[1])
		p.fault(&yaml.Node{Line: at, Column: 1}, "not YAML: %s", m[2])
		return
	}
	p.fault(nil, "not YAML: %v", err)
}

// top reads the mapping with the one key.
func (p *parser) top(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		p.fault(n, "%s: want a mapping with the key %s", shown(n), topKey)
		return
	}
	found := false
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case k.Value != topKey:
			p.fault(k, "unknown key %s: there is %s", shown(k), topKey)
		case found:
			p.fault(k, "key %s stands here a second time", topKey)
		default:
			found = true
			p.list(v)
		}
	}
	if !found {
		p.fault(n, "key %s is missing", topKey)
	}
}

func (p *parser) list(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		p.fault(n, "%s %s: want a list of gateways", topKey, shown(n))
		return
	}
	for _, item := range n.Content {
		p.gateway(item)
	}
}

// gateway reads one item of the list.
func (p *parser) gateway(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		p.fault(n, "gateway %s: want a mapping with the keys %s", shown(n), names(p.keys))
		return
	}
	var g Gateway
	at := p.values(n, &g)
	for _, k := range p.keys {
		if at[k.name] != nil {
			continue
		}
		if k.required {
			p.fault(n, "gateway %q: key %s is missing: want %s", g.ID, k.name, k.want)
		} else {
			k.set(&g, k.fallback)
		}
	}
	p.once(p.ids, at["id"], "id")
	p.once(p.serials, at["serial-number"], "serial-number")
	p.gateways = append(p.gateways, g)
}

// values reads the keys of a gateway, and returns their nodes.
func (p *parser) values(n *yaml.Node, g *Gateway) map[string]*yaml.Node {
	at := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		k, known := find(p.keys, name.Value)
		switch {
		case !known:
			p.fault(name, "unknown key %s: there are %s", shown(name), names(p.keys))
		case at[k.name] != nil:
			p.fault(name, "key %s stands here a second time", k.name)
		case !isScalar(value) || !k.ok(value.Value):
			p.fault(value, "%s %s: want %s", k.name, shown(value), k.want)
			at[k.name] = value
		default:
			at[k.name] = value
			k.set(g, value.Value)
		}
	}
	return at
}

func find(keys []key, name string) (key, bool) {
	for _, k := range keys {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

// once says where a value stands a second time.
func (p *parser) once(seen map[string]int, n *yaml.Node, name string) {
	if n == nil || !isScalar(n) {
		return
	}
	if first, ok := seen[n.Value]; ok {
		p.fault(n, "%s %q: line %d has it already, and each gateway needs its own", name, n.Value, first)
		return
	}
	seen[n.Value] = n.Line
}

// isScalar says that n is one value with a text. Numbers are one: their text is what counts. Aliases are
// none, so that no file can grow while it is read.
func isScalar(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.Tag == "!!str" || n.Tag == "!!int" || n.Tag == "!!float")
}

// shown is a node in an error: its text, or what it is.
func shown(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "(a mapping)"
	case yaml.SequenceNode:
		return "(a list)"
	case yaml.AliasNode:
		return "(an alias, which this file can't have)"
	default:
		return fmt.Sprintf("%.*q", maxShown, n.Value)
	}
}
