package peertest

import (
	"github.com/google/go-cmp/cmp"
)

// everyAction takes a FlowLog from creation to its end.
func (c *npmClient) everyAction() {
	c.t.Helper()
	const sag = "SmartAGId=sag-0nnf0a1b2c3d4e5f6"
	id, _ := c.good("CreateFlowLog", "Name=创建 *~+&=", "OutputType=netflow", "NetflowServerIp=192.0.2.9")["FlowLogId"].(string)
	flowLog := "FlowLogId=" + id
	for _, action := range []string{"DeactiveFlowLog", "ActiveFlowLog", "AssociateFlowLog"} {
		c.same(map[string]any{}, c.good(action, flowLog, sag))
	}
	c.same(map[string]any{}, c.good("ModifyFlowLogAttribute", flowLog, "NetflowVersion=V10", "ActiveAging=60"))
	one := map[string]any{
		"FlowLogId": id, "Name": "创建 *~+&=", "Description": "", "Status": "Active", "OutputType": "netflow",
		"ActiveAging": 60.0, "InactiveAging": 15.0, "NetflowServerIp": "192.0.2.9", "NetflowServerPort": "9995", "NetflowVersion": "V10",
		"SlsRegionId": "", "ProjectName": "", "LogstoreName": "", "TotalSagNum": 1.0,
	}
	c.same(list(one, "FlowLogs", "FlowLogSetType"), c.good("DescribeFlowLogs", flowLog))
	bound := map[string]any{"SmartAGId": "sag-0nnf0a1b2c3d4e5f6", "Name": "lab-1", "Description": ""}
	c.same(list(bound, "Sags", "Sag"), c.good("DescribeFlowLogSags", flowLog))
	gateway := c.good("DescribeSmartAccessGatewayAttribute", sag)
	c.same(map[string]any{"FlowLogId": []any{id}}, gateway["FlowLogIds"])
	c.same(6.0, c.good("DescribeSmartAccessGateways")["TotalCount"])
	before, _ := c.good("DescribeUnbindFlowLogSags")["Count"].(float64)
	c.same(map[string]any{}, c.good("DisassociateFlowLog", flowLog, sag))
	c.same(before+1, c.good("DescribeUnbindFlowLogSags")["Count"])
	c.same(map[string]any{}, c.good("DeleteFlowLog", flowLog))
}

// list is an answer of one page that holds one entry.
func list(entry map[string]any, outer, inner string) map[string]any {
	return map[string]any{
		"TotalCount": 1.0, "PageNumber": 1.0, "PageSize": 10.0, outer: map[string]any{inner: []any{entry}},
	}
}

func (c *npmClient) same(want, got any) {
	c.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		c.t.Errorf("answer (-want +got):\n%s", d)
	}
}

// refusals are codes of each kind: missing, empty, illegal, unknown, in the wrong state, not allowed.
func (c *npmClient) refusals() {
	c.t.Helper()
	c.refused(400, "IllegalParam.OutputType", "The specified OutputType is invalid.", "CreateFlowLog")
	c.refused(400, "MissingParam.NetflowServerIp", "Specify the NetflowServerIp parameter.", "CreateFlowLog", "OutputType=netflow")
	c.refused(400, "MissingParam.NetflowServerPort", "Specify the NetflowServerPort parameter.", "CreateFlowLog", "OutputType=netflow", "NetflowServerIp=192.0.2.9", "NetflowServerPort=")
	c.refused(400, "IllegalParam.ActiveAging", "The specified ActiveAging is invalid.", "CreateFlowLog", "OutputType=netflow", "NetflowServerIp=192.0.2.9", "ActiveAging=59")
	c.refused(400, "IllegalParam.RegionId", "The specified RegionId is invalid.", "DescribeFlowLogs", "RegionId=mars")
	c.refused(400, "InvalidFlowLogId.NotFound", "The specified FlowLogId does not exist.", "DeleteFlowLog", "FlowLogId=fl-aaaaaaaaaaaaaaaaa")
	c.refused(404, "InvalidAction.NotFound", "", "CreateFlowlog")

	id, _ := c.good("CreateFlowLog", "OutputType=netflow", "NetflowServerIp=192.0.2.9")["FlowLogId"].(string)
	flowLog := "FlowLogId=" + id
	c.refused(400, "IncorrectStatus.FlowLog", "The current FlowLog instance status does not support this operation.", "ActiveFlowLog", flowLog)
	c.refused(400, "OperationUnsupported.AssociateFlowLog", "You cannot bind the SAG device", "AssociateFlowLog", flowLog, "SmartAGId=sag-0nnf0oldversion05")
	c.refused(403, "FeatureNotSupport", "The current edition of the smart access gateway", "AssociateFlowLog", flowLog, "SmartAGId=sag-0nnf0basic0000006")
	other, _ := c.good("CreateFlowLog", "OutputType=netflow", "NetflowServerIp=192.0.2.9")["FlowLogId"].(string)
	c.refused(400, "QuotaExceeded.Flowlog", "The maximum number of FlowLog instances is exceeded.", "CreateFlowLog", "OutputType=netflow", "NetflowServerIp=192.0.2.9")
	c.good("DeleteFlowLog", flowLog)
	c.good("DeleteFlowLog", "FlowLogId="+other)
}

// signatures are those of a temporary key, and those that must be refused.
func (c *npmClient) signatures() {
	c.t.Helper()
	kept := c.keys
	defer func() { c.keys = kept }()
	c.keys = temporary()
	c.good("DescribeFlowLogs")
	c.keys = ended()
	c.refused(400, "InvalidSecurityToken.Expired", "", "DescribeFlowLogs")
	c.keys = temporary()
	c.keys.Token = "another"
	c.refused(400, "InvalidSecurityToken.MismatchWithAccessKey", "", "DescribeFlowLogs")
	c.keys = npmKeys{ID: longTerm().ID, Secret: "another"}
	c.refused(400, "SignatureDoesNotMatch", "", "DescribeFlowLogs")
	c.keys.ID = "LTAInobody"
	c.refused(404, "InvalidAccessKeyId.NotFound", "", "DescribeFlowLogs")
}
