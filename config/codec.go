package config

import "go.yaml.in/yaml/v3"

// complaint says why a value was not taken; the zero complaint is none.
type complaint struct{ problem, want string }

func (c complaint) is() bool { return c != complaint{} }

// codec reads and prints values of one type.
type codec[T any] struct {
	// want says what would be right.
	want string
	// tag is what the value is in YAML: tagText, tagInt, tagBool or tagEither.
	tag   string
	parse func(text string) (T, complaint)
	print func(T) string
	// zero says that the zero value is one like any other, and not that of a key without a value.
	zero bool
}

// What a value may be in YAML.
const (
	tagText = "!!str"
	tagInt  = "!!int"
	tagBool = "!!bool"
	// tagEither is that of a text or a number, as it happens.
	tagEither = ""
)

// field reads and prints the value of one key.
type field struct {
	want, tag string
	list      bool
	// take stores a text, or one text more of a list.
	take func(d *draft, text string) complaint
	// show returns the texts that take would read, none for an unset value.
	show func(d *draft) []string
	// pair stores a name and its value of a mapping that may stand in the value's place, and says what is wrong
	// with either; nil for a field that knows no mapping. pairs returns what pair stored, in its order.
	pair  func(d *draft, name, value string) (complaint, complaint)
	pairs func(d *draft) [][2]string
}

// one is a field of a single value.
func one[T comparable](at func(*draft) *T, c codec[T]) field {
	return field{
		want: c.want, tag: c.tag,
		take: func(d *draft, text string) complaint {
			v, wrong := c.parse(text)
			if !wrong.is() {
				*at(d) = v
			}
			return wrong
		},
		show: func(d *draft) []string {
			var zero T
			if v := *at(d); v != zero || c.zero {
				return []string{c.print(v)}
			}
			return nil
		},
	}
}

// listOf begins what a list wants.
const listOf = "[VALUE, …], each "

// many is a field of a list without repetition.
func many[T comparable](at func(*draft) *[]T, c codec[T]) field {
	return field{
		want: listOf + c.want, tag: c.tag, list: true,
		take: func(d *draft, text string) complaint {
			v, wrong := c.parse(text)
			if wrong.is() {
				return wrong
			}
			for _, there := range *at(d) {
				if there == v {
					return complaint{"given twice", "each once"}
				}
			}
			*at(d) = append(*at(d), v)
			return complaint{}
		},
		show: func(d *draft) []string {
			var texts []string
			for _, v := range *at(d) {
				texts = append(texts, c.print(v))
			}
			return texts
		},
	}
}

// fits says whether a scalar is what a field of that tag takes. Numbers are texts, too, as they are
// written: an account in digits is one without quotes, also 0123, and 08, which YAML calls a float.
func fits(n *yaml.Node, tag string) bool {
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!timestamp":
		return tag != tagBool
	}
	return tag == n.ShortTag()
}
