package collector

import "testing"

func TestSlotsFitOneWord(t *testing.T) {
	if slotCount > 64 {
		t.Errorf("%d slots do not fit a 64-bit word", slotCount)
	}
}

func TestElementTable(t *testing.T) {
	users := map[element][]int{}
	for id, e := range elements {
		if e.kind != skipped {
			users[e] = append(users[e], id)
		}
	}
	for _, c := range []struct{ id, alias int }{{34, 50}, {35, 49}, {7, 180}, {7, 182}, {11, 181}, {11, 183}} {
		if elements[c.id] != elements[c.alias] {
			t.Errorf("%d and %d should share a slot", c.id, c.alias)
		}
		delete(users, elements[c.id])
	}
	for e, ids := range users {
		if len(ids) != 1 {
			t.Errorf("%v is shared by %v", e, ids)
		}
	}
}

func TestElementOf(t *testing.T) {
	for _, c := range []struct {
		name       string
		id         uint16
		enterprise uint32
		want       element
	}{
		{"IANA", 1, 0, element{number, octetDelta}},
		{"reverse", 1, reversePEN, element{reverseNumber, octetDelta}},
		{"reverse of an address has no meaning", 8, reversePEN, element{}},
		{"enterprise", 1, 9, element{}},
		{"beyond the table", 512, 0, element{}},
		{"largest", 0x7fff, reversePEN, element{}},
		{"V9 private type", 0xffff, 0, element{}},
	} {
		if got := elementOf(c.id, c.enterprise); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
