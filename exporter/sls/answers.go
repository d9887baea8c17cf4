package sls

import "strings"

// row is a row of the table of answers.
type row struct {
	codes  []string // a name that ends in * stands for all that begin so
	action Action
	hint   string
}

// answers are Log Service's codes (public documentation, "Common error codes" and PutLogs) by what the
// device does.
var answers = [...]row{
	{[]string{"ServerBusy", "InternalServerError"}, Retry, hintRetry},
	{
		[]string{"WriteQuotaExceed", "ShardWriteQuotaExceed", "ProjectQuotaExceed"},
		RetrySlowly, "raise the project's write quota, or split the logstore's shards",
	},
	{[]string{"RequestTimeTooSkewed", "RequestTimeExpired"}, AdjustClock, "set this device's clock, for instance by NTP; requests are signed by the service's meanwhile"},
	{[]string{"Unauthorized", "SignatureNotMatch", "SecurityToken*", "InvalidSecurityToken*", "InvalidAccessKeyId*"}, Reauthorize, hintKey},
	{[]string{"ProjectNotExist"}, Wait, "create the project in that region, or correct the FlowLog's ProjectName and SlsRegionId"},
	{[]string{"LogStoreNotExist"}, Wait, "create the logstore in that project, or correct the FlowLog's LogstoreName"},
	{[]string{"ProjectForbidden"}, Wait, "have the project unlocked: its account may be in arrears, or the project is disabled"},
	{[]string{"PostBodyTooLarge"}, Split, hintSplit},
	{
		[]string{"PostBodyInvalid", "PostBodyUncompressError", "InvalidKey", "InvalidTimestamp", "InvalidEncoding", "Missing*"},
		SetAside, hintAside,
	},
}

const (
	hintRetry = "none needed: it is tried again"
	hintSplit = "none needed: the batch is sent in parts"
	hintNet   = "check the network, the endpoint's name and any proxy or login page on the way"
	hintKey   = "correct the access key in the credentials' file: its id and secret, its token's age, and that its user may write to this logstore (log:PostLogStoreLogs)"
	hintAside = "look at the batch with sagflow spool show, and send it again with sagflow spool retry"
	hintOther = "see what the service says; the batch is set aside after some attempts"
	hintDisk  = "see to the disk of the state directory"
	hintWhere = "correct the FlowLog's region, project and logstore, or the endpoint in the configuration"
)

func rowOf(code string) *row {
	for i := range answers {
		for _, c := range answers[i].codes {
			if stem, open := strings.CutSuffix(c, "*"); c == code || open && strings.HasPrefix(code, stem) {
				return &answers[i]
			}
		}
	}
	return nil
}
