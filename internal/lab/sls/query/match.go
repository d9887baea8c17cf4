package query

import (
	"iter"
	"strconv"
)

// The names of fields that are not contents of a log.
const (
	TopicKey  = "__topic__"
	SourceKey = "__source__"
	tagPrefix = "__tag__"
)

// TagKey is the field's name of a group's tag.
func TagKey(tag string) string { return tagPrefix + ":" + tag }

// Fields are a log's, by name and value. A name may come more than once.
type Fields iter.Seq2[string, string]

// All says whether the query holds for all logs.
func (q *Query) All() bool {
	_, all := q.root.(everything)
	return q.root == nil || all
}

// Matches says whether the query holds for a log.
func (q *Query) Matches(f Fields) bool { return q.All() || q.root.matches(f) }

// node is a part of a query.
type node interface{ matches(f Fields) bool }

type (
	everything struct{}
	both       struct{ a, b node }
	either     struct{ a, b node }
	negation   struct{ n node }
	fullText   struct{ phrase }
	present    struct{ key string }
	field      struct {
		key string
		phrase
	}
	comparison struct {
		key, op string
		limit   float64
	}
)

func (everything) matches(Fields) bool   { return true }
func (n both) matches(f Fields) bool     { return n.a.matches(f) && n.b.matches(f) }
func (n either) matches(f Fields) bool   { return n.a.matches(f) || n.b.matches(f) }
func (n negation) matches(f Fields) bool { return !n.n.matches(f) }

func (n fullText) matches(f Fields) bool {
	for _, value := range f {
		if n.in(value) {
			return true
		}
	}
	return false
}

func (n present) matches(f Fields) bool {
	return f.any(n.key, func(string) bool { return true })
}

func (n field) matches(f Fields) bool { return f.any(n.key, n.in) }

func (n comparison) matches(f Fields) bool {
	return f.any(n.key, func(value string) bool {
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return false
		}
		switch n.op {
		case ">":
			return v > n.limit
		case ">=":
			return v >= n.limit
		case "<":
			return v < n.limit
		case "<=":
			return v <= n.limit
		default:
			return v == n.limit
		}
	})
}

func (f Fields) any(key string, holds func(string) bool) bool {
	for name, value := range f {
		if name == key && holds(value) {
			return true
		}
	}
	return false
}
