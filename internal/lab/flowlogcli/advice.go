package flowlogcli

import (
	"errors"
	"net"
	"strings"
	"unicode"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Advice says what to do next about an error, "" where nothing more is known than the error says.
func Advice(err error) string {
	refused, network, answer, keys := (*Error)(nil), (*NetworkError)(nil), (*AnswerError)(nil), (*CredentialsError)(nil)
	switch {
	case errors.As(err, &refused):
		return adviceForRefusal(refused)
	case errors.As(err, &network):
		return adviceForNetwork(network)
	case errors.As(err, &answer):
		return "is this the endpoint of a Smartag API?"
	case errors.As(err, &keys):
		return "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or give --credentials the file that `sagflow-lab api` names when it starts"
	}
	return ""
}

// adviceForRefusal says what to give instead, where the rules know it, or what the code calls for.
func adviceForRefusal(e *Error) string {
	if e.want != nil {
		return "give " + Flag(e.want.Parameter) + " " + e.want.Want
	}
	switch e.Code {
	case "MissingParam.FlowLogId":
		return "give --flow-log-id; `sagflow-lab flowlog list` shows the ids"
	case "MissingParameter":
		if _, given := e.asked["SmartAGId"]; !given {
			return "give --smart-ag-id; `sagflow-lab flowlog sags` shows the ids"
		}
	case "IllegalParam.Status":
		return "give --status Active or Inactive"
	}
	return adviceForState(e)
}

// faultOf finds the parameter that a code is about: the rule table holds for the API, too.
func faultOf(code string, p flowlog.Parameters) *flowlog.Fault {
	for _, rule := range flowlog.Rules() {
		fault := rule.Missing()
		if value, given := p[rule.Name]; given {
			fault = rule.Check(value)
		}
		if fault != nil && fault.Code == code {
			return fault
		}
	}
	return nil
}

// adviceForNetwork tells a call that never arrived from one of which that is unknown.
func adviceForNetwork(e *NetworkError) string {
	if dial := (*net.OpError)(nil); errors.As(e.Err, &dial) && dial.Op == "dial" {
		return "is the API running there? `sagflow-lab api` starts one of the lab"
	}
	if strings.HasPrefix(e.Action, "Describe") {
		return "try again in a moment"
	}
	return "the API may have carried it out: look with `sagflow-lab flowlog list` before you try again"
}

// adviceForState knows those that depend on what the API holds or on who asks.
func adviceForState(e *Error) string {
	flowLog, gateway := orPlaceholder(e.asked["FlowLogId"]), orPlaceholder(e.asked["SmartAGId"])
	switch e.Code {
	case "DependencyViolation.FlowLog":
		return "`sagflow-lab flowlog sags --flow-log-id " + flowLog + "` shows the devices it is bound to; disassociate them first"
	case "IncorrectStatus.FlowLog":
		return "`sagflow-lab flowlog show --flow-log-id " + flowLog + "` shows its Status; there may be nothing to do"
	case "InvalidFlowLogId.NotFound":
		return "`sagflow-lab flowlog list` shows the ids of this region; --region asks another"
	case "InvalidSmartAGId.NotFound":
		return "`sagflow-lab flowlog sags` shows the devices of this region; --region asks another"
	case "OperationFailed.AssociateFlowLog":
		return "`sagflow-lab flowlog sags --smart-ag-id " + gateway + "` shows the other one; disassociate it first"
	case "OperationUnsupported.AssociateFlowLog":
		return "flow logs need model sag-1000 with version 1.7.0 or later; `sagflow-lab flowlog sags` shows both"
	case "FeatureNotSupport":
		return "the device's edition has no flow logs; `sagflow-lab flowlog sags --unbound` shows other devices"
	case "QuotaExceeded.Flowlog":
		return "delete one that is not needed; `sagflow-lab api` takes a larger --quota"
	}
	return adviceForCaller(e.Code)
}

// orPlaceholder is what stands for an id that is not known.
func orPlaceholder(id string) string {
	if id == "" {
		return "ID"
	}
	return printable(id)
}

// adviceForCaller knows those that depend on who asks, and when.
func adviceForCaller(code string) string {
	switch code {
	case "InvalidAccessKeyId.NotFound", "SignatureDoesNotMatch":
		return "the API knows other credentials; the first line that `sagflow-lab api` prints names its file"
	case "InvalidAccessKeyId.Inactive":
		return "use another access key"
	case "InvalidTimeStamp.Expired":
		return "this machine's clock and the API's differ by more than 15 minutes; set it right"
	case "InvalidSecurityToken.Expired", "InvalidSecurityToken.Malformed", "InvalidSecurityToken.MismatchWithAccessKey":
		return "get new temporary credentials"
	case "Throttling", "Throttling.User", "ServiceUnavailable", "InternalError":
		return "try again in a moment"
	case "InvalidAction.NotFound", "InvalidVersion":
		return "is this the endpoint of a Smartag API, version 2018-03-13?"
	}
	return ""
}

// Flag returns the flag of a parameter: --netflow-server-ip for NetflowServerIp.
func Flag(parameter string) string {
	switch parameter {
	case "SmartAGId":
		return "--smart-ag-id"
	case "RegionId":
		return "--region"
	}
	var b strings.Builder
	b.WriteString("-")
	for _, r := range parameter {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
