package api

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/smartag"
	"github.com/google/go-cmp/cmp"
)

// TestEveryActionBySDK calls each action with the SDK's own request and response types.
func TestEveryActionBySDK(t *testing.T) {
	l := start(t, Options{})

	create := smartag.CreateCreateFlowLogRequest()
	create.Name, create.Description, create.OutputType = "sag-flowlog-1", "创建流日志", "all"
	create.InactiveAging, create.ActiveAging = requests.NewInteger(15), requests.NewInteger(300)
	create.NetflowServerIp, create.NetflowServerPort, create.NetflowVersion = "192.168.0.2", requests.NewInteger(9995), "V9"
	create.SlsRegionId, create.ProjectName, create.LogstoreName = "cn-hangzhou", "sag-flowlog-shanghai", "config-operation-log"
	create.ResourceGroupId = "rg-1"
	created := smartag.CreateCreateFlowLogResponse()
	must(t, l.send(create, created, nil))
	strict(t, created, &smartag.CreateFlowLogResponse{})
	if !regexp.MustCompile(`^fl-[a-z0-9]{17}$`).MatchString(created.FlowLogId) || created.ResourceGroupId != "rg-1" {
		t.Errorf("FlowLogId %q, ResourceGroupId %q", created.FlowLogId, created.ResourceGroupId)
	}
	if !regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`).MatchString(created.RequestId) {
		t.Errorf("RequestId %q", created.RequestId)
	}
	id := created.FlowLogId

	associate := smartag.CreateAssociateFlowLogRequest()
	associate.FlowLogId, associate.SmartAGId = id, gateway1
	must(t, l.send(associate, smartag.CreateAssociateFlowLogResponse(), nil))

	modify := smartag.CreateModifyFlowLogAttributeRequest()
	modify.FlowLogId, modify.NetflowVersion, modify.NetflowServerPort = id, "V10", requests.NewInteger(4739)
	modified := smartag.CreateModifyFlowLogAttributeResponse()
	must(t, l.send(modify, modified, nil))
	strict(t, modified, &smartag.ModifyFlowLogAttributeResponse{})

	deactive := smartag.CreateDeactiveFlowLogRequest()
	deactive.FlowLogId = id
	must(t, l.send(deactive, smartag.CreateDeactiveFlowLogResponse(), nil))

	l.checkLists(t, id)

	active := smartag.CreateActiveFlowLogRequest()
	active.FlowLogId = id
	must(t, l.send(active, smartag.CreateActiveFlowLogResponse(), nil))

	disassociate := smartag.CreateDisassociateFlowLogRequest()
	disassociate.FlowLogId, disassociate.SmartAGId = id, gateway1
	must(t, l.send(disassociate, smartag.CreateDisassociateFlowLogResponse(), nil))

	remove := smartag.CreateDeleteFlowLogRequest()
	remove.FlowLogId = id
	must(t, l.send(remove, smartag.CreateDeleteFlowLogResponse(), nil))

	gone := smartag.CreateDescribeFlowLogsResponse()
	must(t, l.send(smartag.CreateDescribeFlowLogsRequest(), gone, nil))
	if gone.TotalCount != 0 || gone.FlowLogs.FlowLogSetType == nil {
		t.Errorf("after the deletion: %d, %#v", gone.TotalCount, gone.FlowLogs)
	}
}

// checkLists compares what the five Describe actions say.
func (l *lab) checkLists(t *testing.T, id string) {
	t.Helper()
	logs := smartag.CreateDescribeFlowLogsResponse()
	must(t, l.send(smartag.CreateDescribeFlowLogsRequest(), logs, values{"FlowLogId": id}))
	strict(t, logs, &smartag.DescribeFlowLogsResponse{})
	want := []smartag.FlowLogSetType{{
		FlowLogId: id, Name: "sag-flowlog-1", Description: "创建流日志", Status: "Inactive", OutputType: "all",
		ActiveAging: 300, InactiveAging: 15, NetflowServerIp: "192.168.0.2", NetflowServerPort: "4739", NetflowVersion: "V10",
		SlsRegionId: "cn-hangzhou", ProjectName: "sag-flowlog-shanghai", LogstoreName: "config-operation-log",
		TotalSagNum: 1, ResourceGroupId: "rg-1",
	}}
	equal(t, "FlowLogs", want, logs.FlowLogs.FlowLogSetType)
	equal(t, "paging", []int{1, 1, 10}, []int{logs.TotalCount, logs.PageNumber, logs.PageSize})

	sags := smartag.CreateDescribeFlowLogSagsResponse()
	must(t, l.send(smartag.CreateDescribeFlowLogSagsRequest(), sags, values{"FlowLogId": id}))
	strict(t, sags, &smartag.DescribeFlowLogSagsResponse{})
	equal(t, "Sags", []smartag.Sag{{SmartAGId: gateway1, Name: "lab-1"}}, sags.Sags.Sag)
	equal(t, "paging", []int{1, 1, 10}, []int{sags.TotalCount, sags.PageNumber, sags.PageSize})

	unbound := smartag.CreateDescribeUnbindFlowLogSagsResponse()
	must(t, l.send(smartag.CreateDescribeUnbindFlowLogSagsRequest(), unbound, nil))
	strict(t, unbound, &smartag.DescribeUnbindFlowLogSagsResponse{})
	var ids []string
	for _, s := range unbound.Sags.Sag {
		ids = append(ids, s.SmartAGId)
	}
	equal(t, "unbound", []string{gateway2, gateway3, wrongModel, oldVersion, basicEdition}, ids)
	equal(t, "Count", 5, unbound.Count)

	one := smartag.CreateDescribeSmartAccessGatewayAttributeResponse()
	must(t, l.send(smartag.CreateDescribeSmartAccessGatewayAttributeRequest(), one, values{"SmartAGId": gateway1}))
	strict(t, one, &smartag.DescribeSmartAccessGatewayAttributeResponse{})
	equal(t, "FlowLogIds", []string{id}, one.FlowLogIds.FlowLogId)
	equal(t, "Devices", []smartag.Device{{SerialNumber: "sag1000lab0001", SoftwareVersion: "1.7.0"}}, one.Devices.Device)
	equal(t, "attribute", []string{gateway1, "sag1000lab0001", "Active"}, []string{one.SmartAGId, one.SerialNumber, one.Status})

	all := smartag.CreateDescribeSmartAccessGatewaysResponse()
	must(t, l.send(smartag.CreateDescribeSmartAccessGatewaysRequest(), all, values{"PageSize": "2", "PageNumber": "2"}))
	strict(t, all, &smartag.DescribeSmartAccessGatewaysResponse{})
	equal(t, "paging", []int{6, 2, 2, 2}, []int{all.TotalCount, all.PageNumber, all.PageSize, len(all.SmartAccessGateways.SmartAccessGateway)})
	equal(t, "gateway", smartag.SmartAccessGateway{
		SmartAGId: wrongModel, SmartAGUid: 1234567890123456, Name: "lab-wrong-model", Status: "Active", SerialNumber: "sag100wmlab0004",
		HardwareVersion: "sag-100wm", SoftwareVersion: "2.3.0", Links: smartag.LinksInDescribeSmartAccessGateways{Link: []smartag.Link{}},
	}, all.SmartAccessGateways.SmartAccessGateway[1])
}

func equal[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// strict decodes an answer's body into the SDK's type, which must know every name and take every value: the
// SDK's own decoder would take "1" for 1.
func strict(t *testing.T, answer responses.AcsResponse, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(answer.GetHttpContentBytes()))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Errorf("%T: %v in\n%s", into, err, answer.GetHttpContentString())
	}
}

// TestUnboundGatewayHasFlowLogIds makes sure that a device can tell unbound from malformed.
func TestUnboundGatewayHasFlowLogIds(t *testing.T) {
	l := start(t, Options{})
	one := smartag.CreateDescribeSmartAccessGatewayAttributeResponse()
	must(t, l.send(smartag.CreateDescribeSmartAccessGatewayAttributeRequest(), one, values{"SmartAGId": gateway2}))
	if body := one.GetHttpContentString(); !strings.Contains(body, `"FlowLogIds":{"FlowLogId":[]}`) {
		t.Error(body)
	}
}

// TestPageSamples compares bodies with the page's samples, its masked and random parts replaced. The page's request
// has the SlsRegionId flowlog-shanghai1, which is misspelt and refused: with it put right, the sample works.
func TestPageSamples(t *testing.T) {
	l := start(t, Options{})
	sample := values{
		"Description": "创建流日志", "InactiveAging": "15", "LogstoreName": "config-operation-log", "Name": "sag-flowlog-1",
		"NetflowServerIp": "192.168.0.2", "NetflowServerPort": "9995", "NetflowVersion": "V9", "OutputType": "sls",
		"ProjectName": "sag-flowlog-shanghai", "RegionId": "cn-shanghai", "SlsRegionId": "flowlog-shanghai1",
	}
	equal(t, "as printed", "IllegalParam.SlsRegionId", serverError(t, l.call("CreateFlowLog", sample, nil)).ErrorCode())
	sample["SlsRegionId"] = "cn-hangzhou"
	want := map[string]string{
		"JSON": `{"RequestId":"REQUEST","FlowLogId":"fl-…"}`,
		"XML":  `<CreateFlowLogResponse><RequestId>REQUEST</RequestId><FlowLogId>fl-…</FlowLogId></CreateFlowLogResponse>`,
	}
	for format, body := range want {
		equal(t, format, body, l.body(t, format, "CreateFlowLog", sample))
	}
}

// TestXMLHasTheNestingOfJSON checks one list of each kind in XML.
func TestXMLHasTheNestingOfJSON(t *testing.T) {
	l := start(t, Options{})
	id := l.create(netflowLog())
	l.bind(id, gateway1)
	equal(t, "attribute", true, strings.Contains(
		l.body(t, "XML", "DescribeSmartAccessGatewayAttribute", values{"SmartAGId": gateway1}),
		"<FlowLogIds><FlowLogId>fl-…</FlowLogId></FlowLogIds>"))
	equal(t, "sags", `<DescribeFlowLogSagsResponse><RequestId>REQUEST</RequestId><TotalCount>1</TotalCount><PageNumber>1</PageNumber>`+
		`<PageSize>10</PageSize><Sags><Sag><SmartAGId>`+gateway1+`</SmartAGId><Name>lab-1</Name><Description></Description></Sag></Sags></DescribeFlowLogSagsResponse>`,
		l.body(t, "XML", "DescribeFlowLogSags", values{"FlowLogId": id}))
	equal(t, "error", true, strings.Contains(
		l.body(t, "XML", "DeleteFlowLog", values{"FlowLogId": id}),
		"<Code>DependencyViolation.FlowLog</Code><Message>This FlowLog instance is bound to an SAG instance.</Message>"))
}

// body is an answer's body with its random parts replaced.
func (l *lab) body(t *testing.T, format, action string, v values) string {
	t.Helper()
	request := &requests.RpcRequest{}
	request.InitWithApiInfo(Product, Version, action, "smartag", "openAPI")
	request.AcceptFormat = format
	answer := responses.NewCommonResponse()
	if err := l.send(request, answer, v); answer.GetHttpStatus() == 0 {
		t.Fatal(err)
	}
	text := strings.TrimPrefix(answer.GetHttpContentString(), `<?xml version='1.0' encoding='UTF-8'?>`)
	text = strings.TrimPrefix(text, `<?xml version="1.0" encoding="UTF-8"?>`)
	text = regexp.MustCompile(`[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}`).ReplaceAllString(strings.TrimSpace(text), "REQUEST")
	return regexp.MustCompile(`fl-[a-z0-9]{17}`).ReplaceAllString(text, "fl-…")
}
