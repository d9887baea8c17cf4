package spool

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/sagflow/sagflow/exporter"
)

func TestStatsJSON(t *testing.T) {
	c := func(n uint64) Count {
		return Count{n, exporter.Sum{Records: 10 * n, Packets: 100 * n, Octets: 1000 * n}}
	}
	st := Stats{
		Recovered: c(1), Accepted: c(9), Queued: c(2), Aside: c(1),
		Fates: Fates{c(3), Drops{c(1), c(1), c(1), c(1)}},
		Bytes: 77, Oldest: newClock().now, OldestAge: time.Minute,
		Damages: DamageCount{1, 2, 3, 4}, DiskErrors: 5,
	}
	if !st.Balanced() {
		t.Error("the sums should hold")
	}
	text, err := json.Marshal(st)
	must(t, err)
	zero := `{"batches":0,"records":0,"packets":0,"octets":0}`
	one := `{"batches":1,"records":10,"packets":100,"octets":1000}`
	want := `{"recovered":` + one + `,"accepted":{"batches":9,"records":90,"packets":900,"octets":9000},` +
		`"queued":{"batches":2,"records":20,"packets":200,"octets":2000},"aside":` + one + `,` +
		`"delivered":{"batches":3,"records":30,"packets":300,"octets":3000},` +
		`"dropped":{"full":` + one + `,"too-old":` + one + `,"damaged":` + one + `,"operator":` + one + `},` +
		`"lifetime":{"delivered":` + zero + `,"dropped":{"full":` + zero + `,"too-old":` + zero + `,"damaged":` + zero + `,"operator":` + zero + `}},` +
		`"bytes":77,"oldest":"2026-11-23T09:12:27Z","oldest-age":60000000000,` +
		`"damages":{"pieces":1,"octets":2,"torn-pieces":3,"torn-octets":4},"disk-errors":5}`
	equal(t, want, string(text))
	st.Aside.Octets++
	if st.Balanced() {
		t.Error("one octet too many should show")
	}
}

func TestFates(t *testing.T) {
	c := sumOf(batch(shanghai, 1, 0))
	var f Fates
	f.add(markMoved, c)
	equal(t, Fates{}, f)
	f.add(markDone, c)
	for _, r := range []Reason{Full, TooOld, Damaged, Operator, 200} {
		f.add(markDropped+markKind(r), c)
	}
	equal(t, Fates{c, Drops{c, c, c, c}}, f)
	f = f.Plus(f)
	two := c.Plus(c)
	equal(t, Fates{two, Drops{two, two, two, two}}, f)
	equal(t, two.Plus(two).Plus(two).Plus(two), f.Dropped.Total())
	equal(t, c, two.Minus(c))
	var names []string
	for _, r := range []Reason{Full, TooOld, Damaged, Operator, 200} {
		names = append(names, r.String())
	}
	equal(t, []string{"full", "too-old", "damaged", "operator", "unknown"}, names)
}
