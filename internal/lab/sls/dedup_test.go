package sls

import (
	"maps"
	"slices"
	"testing"

	sdk "github.com/aliyun/aliyun-log-go-sdk"
	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/internal/lab/sls/codec"
	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
)

func decoded(tb testing.TB, g *sdk.LogGroup) *loggroup.Group {
	tb.Helper()
	out, err := loggroup.Decode(bytesOf(tb, g))
	must(tb, err)
	return out
}

func retag(g *sdk.LogGroup, key, value string) *sdk.LogGroup {
	i := slices.IndexFunc(g.LogTags, func(t *sdk.LogTag) bool { return t.GetKey() == key })
	if value == "" {
		g.LogTags = slices.Delete(g.LogTags, i, i+1)
	} else {
		g.LogTags[i].Value = &value
	}
	return g
}

func TestLedger(t *testing.T) {
	plain := groupOf("x", 1, 0, 2)
	plain.LogTags = nil
	otherText := groupOf("b", 1, 0, 10)
	otherText.Logs[3].Contents[0].Value = new("changed")
	base := Tally{Received: 10, Unique: 10, Devices: 1, Boots: 1, Batches: 1}
	for name, c := range map[string]struct {
		more []*sdk.LogGroup
		want Tally
	}{
		"once":               {nil, base},
		"resent":             {[]*sdk.LogGroup{groupOf("b", 1, 0, 10)}, Tally{Received: 20, Unique: 10, Resent: 10, Devices: 1, Boots: 1, Batches: 1}},
		"resent in parts":    {[]*sdk.LogGroup{groupOf("b", 1, 0, 4), groupOf("b", 1, 4, 6)}, Tally{Received: 20, Unique: 10, Resent: 10, Devices: 1, Boots: 1, Batches: 1}},
		"more of the batch":  {[]*sdk.LogGroup{groupOf("b", 1, 5, 10)}, Tally{Received: 20, Unique: 15, Resent: 5, Devices: 1, Boots: 1, Batches: 1}},
		"far index":          {[]*sdk.LogGroup{groupOf("b", 1, 1<<30, 1)}, Tally{Received: 11, Unique: 11, Devices: 1, Boots: 1, Batches: 1}},
		"another batch":      {[]*sdk.LogGroup{groupOf("b", 2, 0, 10)}, Tally{Received: 20, Unique: 20, Devices: 1, Boots: 1, Batches: 2}},
		"another boot":       {[]*sdk.LogGroup{groupOf("c", 1, 0, 10)}, Tally{Received: 20, Unique: 20, Devices: 1, Boots: 2, Batches: 2}},
		"another device":     {[]*sdk.LogGroup{retag(groupOf("c", 1, 0, 10), "device", "sag-2")}, Tally{Received: 20, Unique: 20, Devices: 2, Boots: 2, Batches: 2}},
		"other contents":     {[]*sdk.LogGroup{otherText}, Tally{Received: 20, Unique: 10, Resent: 10, Conflicting: 1, Devices: 1, Boots: 1, Batches: 1}},
		"untagged":           {[]*sdk.LogGroup{plain}, Tally{Received: 10, Unique: 10, Untagged: 2, Devices: 1, Boots: 1, Batches: 1}},
		"no boot":            {[]*sdk.LogGroup{retag(groupOf("b", 1, 0, 3), "boot", "")}, Tally{Received: 10, Unique: 10, Malformed: 3, Devices: 1, Boots: 1, Batches: 1}},
		"batch no number":    {[]*sdk.LogGroup{retag(groupOf("b", 1, 0, 3), "batch", "x")}, Tally{Received: 10, Unique: 10, Malformed: 3, Devices: 1, Boots: 1, Batches: 1}},
		"count of another":   {[]*sdk.LogGroup{retag(groupOf("b", 1, 0, 3), "count", "4")}, Tally{Received: 10, Unique: 10, Malformed: 3, Devices: 1, Boots: 1, Batches: 1}},
		"first beyond range": {[]*sdk.LogGroup{retag(groupOf("b", 1, 0, 3), "first", "18446744073709551615")}, Tally{Received: 10, Unique: 10, Malformed: 3, Devices: 1, Boots: 1, Batches: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger()
			for _, g := range append([]*sdk.LogGroup{groupOf("b", 1, 0, 10)}, c.more...) {
				l.add(decoded(t, g))
			}
			equal(t, "tally", c.want, l.Tally())
		})
	}
}

// TestLedgerAgrees holds the ledger against a map of all records.
func TestLedgerAgrees(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, want, received := newLedger(), map[Record]bool{}, 0
		for range rapid.IntRange(0, 20).Draw(rt, "groups") {
			boot := rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "boot")
			batch, first, n := rapid.IntRange(0, 2).Draw(rt, "batch"), rapid.IntRange(0, 12).Draw(rt, "first"), rapid.IntRange(1, 6).Draw(rt, "n")
			l.add(decoded(t, groupOf(boot, batch, first, n)))
			received += n
			for i := range n {
				want[Record{boot, uint64(batch), uint64(first + i)}] = true
			}
		}
		got := map[Record]bool{}
		for r := range l.Records() {
			if got[r] || !l.Has(r) {
				rt.Errorf("%+v comes twice, or is not there", r)
			}
			got[r] = true
		}
		if !maps.Equal(want, got) || l.Has(Record{"c", 0, 0}) || l.Has(Record{"a", 0, 99}) {
			rt.Errorf("got %v, want %v", got, want)
		}
		if tally := l.Tally(); tally.Received != uint64(received) || tally.Unique != uint64(len(want)) || tally.Resent != uint64(received-len(want)) {
			rt.Errorf("%+v", tally)
		}
	})
}

// TestDedup counts a store while the server has it open.
func TestDedup(t *testing.T) {
	l := newLab(t, nil)
	for range 2 {
		l.answered(write(t, codec.Zstd, groupOf("b", 1, 0, 5)))
	}
	want := Tally{Groups: 2, Received: 10, Unique: 5, Resent: 5, Devices: 1, Boots: 1, Batches: 1}
	equal(t, "while open", want, l.tally())
	l.stopped()
	equal(t, "closed", want, l.tally())
	if _, err := Dedup(l.dir + "/none"); err == nil {
		t.Error("no store was counted")
	}
}

func TestWrong(t *testing.T) {
	if got := (Tally{Groups: 9, Received: 9, Unique: 8, Resent: 1, Untagged: 4}).Wrong(); got != nil {
		t.Errorf("nothing is wrong: %v", got)
	}
	want := []string{"1 conflicting", "2 malformed", "3 unreadable", "4 lost"}
	equal(t, "wrong", want, Tally{Conflicting: 1, Malformed: 2, Unreadable: 3, Lost: 4}.Wrong())
}
