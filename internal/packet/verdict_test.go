package packet

import "testing"

func TestVerdictTexts(t *testing.T) {
	seen := map[string]Verdict{}
	for v := range Verdict(VerdictCount) {
		text := v.String()
		if text == "" {
			t.Errorf("verdict %d has no text", int8(v))
		}
		if other, known := seen[text]; known {
			t.Errorf("verdicts %d and %d are both %q", int8(v), int8(other), text)
		}
		seen[text] = v
	}
	for _, v := range []Verdict{-1, VerdictCount} {
		if v.String() == "" {
			t.Errorf("verdict %d out of range has no text", int8(v))
		}
	}
}

func TestClasses(t *testing.T) {
	tests := []struct {
		verdict Verdict
		class   Class
		text    string
	}{
		{Counted, ClassCounted, "counted"},
		{EtherType, ClassNonIP, "non-IP"},
		{LinkType, ClassNonIP, "non-IP"},
		{EthernetCut, ClassMalformed, "malformed"},
		{IPv6PastFrame, ClassMalformed, "malformed"},
		{Filtered, ClassExcluded, "excluded"},
		{Inactive, ClassExcluded, "excluded"},
		{Own, ClassExcluded, "excluded"},
	}
	for _, test := range tests {
		if got := test.verdict.Class(); got != test.class || got.String() != test.text {
			t.Errorf("%v is of class %v, want %s", test.verdict, got, test.text)
		}
	}
	for _, c := range []Class{-1, classCount} {
		if c.String() == "" {
			t.Errorf("class %d out of range has no text", int8(c))
		}
	}
}

// TestEveryVerdictIsReached shows that the tables of frames leave no verdict untested.
func TestEveryVerdictIsReached(t *testing.T) {
	d := New(Options{})
	decodeAll(d, append(append(linkCases(), headerCases()...), refusedCases()...)...)
	byOption := map[Verdict]bool{IPv4PastFrame: true, IPv6PastFrame: true, IPv6PayloadZero: true}
	for v, n := range d.Counters().Verdicts {
		if n == 0 && !byOption[Verdict(v)] && Verdict(v).Class() != ClassExcluded {
			t.Errorf("no frame of the tables ends with %q", Verdict(v))
		}
	}
	for n, count := range d.Counters().Notes {
		if count == 0 {
			t.Errorf("no frame of the tables has the note %q", Note(n))
		}
	}
}

func TestNoteTexts(t *testing.T) {
	seen := map[string]bool{}
	for n := range Note(NoteCount) {
		if text := n.String(); text == "" || seen[text] {
			t.Errorf("note %d has the text %q, which is empty or another note's", int8(n), text)
		}
		seen[n.String()] = true
	}
	for _, n := range []Note{-1, NoteCount} {
		if n.String() == "" {
			t.Errorf("note %d out of range has no text", int8(n))
		}
	}
}
