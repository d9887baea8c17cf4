package flowlog_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

// described is an answer with every field of FlowLogSetType, and some of them changed.
func described(changes flowlog.Parameters) flowlog.Parameters {
	p := complete(flowlog.Parameters{"FlowLogId": "fl-7a56mar1kfw9vj000", "Status": "Active", "TotalSagNum": "1"})
	delete(p, "RegionId")
	maps.Copy(p, changes)
	return p
}

func TestFromDescription(t *testing.T) {
	const id = "fl-7a56mar1kfw9vj000"
	tests := []struct {
		name string
		give flowlog.Parameters
		want flowlog.FlowLog
	}{
		{"all", nil, flowlog.FlowLog{
			FlowLogId: id, Status: flowlog.Active, OutputType: flowlog.OutputAll, ActiveAging: 120, InactiveAging: 30,
			NetflowServerIp: "192.0.2.9", NetflowServerPort: 2055, NetflowVersion: "V10",
			SlsRegionId: "cn-hangzhou", ProjectName: "sag-flowlog", LogstoreName: "flows",
		}},
		{"netflow", flowlog.Parameters{"OutputType": "netflow", "Status": "Inactive"}, flowlog.FlowLog{
			FlowLogId: id, Status: flowlog.Inactive, OutputType: flowlog.OutputNetflow, ActiveAging: 120, InactiveAging: 30,
			NetflowServerIp: "192.0.2.9", NetflowServerPort: 2055, NetflowVersion: "V10",
		}},
		{"sls", flowlog.Parameters{"OutputType": "sls"}, flowlog.FlowLog{
			FlowLogId: id, Status: flowlog.Active, OutputType: flowlog.OutputSLS, ActiveAging: 120, InactiveAging: 30,
			SlsRegionId: "cn-hangzhou", ProjectName: "sag-flowlog", LogstoreName: "flows",
		}},
		{"with a region", flowlog.Parameters{"OutputType": "sls", "RegionId": "cn-hongkong"}, flowlog.FlowLog{
			FlowLogId: id, Status: flowlog.Active, OutputType: flowlog.OutputSLS, ActiveAging: 120, InactiveAging: 30, RegionId: "cn-hongkong",
			SlsRegionId: "cn-hangzhou", ProjectName: "sag-flowlog", LogstoreName: "flows",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, faults := flowlog.FromDescription(described(tt.give))
			if d := cmp.Diff(tt.want, got); d != "" || faults != nil {
				t.Errorf("FromDescription: %v (-want +got):\n%s", faults, d)
			}
		})
	}
}

// What the OutputType does not use may be anything, or missing, and makes no difference.
func TestFromDescriptionUnused(t *testing.T) {
	netflow := []string{"NetflowServerIp", "NetflowServerPort", "NetflowVersion"}
	sls := []string{"SlsRegionId", "ProjectName", "LogstoreName"}
	always := []string{"Name", "Description", "ResourceGroupId", "TotalSagNum", "New"}
	for output, unused := range map[string][]string{"sls": append(netflow, always...), "netflow": append(sls, always...), "all": always} {
		want, faults := flowlog.FromDescription(described(flowlog.Parameters{"OutputType": output}))
		if faults != nil {
			t.Fatal(faults)
		}
		for _, name := range unused {
			absent := described(flowlog.Parameters{"OutputType": output})
			delete(absent, name)
			for _, p := range []flowlog.Parameters{
				absent,
				described(flowlog.Parameters{"OutputType": output, name: ""}),
				described(flowlog.Parameters{"OutputType": output, name: "\x00\xff"}),
			} {
				if got, faults := flowlog.FromDescription(p); got != want || faults != nil {
					t.Errorf("%s, %s=%q: %+v, %v", output, name, p[name], got, faults)
				}
			}
		}
	}
}

// What is used must be there and legal: nothing is filled in.
func TestFromDescriptionFaults(t *testing.T) {
	tests := []struct{ name, absent, empty, illegal string }{
		{"FlowLogId", "MissingParam.FlowLogId", "MissingParam.FlowLogId", "InvalidFlowLogId.NotFound"},
		{"Status", "IllegalParam.Status", "IllegalParam.Status", "IllegalParam.Status"},
		{"OutputType", "IllegalParam.OutputType", "IllegalParam.OutputType", "IllegalParam.OutputType"},
		{"ActiveAging", "IllegalParam.ActiveAging", "IllegalParam.ActiveAging", "IllegalParam.ActiveAging"},
		{"InactiveAging", "IllegalParam.InactiveAging", "IllegalParam.InactiveAging", "IllegalParam.InactiveAging"},
		{"NetflowServerIp", "MissingParam.NetflowServerIp", "MissingParam.NetflowServerIp", "IllegalParam.NetflowServerIp"},
		{"NetflowServerPort", "MissingParam.NetflowServerPort", "MissingParam.NetflowServerPort", "IllegalParam.NetflowServerPort"},
		{"NetflowVersion", "MissingParam.NetflowVersion", "MissingParam.NetflowVersion", "IllegalParam.NetflowVersion"},
		{"SlsRegionId", "MissingParam.SlsRegionId", "MissingParam.SlsRegionId", "IllegalParam.SlsRegionId"},
		{"ProjectName", "MissingParam.ProjectName", "MissingParam.ProjectName", "InvalidParameter"},
		{"LogstoreName", "MissingParam.LogstoreName", "MissingParam.LogstoreName", "InvalidParameter"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			absent := described(nil)
			delete(absent, tt.name)
			for code, p := range map[*string]flowlog.Parameters{
				&tt.absent:  absent,
				&tt.empty:   described(flowlog.Parameters{tt.name: ""}),
				&tt.illegal: described(flowlog.Parameters{tt.name: "0!"}),
			} {
				value, there := p[tt.name]
				got, faults := flowlog.FromDescription(p)
				checkFault(t, faults, tt.name, value, *code)
				if faults[0].Absent == there || got != (flowlog.FlowLog{}) {
					t.Errorf("absent is %v, FlowLog %+v", faults[0].Absent, got)
				}
			}
		})
	}
}

func TestFromDescriptionOrder(t *testing.T) {
	_, faults := flowlog.FromDescription(flowlog.Parameters{"FlowLogId": "fl-x", "Status": "active", "OutputType": "netflow", "ActiveAging": "0", "RegionId": "x"})
	want := []string{
		"InvalidFlowLogId.NotFound", "IllegalParam.Status", "IllegalParam.RegionId", "IllegalParam.ActiveAging", "IllegalParam.InactiveAging",
		"MissingParam.NetflowServerIp", "MissingParam.NetflowServerPort", "MissingParam.NetflowVersion",
	}
	if d := cmp.Diff(want, codesOf(faults)); d != "" {
		t.Errorf("codes (-want +got):\n%s", d)
	}
	for _, p := range []flowlog.Parameters{nil, {}} {
		_, faults := flowlog.FromDescription(p)
		want := []string{
			"MissingParam.FlowLogId", "IllegalParam.Status", "IllegalParam.OutputType", "IllegalParam.ActiveAging", "IllegalParam.InactiveAging",
		}
		if d := cmp.Diff(want, codesOf(faults)); d != "" {
			t.Errorf("empty answer (-want +got):\n%s", d)
		}
	}
}
