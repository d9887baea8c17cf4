package flowlogcli

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Every code of the API's page, and the common ones, have something to do next.
func TestEveryCodeHasAdvice(t *testing.T) {
	codes := []string{
		"InvalidSmartAGId.NotFound", "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive", "SignatureDoesNotMatch",
		"InvalidTimeStamp.Expired", "InvalidSecurityToken.Expired", "Throttling.User", "ServiceUnavailable", "InvalidAction.NotFound",
		"MissingParameter",
	}
	for _, c := range flowlog.Codes() {
		codes = append(codes, c.Code)
	}
	for _, code := range codes {
		p := flowlog.Parameters{"RegionId": "mars", "OutputType": "paper", "ActiveAging": "1", "InactiveAging": "1"}
		if parameter, illegal := strings.CutPrefix(code, "IllegalParam."); illegal {
			p[parameter] = "!"
		}
		_, err := client(t, always(http.StatusBadRequest, fmt.Sprintf(`{"RequestId":"R","Code":%q,"Message":"m"}`, code))).Create(t.Context(), p)
		if Advice(err) == "" {
			t.Errorf("%s: no advice", code)
		}
	}
}

func TestAdvice(t *testing.T) {
	refuse := func(code string, p flowlog.Parameters) error {
		_, err := client(t, always(http.StatusBadRequest, fmt.Sprintf(`{"RequestId":"R","Code":%q,"Message":"m"}`, code))).Create(t.Context(), p)
		return err
	}
	for _, test := range []struct {
		err  error
		want string
	}{
		{refuse("IllegalParam.ActiveAging", flowlog.Parameters{"ActiveAging": "10"}), "give --active-aging a whole number of seconds from 60 to 6000"},
		{refuse("MissingParam.NetflowServerIp", flowlog.Parameters{}), "give --netflow-server-ip the IPv4 or IPv6 address"},
		{refuse("IllegalParam.SlsRegionId", flowlog.Parameters{"SlsRegionId": "cn-hanghzou"}), "give --sls-region-id cn-hangzhou, the nearest of"},
		{refuse("InvalidParameter", flowlog.Parameters{"Name": strings.Repeat("x", 200)}), "give --name at most 128 characters"},
		{refuse("IllegalParam.RegionId", flowlog.Parameters{"RegionId": "mars"}), "give --region cn-shanghai"},
		{refuse("DependencyViolation.FlowLog", flowlog.Parameters{"FlowLogId": "fl-1"}), "`sagflow-lab flowlog sags --flow-log-id fl-1`"},
		{refuse("OperationFailed.AssociateFlowLog", flowlog.Parameters{}), "`sagflow-lab flowlog sags --smart-ag-id ID`"},
		{refuse("MissingParameter", flowlog.Parameters{}), "give --smart-ag-id"},
		{refuse("MissingParameter", flowlog.Parameters{"SmartAGId": "x"}), ""},
		{refuse("Unheard.Of", nil), ""},
		{&NetworkError{Err: &net.OpError{Op: "dial", Err: errNetwork}}, "is the API running there?"},
		{&NetworkError{Err: errNetwork}, "the API may have carried it out"},
		{&AnswerError{}, "is this the endpoint of a Smartag API?"},
		{&CredentialsError{Err: errNetwork}, "set ALIBABA_CLOUD_ACCESS_KEY_ID"},
		{errors.New("another"), ""},
	} {
		if got := Advice(test.err); !strings.HasPrefix(got, test.want) || (test.want == "") != (got == "") {
			t.Errorf("advice for %v\n got %s\nwant %s", test.err, got, test.want)
		}
	}
}

func TestFlags(t *testing.T) {
	for parameter, want := range map[string]string{
		"Name": "--name", "NetflowServerIp": "--netflow-server-ip", "SlsRegionId": "--sls-region-id", "FlowLogId": "--flow-log-id",
		"SmartAGId": "--smart-ag-id", "RegionId": "--region",
	} {
		if got := Flag(parameter); got != want {
			t.Errorf("Flag(%s) = %s, want %s", parameter, got, want)
		}
	}
}
