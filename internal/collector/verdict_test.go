package collector

import "testing"

func TestVerdictNames(t *testing.T) {
	seen := map[string]bool{}
	for v := Good; v < verdictCount; v++ {
		name := v.String()
		if name == "" || name == "unknown" || seen[name] {
			t.Errorf("verdict %d is called %q", v, name)
		}
		seen[name] = true
		if v.Malformed() != (v != Good && v != Duplicate) {
			t.Errorf("%v: malformed %v", v, v.Malformed())
		}
	}
	for _, v := range []Verdict{-1, verdictCount} {
		if v.String() != "unknown" {
			t.Errorf("%d is called %q", int(v), v)
		}
	}
}

func TestMalformedCounts(t *testing.T) {
	var a, b malformedCounts
	if a.byName() != nil {
		t.Error("nothing counted is something")
	}
	a[TooShort], b[TooShort], b[SetLength], b[Good] = 1, 2, 3, 9
	a.add(&b)
	equal(t, "counts", map[string]uint64{"too-short": 3, "set-length": 3}, a.byName())
}
