package flowlog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

// The least that a request of each OutputType needs, and what becomes of it.
func TestCreateDefaults(t *testing.T) {
	tests := []struct {
		name string
		give flowlog.Parameters
		want flowlog.FlowLog
	}{
		{
			"sls",
			flowlog.Parameters{"RegionId": "cn-shanghai", "OutputType": "sls", "SlsRegionId": "cn-hangzhou", "ProjectName": "p", "LogstoreName": "l"},
			flowlog.FlowLog{OutputType: flowlog.OutputSLS, SlsRegionId: "cn-hangzhou", ProjectName: "p", LogstoreName: "l"},
		},
		{
			"netflow",
			flowlog.Parameters{"RegionId": "cn-shanghai", "OutputType": "netflow", "NetflowServerIp": "2001:db8::9"},
			flowlog.FlowLog{OutputType: flowlog.OutputNetflow, NetflowServerIp: "2001:db8::9", NetflowServerPort: 9995, NetflowVersion: "V9"},
		},
		{
			"all",
			flowlog.Parameters{
				"RegionId": "cn-shanghai", "OutputType": "all", "NetflowServerIp": "192.0.2.9",
				"SlsRegionId": "cn-hangzhou", "ProjectName": "p", "LogstoreName": "l",
			},
			flowlog.FlowLog{
				OutputType: flowlog.OutputAll, NetflowServerIp: "192.0.2.9", NetflowServerPort: 9995, NetflowVersion: "V9",
				SlsRegionId: "cn-hangzhou", ProjectName: "p", LogstoreName: "l",
			},
		},
		{
			"what the OutputType does not use is kept, unknown ones are ignored",
			flowlog.Parameters{
				"RegionId": "cn-shanghai", "OutputType": "netflow", "NetflowServerIp": "192.0.2.9", "ProjectName": "p",
				"OwnerId": "x", "outputtype": "sls", "": "", "Status": "Inactive", "FlowLogId": "fl-7a56mar1kfw9vj000",
			},
			flowlog.FlowLog{OutputType: flowlog.OutputNetflow, NetflowServerIp: "192.0.2.9", NetflowServerPort: 9995, NetflowVersion: "V9", ProjectName: "p"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.RegionId, tt.want.Status = "cn-shanghai", flowlog.Active
			tt.want.ActiveAging, tt.want.InactiveAging = 300, 15
			if d := cmp.Diff(tt.want, legal(t, tt.give)); d != "" {
				t.Errorf("Create (-want +got):\n%s", d)
			}
		})
	}
}

// Each OutputType needs its own parameters, and no others.
func TestCreateNeeds(t *testing.T) {
	needs := map[string][]string{
		"sls":     {"SlsRegionId", "ProjectName", "LogstoreName"},
		"netflow": {"NetflowServerIp"},
		"all":     {"NetflowServerIp", "SlsRegionId", "ProjectName", "LogstoreName"},
	}
	for output, names := range needs {
		_, faults := flowlog.Create(flowlog.Parameters{"RegionId": "cn-shanghai", "OutputType": output})
		var want []string
		for _, n := range names {
			want = append(want, "MissingParam."+n)
		}
		if d := cmp.Diff(want, codesOf(faults)); d != "" {
			t.Errorf("%s (-want +got):\n%s", output, d)
		}
	}
}

// All faults at once, in the API's order.
func TestCreateSeveralWrong(t *testing.T) {
	tests := []struct {
		name string
		give flowlog.Parameters
		want []string
	}{
		{"nothing given", nil, []string{"IllegalParam.RegionId", "IllegalParam.OutputType"}},
		{
			"an illegal OutputType needs nothing",
			flowlog.Parameters{"OutputType": "SLS", "RegionId": "cn-shanghai"},
			[]string{"IllegalParam.OutputType"},
		},
		{
			"all empty",
			flowlog.Parameters{
				"RegionId": "", "OutputType": "", "ActiveAging": "", "InactiveAging": "", "NetflowServerIp": "", "NetflowServerPort": "",
				"NetflowVersion": "", "SlsRegionId": "", "ProjectName": "", "LogstoreName": "", "Name": "", "Description": "", "ResourceGroupId": "",
			},
			[]string{
				"IllegalParam.RegionId", "IllegalParam.OutputType", "IllegalParam.ActiveAging", "IllegalParam.InactiveAging",
				"MissingParam.NetflowServerIp", "MissingParam.NetflowServerPort", "MissingParam.NetflowVersion",
				"MissingParam.SlsRegionId", "MissingParam.ProjectName", "MissingParam.LogstoreName",
			},
		},
		{
			"all illegal",
			flowlog.Parameters{
				"RegionId": "!", "OutputType": "!", "ActiveAging": "!", "InactiveAging": "!", "NetflowServerIp": "!", "NetflowServerPort": "!",
				"NetflowVersion": "!", "SlsRegionId": "!", "ProjectName": "!", "LogstoreName": "!", "Name": "\x00", "Description": "\x00", "ResourceGroupId": "\x00",
			},
			[]string{
				"IllegalParam.RegionId", "IllegalParam.OutputType", "IllegalParam.ActiveAging", "IllegalParam.InactiveAging",
				"IllegalParam.NetflowServerIp", "IllegalParam.NetflowServerPort", "IllegalParam.NetflowVersion", "IllegalParam.SlsRegionId",
				"InvalidParameter", "InvalidParameter", "InvalidParameter", "InvalidParameter", "InvalidParameter",
			},
		},
		{
			"missing and illegal, of used and unused",
			flowlog.Parameters{"RegionId": "cn-shanghai", "OutputType": "netflow", "ProjectName": "", "ActiveAging": "59", "NetflowVersion": "v9"},
			[]string{"IllegalParam.ActiveAging", "MissingParam.NetflowServerIp", "IllegalParam.NetflowVersion", "MissingParam.ProjectName"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, faults := flowlog.Create(tt.give)
			if d := cmp.Diff(tt.want, codesOf(faults)); d != "" || f != (flowlog.FlowLog{}) {
				t.Errorf("FlowLog %+v, codes (-want +got):\n%s", f, d)
			}
		})
	}
}

func TestCreateKeepsParameters(t *testing.T) {
	p := complete(nil)
	before := complete(nil)
	legal(t, p)
	if d := cmp.Diff(before, p); d != "" {
		t.Errorf("Create changed the parameters (-before +after):\n%s", d)
	}
}

func codesOf(faults flowlog.Faults) []string {
	var all []string
	for _, f := range faults {
		all = append(all, f.Code)
	}
	return all
}
