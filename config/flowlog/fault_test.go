package flowlog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config/flowlog"
)

func TestFaultText(t *testing.T) {
	tests := []struct {
		name string
		give flowlog.Parameters
		want string
	}{
		{
			"out of range",
			flowlog.Parameters{"ActiveAging": "59"},
			`ActiveAging "59": IllegalParam.ActiveAging: The specified ActiveAging is invalid. Want a whole number of seconds from 60 to 6000, digits only`,
		},
		{
			"wrong case",
			flowlog.Parameters{"NetflowVersion": "v9"},
			`NetflowVersion "v9": IllegalParam.NetflowVersion: The specified NetflowVersion is invalid. Want V9, the nearest of V5, V9 or V10`,
		},
		{
			"wrong case of the OutputType",
			flowlog.Parameters{"OutputType": "SLS"},
			`OutputType "SLS": IllegalParam.OutputType: The specified OutputType is invalid. Want sls, the nearest of sls, netflow or all`,
		},
		{
			"empty",
			flowlog.Parameters{"NetflowServerPort": ""},
			`NetflowServerPort "": MissingParam.NetflowServerPort: Specify the NetflowServerPort parameter. Want a whole number from 1 to 65535, digits only`,
		},
		{
			"name",
			flowlog.Parameters{"LogstoreName": "a b"},
			`LogstoreName "a b": InvalidParameter: The specified parameter is invalid. Want 1 to 63 of a-z and 0-9, between them also - and _`,
		},
		{
			"control characters are quoted",
			flowlog.Parameters{"Name": "\x1b[2J\n"},
			`Name "\x1b[2J\n": InvalidParameter: The specified parameter is invalid. Want at most 128 characters, of control characters only tabs and line breaks`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, faults := flowlog.Create(complete(tt.give))
			if err := faults.Err(); err == nil || err.Error() != tt.want {
				t.Errorf("error text\n got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestFaultTextOfWhatIsMissing(t *testing.T) {
	_, faults := flowlog.Create(flowlog.Parameters{"RegionId": "cn-shanghai", "OutputType": "sls", "SlsRegionId": "cn-shanghai"})
	const want = `ProjectName not given: MissingParam.ProjectName: Specify the ProjectName parameter. ` +
		`Want 1 to 63 of a-z and 0-9, between them also - (needed with OutputType sls and all); ` +
		`LogstoreName not given: MissingParam.LogstoreName: Specify the LogstoreName parameter. ` +
		`Want 1 to 63 of a-z and 0-9, between them also - and _ (needed with OutputType sls and all)`
	if got := faults.Error(); got != want {
		t.Errorf("error text\n got %s\nwant %s", got, want)
	}
}

// A megabyte of value doesn't make a megabyte of log line.
func TestFaultTextOfLongValues(t *testing.T) {
	for _, value := range []string{strings.Repeat("a", 1<<20), strings.Repeat("志", 1<<18), strings.Repeat("\xff", 1<<16)} {
		_, faults := flowlog.Create(complete(flowlog.Parameters{"ProjectName": value}))
		text := faults.Error()
		if len(text) > 1000 || !strings.Contains(text, fmt.Sprintf("… (%d bytes)", len(value))) {
			t.Errorf("%d bytes: %.200s", len(text), text)
		}
	}
	short := flowlog.Fault{Parameter: "Name", Value: strings.Repeat("志", 100), Code: "c", Message: "m."}
	if got, want := short.Error(), `Name "`+short.Value+`": c: m.`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFaultsAreErrors(t *testing.T) {
	if err := flowlog.Faults(nil).Err(); err != nil {
		t.Errorf("no faults are the error %v", err)
	}
	_, faults := flowlog.Create(complete(flowlog.Parameters{"ActiveAging": "1", "Name": "\x00"}))
	err := fmt.Errorf("check FlowLog: %w", faults.Err())
	var all flowlog.Faults
	if !errors.As(err, &all) || len(all) != 2 {
		t.Errorf("errors.As(Faults) = %v", all)
	}
	var first *flowlog.Fault
	if !errors.As(err, &first) || first.Code != "IllegalParam.ActiveAging" {
		t.Errorf("errors.As(*Fault) = %v", first)
	}
	if !errors.Is(err, faults[1]) {
		t.Error("errors.Is does not find the second fault")
	}
}

func TestNewFault(t *testing.T) {
	got := flowlog.NewFault(flowlog.FeatureNotSupport, "SmartAGId", "sag-1", "a device of another edition")
	want := flowlog.Fault{
		Parameter: "SmartAGId", Value: "sag-1", Want: "a device of another edition", Code: "FeatureNotSupport", HTTPStatus: 403,
		Message: "The current edition of the smart access gateway does not support this feature.",
	}
	if *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
	unknown := flowlog.NewFault("No.Such", "p", "v", "")
	if *unknown != (flowlog.Fault{Parameter: "p", Value: "v", Code: "No.Such", HTTPStatus: 400}) {
		t.Errorf("unknown code: %+v", *unknown)
	}
}
