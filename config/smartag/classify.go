package smartag

import (
	"net/http"
	"strings"
)

// codeKinds are the codes, common to all RPC APIs, that ask for more than waiting: the first prefix that
// fits decides.
var codeKinds = []struct {
	prefix string
	kind   Kind
}{
	{"Throttling", Throttled},
	{"ServiceUnavailable", Throttled},
	{"InvalidTimeStamp", Clock},
	{"IllegalTimestamp", Clock},
	{"RequestTimeTooSkewed", Clock},
	{"RequestTimeExpired", Clock},
	{"InvalidAccessKeyId", Refused},
	{"InvalidAccessKeySecret", Refused},
	{"SignatureDoesNotMatch", Refused},
	{"IncompleteSignature", Refused},
	{"InvalidSecurityToken", Refused},
	{"MissingSecurityToken", Refused},
	{"Forbidden", Refused},
	{"NoPermission", Refused},
}

// kindOf is the kind of an error that the API answers, by its code, then by the status.
func kindOf(status int, code string) Kind {
	for _, k := range codeKinds {
		if strings.HasPrefix(code, k.prefix) {
			return k.kind
		}
	}
	switch kind := kindOfStatus(status); {
	case kind != Malformed:
		return kind
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return Refused
	default:
		return Rejected
	}
}

// kindOfStatus is the kind of an answer that is no error of the API, such as a proxy's page.
func kindOfStatus(status int) Kind {
	switch {
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		return Throttled
	case status >= http.StatusInternalServerError:
		return Server
	default:
		return Malformed
	}
}
