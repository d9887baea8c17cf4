package flowlog_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
)

// pageRows is the reference page's table of error codes: HttpCode, 错误码, 错误信息, 描述.
const pageRows = `
|400|DependencyViolation.FlowLog|This FlowLog instance is bound to an SAG instance.|FlowLog存在资源依赖|
|400|IncorrectStatus.FlowLog|The current FlowLog instance status does not support this operation.|FlowLog状态非法|
|400|InvalidFlowLogId.NotFound|The specified FlowLogId does not exist.|根据FlowLogId未找到对应实例|
|400|MissingParam.FlowLogId|Specify the FlowLogId parameter.|缺少参数FlowLogId|
|400|OperationFailed.AssociateFlowLog|The operation failed. The specified SAG instance has already been associated with another FlowLog instance.|由于智能接入网关实例已经关联其他FlowLog实例，操作失败|
|400|OperationUnsupported.AssociateFlowLog|You cannot bind the SAG device of the current version or model to a FlowLog instance.|设备版本或者款型不支持关联FlowLog操作|
|400|QuotaExceeded.Flowlog|The maximum number of FlowLog instances is exceeded.|flowlog数量超过配额|
|400|MissingParam.LogstoreName|Specify the LogstoreName parameter.|缺少参数LogstoreName|
|400|MissingParam.NetflowServerIp|Specify the NetflowServerIp parameter.|缺少参数NetflowServerIp|
|400|MissingParam.NetflowServerPort|Specify the NetflowServerPort parameter.|缺少参数NetflowServerPort|
|400|MissingParam.NetflowVersion|Specify the NetflowVersion parameter.|缺少参数NetflowVersion|
|400|MissingParam.ProjectName|Specify the ProjectName parameter.|缺少参数ProjectName|
|400|MissingParam.SlsRegionId|Specify the SlsRegionId parameter.|缺少参数SlsRegionId|
|400|IllegalParam.ActiveAging|The specified ActiveAging is invalid.|参数ActiveAging不合法|
|400|IllegalParam.InactiveAging|The specified InactiveAging is invalid.|参数InactiveAging不合法|
|400|IllegalParam.NetflowServerIp|The specified NetflowServerIp is invalid.|参数NetflowServerIp不合法|
|400|IllegalParam.NetflowServerPort|The specified NetflowServerPort is invalid.|参数NetflowServerPort不合法|
|400|IllegalParam.NetflowVersion|The specified NetflowVersion is invalid.|参数NetflowVersion不合法|
|400|IllegalParam.OutputType|The specified OutputType is invalid.|参数OutputType不合法|
|400|IllegalParam.RegionId|The specified RegionId is invalid.|参数RegionId不合法|
|400|IllegalParam.SlsRegionId|The specified SlsRegionId is invalid.|参数SlsRegionId不合法|
|400|IllegalParam.Status|The specified Status parameter is invalid.|参数Status不合法|
|403|FeatureNotSupport|The current edition of the smart access gateway does not support this feature.|智能接入网关当前版本不支持该功能特性|
`

func TestCodesAreThePages(t *testing.T) {
	var want []flowlog.Code
	for row := range strings.Lines(strings.TrimSpace(pageRows)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(row), "|"), "|")
		status, err := strconv.Atoi(cells[0])
		if err != nil || len(cells) != 4 {
			t.Fatalf("row %q: %v", row, err)
		}
		want = append(want, flowlog.Code{Code: cells[1], Message: cells[2], HTTPStatus: status})
	}
	got := flowlog.Codes()
	for i := range got {
		if got[i].Description == "" {
			t.Errorf("%s has no description", got[i].Code)
		}
		got[i].Description = ""
	}
	if d := cmp.Diff(want, got); d != "" || len(got) != 23 {
		t.Errorf("%d codes (-page +table):\n%s", len(got), d)
	}
}

func TestLookupCode(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range append(flowlog.Codes(), flowlog.OwnCodes()...) {
		if seen[c.Code] {
			t.Errorf("%s stands twice", c.Code)
		}
		seen[c.Code] = true
		if got, ok := flowlog.LookupCode(c.Code); !ok || got != c {
			t.Errorf("LookupCode(%q) = %+v, %v", c.Code, got, ok)
		}
	}
	for _, unknown := range []string{"", "missingparam.FlowLogId", "IllegalParam"} {
		if got, ok := flowlog.LookupCode(unknown); ok || got != (flowlog.Code{}) {
			t.Errorf("LookupCode(%q) = %+v, %v", unknown, got, ok)
		}
	}
}

func TestCodesAreTheCallers(t *testing.T) {
	for _, codes := range []func() []flowlog.Code{flowlog.Codes, flowlog.OwnCodes} {
		before := codes()[0]
		codes()[0] = flowlog.Code{}
		if codes()[0] != before {
			t.Error("writing to the slice changed the table")
		}
	}
}

// The constants for codes that no parameter of CreateFlowLog brings.
func TestCodesOutsideTheRules(t *testing.T) {
	tests := []struct {
		code   string
		status int
	}{
		{flowlog.DependencyViolationFlowLog, 400},
		{flowlog.IncorrectStatusFlowLog, 400},
		{flowlog.InvalidFlowLogIDNotFound, 400},
		{flowlog.MissingParamFlowLogID, 400},
		{flowlog.OperationFailedAssociateFlowLog, 400},
		{flowlog.OperationUnsupportedAssociateFlowLog, 400},
		{flowlog.QuotaExceededFlowlog, 400},
		{flowlog.IllegalParamStatus, 400},
		{flowlog.FeatureNotSupport, 403},
		{flowlog.InvalidParameter, 400},
		{flowlog.MissingParameter, 400},
		{flowlog.InvalidSmartAGIDNotFound, 404},
	}
	reached := map[string]bool{}
	for _, r := range flowlog.Rules() {
		reached[r.MissingCode], reached[r.IllegalCode] = true, true
	}
	for _, tt := range tests {
		reached[tt.code] = true
		if c, ok := flowlog.LookupCode(tt.code); !ok || c.HTTPStatus != tt.status || c.Message == "" {
			t.Errorf("%s: %+v, %v, want status %d", tt.code, c, ok, tt.status)
		}
	}
	for _, c := range flowlog.Codes() {
		if !reached[c.Code] {
			t.Errorf("neither a rule nor a constant has %s", c.Code)
		}
	}
}
