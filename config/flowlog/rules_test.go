package flowlog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Each rule is whole: it has a source, codes that exist with their messages, and one kind of value.
func TestRulesAreWhole(t *testing.T) {
	for _, r := range flowlog.Rules() {
		t.Run(r.Name, func(t *testing.T) {
			if r.Description == "" || r.Source == "" || r.Legal() == "" {
				t.Errorf("description %q, source %q, legal %q", r.Description, r.Source, r.Legal())
			}
			for code, message := range map[string]string{r.MissingCode: r.MissingMessage, r.IllegalCode: r.IllegalMessage} {
				if c, known := flowlog.LookupCode(code); code != "" && !known || c.Message != message {
					t.Errorf("code %q has message %q, want %q", code, message, c.Message)
				}
			}
			if r.IllegalCode == "" || (r.MissingCode == "" && (r.Always || r.RequiredFor != nil)) {
				t.Errorf("codes %q and %q", r.MissingCode, r.IllegalCode)
			}
			kinds := 0
			for _, is := range []bool{r.Integer, r.Values != nil, r.Address, r.MaxLength > 0} {
				if is {
					kinds++
				}
			}
			if kinds != 1 || r.Integer != (r.Max > 0) || r.Min > r.Max {
				t.Errorf("%d kinds of value: %+v", kinds, r)
			}
			if fault := r.Check(r.Default); r.Default != "" && fault != nil {
				t.Errorf("default: %v", fault)
			}
		})
	}
}

func TestRulesAreTheCallers(t *testing.T) {
	before := flowlog.Rules()
	spoilt := flowlog.Rules()
	for i := range spoilt {
		for j := range spoilt[i].Values {
			spoilt[i].Values[j] = "spoilt"
		}
		for j := range spoilt[i].RequiredFor {
			spoilt[i].RequiredFor[j] = "spoilt"
		}
		spoilt[i].Name = "spoilt"
	}
	if d := cmp.Diff(before, flowlog.Rules()); d != "" {
		t.Errorf("writing to the rules changed the table:\n%s", d)
	}
}

func TestRuleOf(t *testing.T) {
	for _, want := range flowlog.Rules() {
		if got, ok := flowlog.RuleOf(want.Name); !ok || !cmp.Equal(want, got) {
			t.Errorf("RuleOf(%q) = %+v, %v", want.Name, got, ok)
		}
	}
	for _, unknown := range []string{"", "regionid", "FlowLogId", "Status"} {
		if got, ok := flowlog.RuleOf(unknown); ok || got.Name != "" {
			t.Errorf("RuleOf(%q) = %+v, %v", unknown, got, ok)
		}
	}
}

// One rule alone serves what has a single parameter to check, as a filter or a request's region has.
func TestRuleAlone(t *testing.T) {
	region, _ := flowlog.RuleOf("RegionId")
	if fault := region.Missing(); fault.Code != "IllegalParam.RegionId" || !fault.Absent || fault.HTTPStatus != 400 {
		t.Errorf("missing: %+v", fault)
	}
	if fault := region.Check("cn-shanghai"); fault != nil {
		t.Errorf("legal: %v", fault)
	}
	if fault := region.Check("cn-shangai"); fault == nil || !strings.HasPrefix(fault.Want, "cn-shanghai, the nearest") {
		t.Errorf("misspelt: %v", fault)
	}
}

func TestNeeded(t *testing.T) {
	types := []flowlog.OutputType{flowlog.OutputSLS, flowlog.OutputNetflow, flowlog.OutputAll, "", "SLS"}
	for _, r := range flowlog.Rules() {
		for _, output := range types {
			want := r.Always || slices.Contains(r.RequiredFor, output)
			if strings.HasPrefix(r.Name, "Netflow") && want != output.Netflow() {
				t.Errorf("%s is needed with %q: %v", r.Name, output, want)
			}
			if r.Needed(output) != want {
				t.Errorf("%s.Needed(%q) = %v", r.Name, output, !want)
			}
		}
	}
}

func TestOutputTypes(t *testing.T) {
	tests := []struct {
		output       flowlog.OutputType
		sls, netflow bool
	}{
		{flowlog.OutputSLS, true, false}, {flowlog.OutputNetflow, false, true}, {flowlog.OutputAll, true, true}, {"", false, false}, {"ALL", false, false},
	}
	for _, tt := range tests {
		if tt.output.SLS() != tt.sls || tt.output.Netflow() != tt.netflow {
			t.Errorf("%q: SLS %v, Netflow %v", tt.output, tt.output.SLS(), tt.output.Netflow())
		}
	}
}
