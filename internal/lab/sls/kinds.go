package sls

import (
	"net/http"
	"slices"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// The service's own kinds of faults.
const (
	// KindAnswer is an answer of the service's table of errors.
	KindAnswer = "answer"
	// KindNoRequestID is 200 without x-log-requestid, as from something that is not the service.
	KindNoRequestID = "no-request-id"
)

// Kinds returns the kinds of faults that the Log Service knows: those of all servers that make sense here,
// and its own. The slice is the caller's.
func Kinds() []fault.Kind {
	kinds := slices.DeleteFunc(fault.Common(), func(k fault.Kind) bool {
		return k.Name == fault.OtherDevice || k.Name == fault.OldData || k.Name == fault.Throttling
	})
	for _, k := range kinds {
		for i := range k.Parameters {
			if k.Name == fault.Status && k.Parameters[i].Name == "code" {
				k.Parameters[i].Text = "the error code; by default InternalServerError for 500, else ServerBusy"
			}
		}
	}
	commit := fault.Parameter{
		Name: "commit", Type: fault.Choice, Default: "no", Choices: []string{"no", "yes"},
		Text: "whether the action is carried out all the same",
	}
	codes := make([]string, 0, len(answers()))
	for _, a := range answers() {
		codes = append(codes, a.code)
	}
	return append(kinds,
		fault.Kind{
			Name: KindAnswer, Group: fault.Outcome, Text: "One of the service's error answers.",
			Parameters: []fault.Parameter{
				{Name: "code", Type: fault.Choice, Default: codes[0], Choices: codes, Text: "the error code; the status is its own"},
				{Name: "message", Type: fault.Text, Text: "the error message; by default the code's own"},
				{Name: "retry-after", Type: fault.Integer, Default: "0", Min: "0", Max: "86400", Text: "seconds in a Retry-After header; 0 is none"},
				commit,
			},
		},
		fault.Kind{
			Name: KindNoRequestID, Group: fault.Outcome, Text: "200 with an empty body and without x-log-requestid.",
			Parameters: []fault.Parameter{commit},
		})
}

// tableRow is one error that can be asked for.
type tableRow struct {
	code    string
	status  int
	message string
}

// answers are the rows of the table of answers that devices must know.
func answers() []tableRow {
	const bad, unauthorized, forbidden, absent = http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound
	return []tableRow{
		{"ServerBusy", http.StatusServiceUnavailable, "The server is busy, please try again later."},
		{"InternalServerError", http.StatusInternalServerError, "Internal server error message."},
		{"WriteQuotaExceed", forbidden, "Write quota is exceeded."},
		{"ShardWriteQuotaExceed", forbidden, "Shard write quota is exceeded."},
		{"ProjectQuotaExceed", forbidden, "Project quota is exceeded."},
		{"ReadQuotaExceed", forbidden, "Read quota is exceeded."},
		{"ShardReadQuotaExceed", forbidden, "Shard read quota is exceeded."},
		{"RequestTimeTooSkewed", bad, "Request time exceeds server time more than 15 minutes."},
		{"RequestTimeExpired", bad, "Request time has been expired while server time is another."},
		{"Unauthorized", unauthorized, "The AccessKeyId is unauthorized."},
		{"SignatureNotMatch", unauthorized, "Signature not matched."},
		{"ProjectNotExist", absent, "Project does not exist."},
		{"LogStoreNotExist", absent, "Logstore does not exist."},
		{"ProjectForbidden", forbidden, "The project is forbidden."},
		{"PostBodyTooLarge", bad, "The body is too large."},
		{"PostBodyInvalid", bad, "The body can not be parsed."},
		{"PostBodyUncompressError", bad, "Failed to decompress logs."},
		{"InvalidKey", bad, "Invalid keys are in logs."},
		{"InvalidTimestamp", bad, "Invalid timestamps are in logs."},
		{"InvalidEncoding", bad, "Non-UTF8 characters are in logs."},
		{"MissingContentType", bad, "Content-Type does not exist in http header when body is not empty."},
		{"MissingBodyRawSize", bad, "x-log-bodyrawsize does not exist in header when it is necessary."},
		{"MissingDate", bad, "Date does not exist in http header."},
		{"ParameterInvalid", bad, "A parameter is invalid."},
	}
}
