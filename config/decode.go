package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// place is where a key or its value stands.
type place struct{ line, column int }

// decoder reads a document into a draft, and collects all faults.
type decoder struct {
	*draft
	table  []key
	paths  []string // of table, and of the sections
	places map[string]place
	// checks are those of ValueCheck, by key.
	checks map[string]func(string) error
	// bad are the keys with a fault: no second one is derived from it.
	bad    map[string]bool
	faults Faults
}

func newDecoder(file string) *decoder {
	d := &decoder{draft: newDraft(file), table: keys(), places: map[string]place{}, bad: map[string]bool{}}
	for _, k := range d.table {
		d.paths = append(d.paths, k.path)
	}
	for name := range sections() {
		d.paths = append(d.paths, name)
	}
	slices.Sort(d.paths)
	d.paths = slices.Compact(d.paths) // filter is a key and a section
	return d
}

// decode reads text. The draft is whole only if there are no faults.
func (d *decoder) decode(text []byte) {
	root, faults := document(d.File, text)
	if faults != nil {
		d.faults = faults
		return
	}
	d.mapping("", root)
	d.complete(place{root.Line, root.Column})
}

// fault reports one; at most MaxFaults are kept, and then one that says so.
func (d *decoder) fault(at place, f Fault) {
	d.bad[f.Key] = true
	if f.Nearest != "" {
		// It was meant to be given.
		d.bad[f.Nearest] = true
	}
	if len(d.faults) > MaxFaults {
		return
	}
	if len(d.faults) == MaxFaults {
		f = Fault{Problem: "more faults follow", Want: fmt.Sprintf("a file with fewer than %d", MaxFaults)}
	}
	f.File, f.Line, f.Column = d.File, at.line, at.column
	d.faults = append(d.faults, &f)
}

// mapping reads the keys of the file or of a section.
func (d *decoder) mapping(section string, n *yaml.Node) {
	for i := 0; i+1 < len(n.Content) && len(d.faults) <= MaxFaults; i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name.Kind != yaml.ScalarNode {
			d.fault(place{name.Line, name.Column}, Fault{Key: section, Problem: kindOf(name) + " as a key", Want: "a word as the key"})
			continue
		}
		path := pathOf(section, name.Value)
		if d.known(section, path, name, value) {
			d.value(path, value)
		}
	}
}

// known reports unknown and repeated keys.
func (d *decoder) known(section, path string, name, value *yaml.Node) bool {
	at := place{name.Line, name.Column}
	switch first, again := d.places[path]; {
	case namesSecret(name.Value):
		d.fault(at, Fault{
			Key: pathOf(section, shown(name.Value)), Value: hidden, Problem: "a secret does not belong in this file",
			Want: "it in the environment (" + secretVariables + ") or in the file that credentials-file names",
		})
	case path == "flowlog.RegionId":
		d.fault(at, Fault{Key: path, Problem: "not written here", Want: "the region as smart-access-gateway.region alone"})
	case strings.Contains(name.Value, ".") && slices.Contains(d.paths, path):
		d.fault(at, Fault{Key: path, Value: valueText(value), Problem: "a path is not a key", Want: leaf(path) + " beneath " + parent(path) + ":"})
	case !slices.Contains(d.paths, path):
		d.fault(at, Fault{
			Key: pathOf(section, shown(name.Value)), Value: valueText(value), Problem: "unknown key",
			Want: d.wantKeys(section, name.Value), Nearest: nearest(section, name.Value, d.paths),
		})
	case again:
		d.fault(at, Fault{Key: path, Value: valueText(value), Problem: "given twice, first at line " + fmt.Sprint(first.line), Want: "it once"})
	default:
		d.places[path] = place{value.Line, value.Column}
		return true
	}
	return false
}

// wantKeys lists the keys of a section where none of all keys is near.
func (d *decoder) wantKeys(section, name string) string {
	if nearest(section, name, d.paths) != "" {
		return ""
	}
	return "one of " + d.keysOf(section)
}

// keysOf lists the keys of a section.
func (d *decoder) keysOf(section string) string {
	var here []string
	for _, path := range d.paths {
		if parent(path) == section {
			here = append(here, leaf(path))
		}
	}
	return strings.Join(here, ", ")
}
