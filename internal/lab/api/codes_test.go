package api

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// testQuota is the quota of the tests that reach it.
const testQuota = 4

// way is one way to reach a code.
type way struct {
	code, action string
	// how says it in words: docs/api-conformance.md prints it.
	how string
	// before prepares, and returns the parameters; nil is none. send calls actions that must succeed.
	before func(s sender) values
}

// sender carries out calls that must succeed: the Handler's bench, or the SDK.
type sender interface {
	create(values) string
	bind(flowLog, gateway string)
	run(action string, v values)
}

func given(v values) func(sender) values { return func(sender) values { return v } }

func (b *bench) bind(flowLog, gateway string) {
	b.tb.Helper()
	b.do("AssociateFlowLog", values{"FlowLogId": flowLog, "SmartAGId": gateway})
}

func (b *bench) run(action string, v values) { b.tb.Helper(); b.do(action, v) }

// ways are the ways to reach each of the page's codes, and our own.
func ways() []way {
	return []way{
		{"DependencyViolation.FlowLog", "DeleteFlowLog", "the FlowLog is bound to a gateway", func(s sender) values {
			id := s.create(netflowLog())
			s.bind(id, gateway1)
			return values{"FlowLogId": id}
		}},
		{"IncorrectStatus.FlowLog", "ActiveFlowLog", "the FlowLog is Active already", func(s sender) values {
			return values{"FlowLogId": s.create(netflowLog())}
		}},
		{"IncorrectStatus.FlowLog", "DeactiveFlowLog", "the FlowLog is Inactive already", func(s sender) values {
			id := s.create(netflowLog())
			s.run("DeactiveFlowLog", values{"FlowLogId": id})
			return values{"FlowLogId": id}
		}},
		{"InvalidFlowLogId.NotFound", "DeleteFlowLog", "no FlowLog has the id", given(values{"FlowLogId": unknownLog})},
		{"InvalidFlowLogId.NotFound", "ModifyFlowLogAttribute", "the FlowLog lives in another region", func(s sender) values {
			return values{"FlowLogId": s.create(netflowLog("RegionId", "eu-central-1"))}
		}},
		{"MissingParam.FlowLogId", "ActiveFlowLog", "FlowLogId is absent", given(nil)},
		{"MissingParam.FlowLogId", "DescribeFlowLogs", "FlowLogId is empty", given(values{"FlowLogId": ""})},
		{"OperationFailed.AssociateFlowLog", "AssociateFlowLog", "the gateway is bound to another FlowLog", func(s sender) values {
			s.bind(s.create(netflowLog()), gateway1)
			return values{"FlowLogId": s.create(slsLog()), "SmartAGId": gateway1}
		}},
		{"OperationUnsupported.AssociateFlowLog", "AssociateFlowLog", "the gateway's model is not sag-1000", func(s sender) values {
			return values{"FlowLogId": s.create(netflowLog()), "SmartAGId": wrongModel}
		}},
		{"OperationUnsupported.AssociateFlowLog", "AssociateFlowLog", "the gateway's version is below 1.7.0", func(s sender) values {
			return values{"FlowLogId": s.create(netflowLog()), "SmartAGId": oldVersion}
		}},
		{"QuotaExceeded.Flowlog", "CreateFlowLog", "there are as many FlowLogs as the quota allows", func(s sender) values {
			for range testQuota {
				s.create(netflowLog())
			}
			return netflowLog()
		}},
		{"MissingParam.LogstoreName", "CreateFlowLog", "LogstoreName is absent with OutputType sls or all", given(slsLog("LogstoreName", absent))},
		{"MissingParam.NetflowServerIp", "CreateFlowLog", "NetflowServerIp is absent with OutputType netflow or all", given(netflowLog("NetflowServerIp", absent))},
		{"MissingParam.NetflowServerPort", "CreateFlowLog", "NetflowServerPort is empty", given(netflowLog("NetflowServerPort", ""))},
		{"MissingParam.NetflowVersion", "CreateFlowLog", "NetflowVersion is empty", given(netflowLog("NetflowVersion", ""))},
		{"MissingParam.ProjectName", "CreateFlowLog", "ProjectName is absent with OutputType sls or all", given(slsLog("ProjectName", absent))},
		{"MissingParam.ProjectName", "ModifyFlowLogAttribute", "OutputType becomes all, and there is no ProjectName yet", func(s sender) values {
			id := s.create(netflowLog())
			return values{"FlowLogId": id, "OutputType": "all", "SlsRegionId": "cn-hangzhou", "LogstoreName": "logs"}
		}},
		{"MissingParam.SlsRegionId", "CreateFlowLog", "SlsRegionId is absent with OutputType sls or all", given(slsLog("SlsRegionId", absent))},
		{"IllegalParam.ActiveAging", "CreateFlowLog", "ActiveAging is 59", given(netflowLog("ActiveAging", "59"))},
		{"IllegalParam.InactiveAging", "CreateFlowLog", "InactiveAging is 601", given(netflowLog("InactiveAging", "601"))},
		{"IllegalParam.NetflowServerIp", "CreateFlowLog", "NetflowServerIp is 192.0.2.256", given(netflowLog("NetflowServerIp", "192.0.2.256"))},
		{"IllegalParam.NetflowServerPort", "CreateFlowLog", "NetflowServerPort is 65536", given(netflowLog("NetflowServerPort", "65536"))},
		{"IllegalParam.NetflowVersion", "CreateFlowLog", "NetflowVersion is v9", given(netflowLog("NetflowVersion", "v9"))},
		{"IllegalParam.OutputType", "CreateFlowLog", "OutputType is absent", given(netflowLog("OutputType", absent))},
		{"IllegalParam.OutputType", "DescribeFlowLogs", "OutputType is NetFlow", given(values{"OutputType": "NetFlow"})},
		{"IllegalParam.RegionId", "DescribeFlowLogs", "RegionId is mars-1", given(values{"RegionId": "mars-1"})},
		{"IllegalParam.RegionId", "CreateFlowLog", "RegionId is empty", given(netflowLog("RegionId", ""))},
		{"IllegalParam.SlsRegionId", "CreateFlowLog", "SlsRegionId is cn-hanghzou", given(slsLog("SlsRegionId", "cn-hanghzou"))},
		{"IllegalParam.Status", "DescribeFlowLogs", "Status is active", given(values{"Status": "active"})},
		{"FeatureNotSupport", "AssociateFlowLog", "the gateway's edition is basic", func(s sender) values {
			return values{"FlowLogId": s.create(netflowLog()), "SmartAGId": basicEdition}
		}},
		{"InvalidParameter", "DescribeFlowLogs", "PageSize is 51", given(values{"PageSize": "51"})},
		{"InvalidParameter", "DescribeSmartAccessGateways", "PageNumber is 0", given(values{"PageNumber": "0"})},
		{"InvalidParameter", "DescribeSmartAccessGateways", "VersionComparator is given", given(values{"VersionComparator": "gt"})},
		{"InvalidParameter", "CreateFlowLog", "ProjectName has capitals", given(slsLog("ProjectName", "Sag"))},
		{"MissingParameter", "AssociateFlowLog", "SmartAGId is absent", func(s sender) values {
			return values{"FlowLogId": s.create(netflowLog())}
		}},
		{"InvalidSmartAGId.NotFound", "DescribeSmartAccessGatewayAttribute", "no gateway of the inventory has the id", given(values{"SmartAGId": unknownDevice})},
		{"InvalidSmartAGId.NotFound", "AssociateFlowLog", "the gateway is in another region", func(s sender) values {
			return values{"FlowLogId": s.create(netflowLog()), "SmartAGId": otherRegion}
		}},
	}
}

// TestEveryCode reaches each code with the page's message and status, through the Handler.
func TestEveryCode(t *testing.T) {
	reached := map[string]bool{}
	for _, w := range ways() {
		t.Run(fmt.Sprintf("%s %s", w.code, w.action), func(t *testing.T) {
			b := newBench(t, testQuota)
			_, err := b.try(w.action, w.before(b))
			refused := (*rpc.Error)(nil)
			if !errors.As(err, &refused) {
				t.Fatalf("answer %v", err)
			}
			checkCode(t, w.code, refused.Code, refused.Message, refused.Status)
			reached[refused.Code] = true
		})
	}
	for _, c := range slices.Concat(flowlog.Codes(), flowlog.OwnCodes()) {
		if !reached[c.Code] {
			t.Errorf("%s was not reached", c.Code)
		}
	}
}

// checkCode compares with the page: its messages are whole, our own ones begin so.
func checkCode(t *testing.T, want, code, message string, status int) {
	t.Helper()
	c, ok := flowlog.LookupCode(want)
	if !ok {
		t.Fatalf("%s is no code", want)
	}
	if own(code) && len(message) > len(c.Message) {
		message = message[:len(c.Message)]
	}
	if diff := cmp.Diff([]any{c.Code, c.Message, c.HTTPStatus}, []any{code, message, status}); diff != "" {
		t.Errorf("code, message, status (-want +got):\n%s", diff)
	}
}

// TestEveryCodeBySDK is the same with the official SDK.
func TestEveryCodeBySDK(t *testing.T) {
	for _, w := range ways() {
		t.Run(fmt.Sprintf("%s %s", w.code, w.action), func(t *testing.T) {
			l := start(t, Options{Quota: testQuota})
			err := l.call(w.action, w.before(l), nil)
			refused := serverError(t, err)
			checkCode(t, w.code, refused.ErrorCode(), refused.Message(), refused.HttpStatus())
			if len(refused.RequestId()) != len("650CB9E8-20F3-4538-A4FC-1DA1B36E42D9") {
				t.Errorf("RequestId %q", refused.RequestId())
			}
		})
	}
}

// call sends an action as a request of the SDK without a type of its own, so that any value can be sent.
func (l *lab) call(action string, v values, into responses.AcsResponse) error {
	request := &requests.RpcRequest{}
	request.InitWithApiInfo(Product, Version, action, "smartag", "openAPI")
	request.Method = requests.POST
	if into == nil {
		into = responses.NewCommonResponse()
	}
	return l.send(request, into, v)
}

func (l *lab) create(v values) string {
	l.tb.Helper()
	var into struct {
		*responses.BaseResponse
		FlowLogId string `json:"FlowLogId"`
	}
	into.BaseResponse = &responses.BaseResponse{}
	must(l.tb, l.call("CreateFlowLog", v, &into))
	return into.FlowLogId
}

func (l *lab) bind(flowLog, gateway string) {
	l.tb.Helper()
	l.run("AssociateFlowLog", values{"FlowLogId": flowLog, "SmartAGId": gateway})
}

func (l *lab) run(action string, v values) { l.tb.Helper(); must(l.tb, l.call(action, v, nil)) }
