package endtoend

import (
	"math/rand/v2"
	"strconv"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls"
)

// failings are what Log Service can do wrong: each answer of the table, and what is no answer of its own at all.
// Those that refuse for good come as often as the others, and fill the area of what is set aside.
func failings() []func(*rand.Rand) fault.Rule {
	all := []func(*rand.Rand) fault.Rule{
		simple(fault.CutBefore), simple(fault.CutAfter), simple(fault.CutBody), simple(fault.Redirect), simple(fault.HTMLPage),
		simple(fault.EndlessBody), simple(fault.EmptyBody), simple(fault.EmptyObject), simple(fault.Null), simple(fault.WrongJSON),
		simple(fault.TruncatedJSON), simple(fault.KeyRevoked), simple(fault.KeyExpired), late, late, late, skewed, skewed, huge, noID,
		status("418"), status("429"), status("503"), status("500"), status("413"), unsure, unsure,
	}
	for _, code := range []string{
		"ServerBusy", "InternalServerError", "WriteQuotaExceed", "ShardWriteQuotaExceed", "ProjectQuotaExceed", "RequestTimeTooSkewed",
		"RequestTimeExpired", "Unauthorized", "SignatureNotMatch", "ProjectNotExist", "LogStoreNotExist", "ProjectForbidden", "PostBodyTooLarge",
		"PostBodyInvalid", "PostBodyUncompressError", "InvalidKey", "InvalidTimestamp", "InvalidEncoding", "MissingContentType", "ParameterInvalid",
	} {
		all = append(all, func(r *rand.Rand) fault.Rule {
			return fault.Rule{Kind: sls.KindAnswer, Parameters: fault.Values{"code": code, "retry-after": strconv.Itoa(r.IntN(2))}}
		})
	}
	return all
}

func simple(kind string) func(*rand.Rand) fault.Rule {
	return func(*rand.Rand) fault.Rule { return fault.Rule{Kind: kind} }
}

func status(code string) func(*rand.Rand) fault.Rule {
	return func(*rand.Rand) fault.Rule {
		return fault.Rule{Kind: fault.Status, Parameters: fault.Values{"status": code}}
	}
}

// late is an answer that may come too late, before or after the batch is on disk.
func late(r *rand.Rand) fault.Rule {
	return fault.Rule{Kind: fault.Latency, Parameters: fault.Values{
		"delay": strconv.Itoa(20+r.IntN(400)) + "ms", "jitter": strconv.Itoa(r.IntN(200)) + "ms", "at": pick(r, "before", "after"),
	}}
}

func skewed(r *rand.Rand) fault.Rule {
	return fault.Rule{Kind: fault.ClockSkew, Parameters: fault.Values{"offset": pick(r, "1h", "-1h")}}
}

func huge(*rand.Rand) fault.Rule {
	return fault.Rule{Kind: fault.HugeBody, Parameters: fault.Values{"bytes": "1000000"}}
}

func noID(r *rand.Rand) fault.Rule {
	return fault.Rule{Kind: sls.KindNoRequestID, Parameters: fault.Values{"commit": pick(r, "no", "yes")}}
}

// unsure fails after the batch is on disk.
func unsure(r *rand.Rand) fault.Rule {
	return fault.Rule{Kind: sls.KindAnswer, Parameters: fault.Values{"code": pick(r, "ServerBusy", "InternalServerError"), "commit": "yes"}}
}
