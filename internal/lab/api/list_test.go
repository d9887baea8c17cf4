package api

import (
	"fmt"
	"testing"

	"github.com/sagflow/sagflow/internal/lab/api/inventory"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

func TestFlowLogFilters(t *testing.T) {
	b := newBench(t, 20)
	a := b.create(netflowLog("Name", "a", "Description", "first"))
	inactive := b.create(slsLog("Name", "a", "ResourceGroupId", "rg-1"))
	nameless := b.create(netflowLog("Name", absent))
	abroad := b.create(netflowLog("RegionId", "ap-southeast-1", "Name", "a"))
	b.do("DeactiveFlowLog", values{"FlowLogId": inactive})
	tests := []struct {
		filter values
		want   []any
	}{
		{nil, []any{a, inactive, nameless}},
		{values{"FlowLogName": "a"}, []any{a, inactive}},
		{values{"FlowLogName": "A"}, nil},
		{values{"FlowLogName": ""}, []any{nameless}},
		{values{"FlowLogName": "a", "OutputType": "netflow"}, []any{a}},
		{values{"Description": "first"}, []any{a}},
		{values{"Status": "Inactive"}, []any{inactive}},
		{values{"Status": "Active"}, []any{a, nameless}},
		{values{"ResourceGroupId": "rg-1"}, []any{inactive}},
		{values{"FlowLogId": nameless}, []any{nameless}},
		{values{"FlowLogId": abroad}, nil},
		{values{"FlowLogId": unknownLog}, nil},
		{values{"FlowLogId": a, "Status": "Inactive"}, nil},
		{values{"RegionId": "ap-southeast-1"}, []any{abroad}},
		{values{"OwnerId": "1", "OwnerAccount": "x", "Unknown": "y"}, []any{a, inactive, nameless}},
	}
	for _, test := range tests {
		o := b.do("DescribeFlowLogs", test.filter)
		equal(t, fmt.Sprint(test.filter), test.want, items(o, "FlowLogs", "FlowLogId"))
		equal(t, fmt.Sprint("total of ", test.filter), any(len(test.want)), field(o, "TotalCount"))
	}
}

func TestPaging(t *testing.T) {
	b := newBench(t, 60)
	var all []any
	for range 53 {
		all = append(all, b.create(netflowLog()))
	}
	for _, test := range []struct {
		number, size string
		want         []any
	}{
		{absent, absent, all[:10]},
		{"1", "50", all[:50]},
		{"2", "50", all[50:]},
		{"3", "50", nil},
		{"53", "1", all[52:]},
		{"999999999", "50", nil},
	} {
		v := with(values{}, "PageNumber", test.number, "PageSize", test.size)
		o := b.do("DescribeFlowLogs", v)
		equal(t, fmt.Sprint(v), test.want, items(o, "FlowLogs", "FlowLogId"))
		equal(t, "total", any(53), field(o, "TotalCount"))
	}
	for _, wrong := range []values{
		{"PageSize": "0"},
		{"PageSize": "51"},
		{"PageSize": "-1"},
		{"PageSize": ""},
		{"PageSize": "ten"},
		{"PageSize": "1.0"},
		{"PageNumber": "0"},
		{"PageNumber": ""},
		{"PageNumber": "+1"},
		{"PageNumber": "1000000000"},
		{"PageNumber": "99999999999999999999"},
	} {
		for _, action := range []string{"DescribeFlowLogs", "DescribeFlowLogSags", "DescribeSmartAccessGateways"} {
			_, err := b.try(action, with(wrong, "FlowLogId", all[0].(string)))
			equal(t, fmt.Sprint(action, wrong), "InvalidParameter", codeOf(err))
		}
	}
}

func TestGatewayFilters(t *testing.T) {
	b := newBench(t, 20)
	here := []any{gateway1, gateway2, gateway3, wrongModel, oldVersion, basicEdition}
	for _, test := range []struct {
		filter values
		want   []any
	}{
		{nil, here},
		{values{"SmartAGId": gateway2}, []any{gateway2}},
		{values{"SmartAGId": otherRegion}, nil},
		{values{"SmartAGIds.1": gateway3, "SmartAGIds.2": gateway1}, []any{gateway1, gateway3}},
		{values{"SmartAGIds.x": gateway3}, here},
		{values{"SerialNumber": "sag1000lab0002"}, []any{gateway2}},
		{values{"Name": "lab-3"}, []any{gateway3}},
		{values{"Status": "Offline"}, nil},
		{values{"SoftwareVersion": "1.7.0"}, []any{gateway1, basicEdition}},
		{values{"HardwareType": "sag-100wm"}, []any{wrongModel}},
		{values{"AssociatedCcnId": "ccn-1"}, nil},
		{values{"RegionId": "ap-southeast-1"}, []any{otherRegion}},
		{values{"RegionId": "eu-central-1"}, nil},
	} {
		o := b.do("DescribeSmartAccessGateways", test.filter)
		equal(t, fmt.Sprint(test.filter), test.want, items(o, "SmartAccessGateways", "SmartAGId"))
	}
}

func TestUnbound(t *testing.T) {
	b := newBench(t, 20)
	b.bound(gateway2)
	o := b.do("DescribeUnbindFlowLogSags", nil)
	equal(t, "unbound", []any{gateway1, gateway3, wrongModel, oldVersion, basicEdition}, items(o, "Sags", "SmartAGId"))
	equal(t, "count", any(5), field(o, "Count"))
	equal(t, "of a group", any(0), field(b.do("DescribeUnbindFlowLogSags", values{"ResourceGroupId": "rg-1"}), "Count"))
}

// TestGatewayLeftTheInventory keeps its binding visible, and lets it go.
func TestGatewayLeftTheInventory(t *testing.T) {
	b := newBench(t, 20)
	id := b.bound(gateway1)
	small, err := NewHandler(HandlerOptions{Store: b.o.Store, Inventory: inventory.New()})
	must(t, err)
	b.Handler = small
	equal(t, "sags", []any{gateway1}, items(b.do("DescribeFlowLogSags", values{"FlowLogId": id}), "Sags", "SmartAGId"))
	_, err = b.try("DeleteFlowLog", values{"FlowLogId": id})
	equal(t, "delete", "DependencyViolation.FlowLog", codeOf(err))
	b.do("DisassociateFlowLog", values{"FlowLogId": id, "SmartAGId": gateway1})
	_, err = b.try("DisassociateFlowLog", values{"FlowLogId": id, "SmartAGId": gateway1})
	equal(t, "again", "InvalidSmartAGId.NotFound", codeOf(err))
	b.do("DeleteFlowLog", values{"FlowLogId": id})
}

// TestOrderOfChecks gives several faults at once: the first one counts.
func TestOrderOfChecks(t *testing.T) {
	b := newBench(t, 20)
	bound := b.bound(gateway1)
	for _, test := range []struct {
		action string
		v      values
		want   string
	}{
		{"CreateFlowLog", values{"RegionId": "x", "OutputType": "x"}, "IllegalParam.RegionId"},
		{"CreateFlowLog", values{"OutputType": "x", "ActiveAging": "0"}, "IllegalParam.OutputType"},
		{"ModifyFlowLogAttribute", values{"RegionId": "x"}, "IllegalParam.RegionId"},
		{"ModifyFlowLogAttribute", values{"OutputType": "x"}, "MissingParam.FlowLogId"},
		{"ModifyFlowLogAttribute", values{"FlowLogId": unknownLog, "OutputType": "x"}, "InvalidFlowLogId.NotFound"},
		{"AssociateFlowLog", values{"RegionId": absent}, "IllegalParam.RegionId"},
		{"AssociateFlowLog", values{"SmartAGId": unknownDevice}, "MissingParam.FlowLogId"},
		{"AssociateFlowLog", values{"FlowLogId": unknownLog}, "InvalidFlowLogId.NotFound"},
		{"AssociateFlowLog", values{"FlowLogId": bound, "SmartAGId": ""}, "MissingParameter"},
		{"AssociateFlowLog", values{"FlowLogId": bound, "SmartAGId": gateway1}, ""},
		{"DisassociateFlowLog", values{"FlowLogId": bound, "SmartAGId": gateway2}, ""},
		{"DisassociateFlowLog", values{"FlowLogId": bound, "SmartAGId": unknownDevice}, "InvalidSmartAGId.NotFound"},
		{"DescribeFlowLogs", values{"FlowLogId": "", "Status": "x"}, "MissingParam.FlowLogId"},
		{"DescribeFlowLogs", values{"OutputType": "x", "Status": "x"}, "IllegalParam.OutputType"},
		{"DescribeFlowLogs", values{"Status": "", "PageSize": "x"}, "IllegalParam.Status"},
		{"DescribeFlowLogSags", values{"PageSize": "x"}, "MissingParam.FlowLogId"},
		{"DescribeSmartAccessGatewayAttribute", values{"SmartAGId": ""}, "MissingParameter"},
	} {
		_, err := b.try(test.action, test.v)
		equal(t, fmt.Sprint(test.action, test.v), test.want, codeOf(err))
	}
}

// TestEditionBeforeModel: a gateway that is wrong in all ways has the wrong edition first.
func TestEditionBeforeModel(t *testing.T) {
	b := newBench(t, 20)
	id := b.create(netflowLog())
	all, err := NewHandler(HandlerOptions{Store: b.o.Store, Inventory: inventory.New(
		inventory.Gateway{ID: "sag-1", Model: "sag-100wm", Version: "1.0", Edition: "basic", Region: "cn-shanghai"},
	)})
	must(t, err)
	b.Handler = all
	_, err = b.try("AssociateFlowLog", values{"FlowLogId": id, "SmartAGId": "sag-1"})
	equal(t, "code", "FeatureNotSupport", codeOf(err))
}

// TestModifyMerges: what is absent stays, while bound and while Inactive, and a resource group is no parameter of it.
func TestModifyMerges(t *testing.T) {
	b := newBench(t, 20)
	id := b.bound(gateway1)
	b.do("DeactiveFlowLog", values{"FlowLogId": id})
	b.do("ModifyFlowLogAttribute", with(slsLog(), "FlowLogId", id, "OutputType", "all", "Name", absent, "ResourceGroupId", "rg-2"))
	b.do("ModifyFlowLogAttribute", values{"FlowLogId": id})
	o := b.do("DescribeFlowLogs", values{"FlowLogId": id})
	one, _ := field(o, "FlowLogs").(rpc.List).Values[0].(rpc.Object)
	equal(t, "flow log", rpc.Object{
		{Name: "FlowLogId", Value: id},
		{Name: "Name", Value: "to-netflow"},
		{Name: "Description", Value: ""},
		{Name: "Status", Value: "Inactive"},
		{Name: "OutputType", Value: "all"},
		{Name: "ActiveAging", Value: 300},
		{Name: "InactiveAging", Value: 15},
		{Name: "SlsRegionId", Value: "cn-hangzhou"},
		{Name: "ProjectName", Value: "sag-flowlog-shanghai"},
		{Name: "LogstoreName", Value: "config-operation-log"},
		{Name: "NetflowServerIp", Value: "192.0.2.9"},
		{Name: "NetflowServerPort", Value: "9995"},
		{Name: "NetflowVersion", Value: "V9"},
		{Name: "TotalSagNum", Value: 1},
	}, one)
}

func TestHandlerOptions(t *testing.T) {
	for _, o := range []HandlerOptions{{}, {Store: newBench(t, 1).o.Store, Inventory: inventory.New(), Quota: -1}} {
		if _, err := NewHandler(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	if _, err := newBench(t, 1).try("CreateVpc", nil); err == nil {
		t.Error("an unknown action has an answer")
	}
}

// zeros is a random source that gives one id only.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestRandomSourceWithoutVariety(t *testing.T) {
	b := newBench(t, 20)
	h, err := NewHandler(HandlerOptions{Store: b.o.Store, Inventory: inventory.Default(), Random: zeros{}})
	must(t, err)
	b.Handler = h
	equal(t, "first", "fl-aaaaaaaaaaaaaaaaa", b.create(netflowLog()))
	if _, err := b.try("CreateFlowLog", netflowLog()); err == nil {
		t.Error("a second FlowLog with the same id")
	}
}
