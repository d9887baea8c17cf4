package flowlog_test

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/sagflow/sagflow/config/flowlog"
)

// legalValue draws a value that the rule allows.
func legalValue(r flowlog.Rule) *rapid.Generator[string] {
	switch {
	case r.Integer:
		return rapid.Map(rapid.IntRange(r.Min, r.Max), strconv.Itoa)
	case r.Values != nil:
		return rapid.SampledFrom(r.Values)
	case r.Address:
		return rapid.Custom(func(t *rapid.T) string {
			if rapid.Bool().Draw(t, "IPv4") {
				return netip.AddrFrom4([4]byte{192, rapid.Byte().Draw(t, "b"), rapid.Byte().Draw(t, "c"), rapid.Byte().Draw(t, "d")}).String()
			}
			a := [16]byte{0x20, 0x01, 0x0d, 0xb8}
			copy(a[4:], rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "rest"))
			return netip.AddrFrom16(a).String()
		})
	case r.Marks != "":
		return rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`)
	}
	return rapid.StringMatching(`[ -~志-忘]{0,128}`)
}

// legalParameters draws a request that is legal: what its OutputType needs, and some of the rest.
func legalParameters(t *rapid.T) flowlog.Parameters {
	p := flowlog.Parameters{}
	output := flowlog.OutputType(rapid.SampledFrom([]string{"sls", "netflow", "all"}).Draw(t, "OutputType"))
	for _, r := range flowlog.Rules() {
		if r.Needed(output) && r.Default == "" || rapid.Bool().Draw(t, "give "+r.Name) {
			p[r.Name] = legalValue(r).Draw(t, r.Name)
		}
	}
	p["OutputType"] = string(output)
	return p
}

// anyParameters draws requests of which anything may be wrong.
func anyParameters(t *rapid.T) flowlog.Parameters {
	p := flowlog.Parameters{}
	for _, r := range flowlog.Rules() {
		switch rapid.IntRange(0, 3).Draw(t, "kind of "+r.Name) {
		case 0:
			p[r.Name] = legalValue(r).Draw(t, r.Name)
		case 1:
			p[r.Name] = rapid.String().Draw(t, r.Name)
		case 2:
			p[r.Name] = ""
		}
	}
	return p
}

func create(t *rapid.T, p flowlog.Parameters) flowlog.FlowLog {
	f, faults := flowlog.Create(p)
	if faults != nil {
		t.Fatalf("legal parameters %v: %v", p, faults)
	}
	return f
}

// Create(f.Parameters()) is f, and Modify with them, or with none, changes nothing.
func TestPropertyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := create(t, legalParameters(t))
		if again := create(t, f.Parameters()); again != f {
			t.Fatalf("created again:\n got %+v\nwant %+v", again, f)
		}
		f.FlowLogId, f.Status = flowlog.NewID(nil), flowlog.Inactive
		for _, p := range []flowlog.Parameters{f.Parameters(), nil} {
			if same, faults := f.Modify(p); same != f || faults != nil {
				t.Fatalf("modified with %v: %v\n got %+v\nwant %+v", p, faults, same, f)
			}
		}
	})
}

// Modifying f with all of g's parameters gives g, but for what only f has.
func TestPropertyModify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, change := create(t, legalParameters(t)), legalParameters(t)
		change["RegionId"] = f.RegionId
		got, faults := f.Modify(change)
		if faults != nil {
			t.Fatalf("modify with %v: %v", change, faults)
		}
		want := f.Parameters()
		maps.Copy(want, change)
		if created := create(t, want); got != created {
			t.Fatalf("modified:\n got %+v\nwant %+v", got, created)
		}
	})
}

// Faults come in the rules' order, one a parameter, each with its code's message; and with faults
// nothing else comes.
func TestPropertyFaults(t *testing.T) {
	var order []string
	for _, r := range flowlog.Rules() {
		order = append(order, r.Name)
	}
	rapid.Check(t, func(t *rapid.T) {
		p, f := anyParameters(t), create(t, legalParameters(t))
		created, faults := flowlog.Create(p)
		modified, more := f.Modify(p)
		if len(faults) > 0 && created != (flowlog.FlowLog{}) || len(more) > 0 && modified != f {
			t.Fatalf("faults and yet %+v, %+v", created, modified)
		}
		for _, all := range []flowlog.Faults{faults, more} {
			at := -1
			for _, fault := range all {
				i := slices.Index(order, fault.Parameter)
				c, known := flowlog.LookupCode(fault.Code)
				if i <= at || !known || c.Message != fault.Message || c.HTTPStatus != fault.HTTPStatus || fault.Want == "" {
					t.Fatalf("fault %+v after %d", fault, at)
				}
				at = i
			}
			_ = all.Error()
		}
	})
}

// A device's FlowLog is legal by the rules, does not depend on what it does not use, and reads the
// same from its own values.
func TestPropertyDescription(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stored := create(t, legalParameters(t))
		answer := stored.Parameters()
		answer["FlowLogId"], answer["Status"] = flowlog.NewID(nil), "Active"
		f, faults := flowlog.FromDescription(answer)
		if faults != nil {
			t.Fatalf("answer %v: %v", answer, faults)
		}
		own := f.Parameters()
		own["FlowLogId"], own["Status"] = f.FlowLogId, "Active"
		if again, faults := flowlog.FromDescription(own); again != f || faults != nil {
			t.Fatalf("from its own values: %v\n got %+v\nwant %+v", faults, again, f)
		}
		for _, r := range flowlog.Rules() {
			used := r.Needed(f.OutputType) || r.Default != "" && r.RequiredFor == nil
			if !used {
				answer[r.Name] = rapid.String().Draw(t, "unused "+r.Name)
			}
		}
		if again, faults := flowlog.FromDescription(answer); again != f || faults != nil {
			t.Fatalf("with other unused fields: %v\n got %+v\nwant %+v", faults, again, f)
		}
	})
}
