package flowlog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

func TestModifyAbsentIsUnchanged(t *testing.T) {
	f := legal(t, complete(nil))
	f.FlowLogId, f.Status = "fl-7a56mar1kfw9vj000", flowlog.Inactive
	for _, p := range []flowlog.Parameters{nil, {}, {"FlowLogId": "fl-00000000000000000", "Status": "Active", "Unknown": "x"}} {
		got, faults := f.Modify(p)
		if d := cmp.Diff(f, got); d != "" || faults != nil {
			t.Errorf("Modify(%v): %v (-want +got):\n%s", p, faults, d)
		}
	}
}

func TestModifyMergedResult(t *testing.T) {
	sls := legal(t, flowlog.Parameters{"RegionId": "cn-shanghai", "OutputType": "sls", "SlsRegionId": "cn-hangzhou", "ProjectName": "p", "LogstoreName": "l"})
	netflow := legal(t, flowlog.Parameters{"RegionId": "cn-shanghai", "OutputType": "netflow", "NetflowServerIp": "192.0.2.9", "NetflowVersion": "V5"})
	stored := legal(t, flowlog.Parameters{
		"RegionId": "cn-shanghai", "OutputType": "sls", "SlsRegionId": "cn-hangzhou", "ProjectName": "p", "LogstoreName": "l",
		"NetflowServerIp": "192.0.2.9", "NetflowServerPort": "2055",
	})
	tests := []struct {
		name   string
		from   flowlog.FlowLog
		give   flowlog.Parameters
		codes  []string
		change func(*flowlog.FlowLog)
	}{
		{"sls to netflow without an address", sls, flowlog.Parameters{"OutputType": "netflow"}, []string{"MissingParam.NetflowServerIp"}, nil},
		{"sls to all without an address", sls, flowlog.Parameters{"OutputType": "all"}, []string{"MissingParam.NetflowServerIp"}, nil},
		{
			"netflow to sls without a project", netflow,
			flowlog.Parameters{"OutputType": "sls"},
			[]string{"MissingParam.SlsRegionId", "MissingParam.ProjectName", "MissingParam.LogstoreName"},
			nil,
		},
		{
			"never set port and version get their defaults", sls,
			flowlog.Parameters{"OutputType": "netflow", "NetflowServerIp": "192.0.2.9"},
			nil,
			func(f *flowlog.FlowLog) {
				f.OutputType, f.NetflowServerIp, f.NetflowServerPort, f.NetflowVersion = "netflow", "192.0.2.9", 9995, "V9"
			},
		},
		{
			"what was stored before is used", stored,
			flowlog.Parameters{"OutputType": "all"},
			nil,
			func(f *flowlog.FlowLog) { f.OutputType, f.NetflowVersion = "all", "V9" },
		},
		{
			"defaults don't come back", netflow,
			flowlog.Parameters{"NetflowServerIp": "192.0.2.10"},
			nil,
			func(f *flowlog.FlowLog) { f.NetflowServerIp = "192.0.2.10" },
		},
		{
			"one wrong, nothing changes", netflow,
			flowlog.Parameters{"NetflowServerIp": "192.0.2.10", "ActiveAging": "1"},
			[]string{"IllegalParam.ActiveAging"},
			nil,
		},
		{"empty clears a name", legal(t, complete(nil)), flowlog.Parameters{"Name": ""}, nil, func(f *flowlog.FlowLog) { f.Name = "" }},
		{"empty clears nothing that is used", netflow, flowlog.Parameters{"NetflowVersion": ""}, []string{"MissingParam.NetflowVersion"}, nil},
		{"empty clears nothing that is unused", stored, flowlog.Parameters{"NetflowServerIp": ""}, []string{"MissingParam.NetflowServerIp"}, nil},
		{"its own region", netflow, flowlog.Parameters{"RegionId": "cn-shanghai"}, nil, func(*flowlog.FlowLog) {}},
		{"another region", netflow, flowlog.Parameters{"RegionId": "cn-hongkong", "ActiveAging": "1"}, []string{"IllegalParam.RegionId", "IllegalParam.ActiveAging"}, nil},
		{"an illegal region", netflow, flowlog.Parameters{"RegionId": "x"}, []string{"IllegalParam.RegionId"}, nil},
		{"a FlowLog that was never checked", flowlog.FlowLog{}, nil, []string{"IllegalParam.RegionId", "IllegalParam.OutputType"}, nil},
		{
			"a stored value that is illegal",
			flowlog.FlowLog{RegionId: "cn-shanghai", OutputType: "netflow", NetflowServerIp: "192.0.2.9", ActiveAging: -1},
			flowlog.Parameters{"Name": "x"},
			[]string{"IllegalParam.ActiveAging"},
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, faults := tt.from.Modify(tt.give)
			if d := cmp.Diff(tt.codes, codesOf(faults)); d != "" {
				t.Errorf("codes (-want +got):\n%s", d)
			}
			want := tt.from
			if tt.change != nil {
				tt.change(&want)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("Modify (-want +got):\n%s", d)
			}
		})
	}
}

func TestModifySeveralWrong(t *testing.T) {
	f := legal(t, complete(nil))
	got, faults := f.Modify(flowlog.Parameters{"LogstoreName": "", "NetflowServerPort": "0", "OutputType": "", "Name": "\x00", "InactiveAging": "601"})
	want := []string{
		"IllegalParam.OutputType", "IllegalParam.InactiveAging", "IllegalParam.NetflowServerPort", "MissingParam.LogstoreName", "InvalidParameter",
	}
	if d := cmp.Diff(want, codesOf(faults)); d != "" || got != f {
		t.Errorf("FlowLog %+v, codes (-want +got):\n%s", got, d)
	}
}
