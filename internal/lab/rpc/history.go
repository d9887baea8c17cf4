package rpc

import (
	"slices"
	"sync"
)

const (
	maxQuestions = 256
	maxAnswers   = 9
)

// history keeps the last different answers to each question, for the fault old-data.
type history struct {
	mu      sync.Mutex
	answers map[digest][]past
	order   []digest
}

// past is an answer, and what of it counts when two are compared.
type past struct {
	object Object
	text   string
}

func newHistory() *history { return &history{answers: map[digest][]past{}} }

// add keeps an answer and returns the earlier ones that differ from it, oldest first.
func (h *history) add(c *call, o Object) []Object {
	question := c.question()
	now := past{o, essence(o)}
	h.mu.Lock()
	defer h.mu.Unlock()
	all, known := h.answers[question]
	if !known {
		h.admit(question)
	}
	all = slices.DeleteFunc(all, func(p past) bool { return p.text == now.text })
	earlier := make([]Object, 0, len(all))
	for _, p := range all {
		earlier = append(earlier, p.object)
	}
	all = append(all, now)
	h.answers[question] = all[max(0, len(all)-maxAnswers):]
	return earlier
}

// admit makes room for a question by forgetting the one that was asked first.
func (h *history) admit(question digest) {
	if len(h.order) == maxQuestions {
		delete(h.answers, h.order[0])
		h.order = h.order[1:]
	}
	h.order = append(h.order, question)
}

// question is the action and its parameters.
func (c *call) question() digest {
	r := c.request("")
	return digestOf(c.action + "?" + string(canonicalQuery(r.Parameters, "")))
}

// essence is an answer without its RequestId.
func essence(o Object) string {
	rest := slices.DeleteFunc(slices.Clone(o), func(f Field) bool { return f.Name == "RequestId" })
	text, _ := appendJSON(nil, rest)
	return string(text)
}
