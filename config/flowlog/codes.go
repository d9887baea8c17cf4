package flowlog

import (
	"net/http"
	"slices"
)

const (
	badRequest = http.StatusBadRequest
	forbidden  = http.StatusForbidden
	notFound   = http.StatusNotFound
)

// The codes that are answered for something else than a parameter of CreateFlowLog.
const (
	DependencyViolationFlowLog           = "DependencyViolation.FlowLog"
	IncorrectStatusFlowLog               = "IncorrectStatus.FlowLog"
	InvalidFlowLogIDNotFound             = "InvalidFlowLogId.NotFound"
	MissingParamFlowLogID                = "MissingParam.FlowLogId"
	OperationFailedAssociateFlowLog      = "OperationFailed.AssociateFlowLog"
	OperationUnsupportedAssociateFlowLog = "OperationUnsupported.AssociateFlowLog"
	QuotaExceededFlowlog                 = "QuotaExceeded.Flowlog"
	IllegalParamStatus                   = "IllegalParam.Status"
	FeatureNotSupport                    = "FeatureNotSupport"
)

// The codes of our own: the page has none for these cases.
const (
	InvalidParameter         = "InvalidParameter"
	MissingParameter         = "MissingParameter"
	InvalidSmartAGIDNotFound = "InvalidSmartAGId.NotFound"
)

// Code is one error code of the API. Code and Message are the page's, to the letter.
type Code struct {
	Code, Message string
	HTTPStatus    int
	// Description says in one line when it is answered.
	Description string
}

// Codes returns the 23 error codes of the reference page in its order. The slice is the caller's.
func Codes() []Code { return slices.Clone(pageCodes[:]) }

// OwnCodes returns the codes that the page lacks and our reading needs. The slice is the caller's.
func OwnCodes() []Code { return slices.Clone(ownCodes[:]) }

// LookupCode finds a code of Codes or OwnCodes by its exact name.
func LookupCode(code string) (Code, bool) {
	for _, table := range [][]Code{pageCodes[:], ownCodes[:]} {
		for _, c := range table {
			if c.Code == code {
				return c, true
			}
		}
	}
	return Code{}, false
}

var pageCodes = [...]Code{
	{DependencyViolationFlowLog, "This FlowLog instance is bound to an SAG instance.", badRequest, "DeleteFlowLog of a FlowLog that is bound to a device."},
	{IncorrectStatusFlowLog, "The current FlowLog instance status does not support this operation.", badRequest, "ActiveFlowLog of an Active one, DeactiveFlowLog of an Inactive one."},
	{InvalidFlowLogIDNotFound, "The specified FlowLogId does not exist.", badRequest, "The region has no FlowLog of this FlowLogId."},
	{MissingParamFlowLogID, "Specify the FlowLogId parameter.", badRequest, "FlowLogId is absent or empty where the action needs it."},
	{OperationFailedAssociateFlowLog, "The operation failed. The specified SAG instance has already been associated with another FlowLog instance.", badRequest, "AssociateFlowLog of a device that another FlowLog is bound to."},
	{OperationUnsupportedAssociateFlowLog, "You cannot bind the SAG device of the current version or model to a FlowLog instance.", badRequest, "AssociateFlowLog of a device that is not a sag-1000, or whose version is below 1.7.0."},
	{QuotaExceededFlowlog, "The maximum number of FlowLog instances is exceeded.", badRequest, "CreateFlowLog with as many FlowLogs as the quota allows."},
	{"MissingParam.LogstoreName", "Specify the LogstoreName parameter.", badRequest, "LogstoreName is empty, or absent where the OutputType needs it."},
	{"MissingParam.NetflowServerIp", "Specify the NetflowServerIp parameter.", badRequest, "NetflowServerIp is empty, or absent where the OutputType needs it."},
	{"MissingParam.NetflowServerPort", "Specify the NetflowServerPort parameter.", badRequest, "NetflowServerPort is empty."},
	{"MissingParam.NetflowVersion", "Specify the NetflowVersion parameter.", badRequest, "NetflowVersion is empty."},
	{"MissingParam.ProjectName", "Specify the ProjectName parameter.", badRequest, "ProjectName is empty, or absent where the OutputType needs it."},
	{"MissingParam.SlsRegionId", "Specify the SlsRegionId parameter.", badRequest, "SlsRegionId is empty, or absent where the OutputType needs it."},
	{"IllegalParam.ActiveAging", "The specified ActiveAging is invalid.", badRequest, "ActiveAging is empty, no plain decimal, or out of its range."},
	{"IllegalParam.InactiveAging", "The specified InactiveAging is invalid.", badRequest, "InactiveAging is empty, no plain decimal, or out of its range."},
	{"IllegalParam.NetflowServerIp", "The specified NetflowServerIp is invalid.", badRequest, "NetflowServerIp is not the address of one server."},
	{"IllegalParam.NetflowServerPort", "The specified NetflowServerPort is invalid.", badRequest, "NetflowServerPort is no plain decimal, or out of its range."},
	{"IllegalParam.NetflowVersion", "The specified NetflowVersion is invalid.", badRequest, "NetflowVersion is none of its values."},
	{"IllegalParam.OutputType", "The specified OutputType is invalid.", badRequest, "OutputType is absent, empty, or none of its values."},
	{"IllegalParam.RegionId", "The specified RegionId is invalid.", badRequest, "RegionId is absent, empty, or no region that Smartag serves."},
	{"IllegalParam.SlsRegionId", "The specified SlsRegionId is invalid.", badRequest, "SlsRegionId is no public region of Log Service."},
	{IllegalParamStatus, "The specified Status parameter is invalid.", badRequest, "DescribeFlowLogs with a Status that is neither Active nor Inactive."},
	{FeatureNotSupport, "The current edition of the smart access gateway does not support this feature.", forbidden, "AssociateFlowLog of a device whose edition lacks flow logs."},
}

var ownCodes = [...]Code{
	{InvalidParameter, "The specified parameter is invalid.", badRequest, "Name, Description, ProjectName, LogstoreName, ResourceGroupId, PageNumber or PageSize is illegal."},
	{MissingParameter, "A required parameter is missing.", badRequest, "SmartAGId, or a common parameter, is absent or empty."},
	{InvalidSmartAGIDNotFound, "The specified SmartAGId does not exist.", notFound, "The region has no device of this SmartAGId."},
}
