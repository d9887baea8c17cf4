package flowlogcli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// maxAnswer bounds an answer's body. A page of 50 FlowLogs with the longest names is 60 KB.
const maxAnswer = 4 << 20

// AnswerError says that what answered is no Smartag API, or a broken one.
type AnswerError struct {
	// Endpoint and Action are what was asked, Status the HTTP status, 0 if it does not matter.
	Endpoint, Action string
	Status           int
	Problem          string
}

// Error names them all.
func (e *AnswerError) Error() string {
	status := ""
	if e.Status != 0 {
		status = fmt.Sprintf("status %d: ", e.Status)
	}
	return fmt.Sprintf("%s: answer of %s: %s%s", e.Action, e.Endpoint, status, e.Problem)
}

// guard is what the SDK sends its one request by.
type guard struct {
	ctx  context.Context //nolint:containedctx // the SDK's calls take none
	host string
	next http.RoundTripper
}

// RoundTrip refuses redirects, other hosts, long bodies and bodies that the SDK can't stand.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != g.host {
		return nil, &AnswerError{Problem: "it sends the request to another host"}
	}
	answer, err := g.next.RoundTrip(r.WithContext(g.ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= 300 && answer.StatusCode < 400 {
		return nil, &AnswerError{Status: answer.StatusCode, Problem: "a redirect, which is not followed"}
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if problem := shape(answer.StatusCode, body); problem != "" {
		return nil, &AnswerError{Status: answer.StatusCode, Problem: problem}
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// shape says what is wrong with a body, "" for nothing.
func shape(status int, body []byte) string {
	if len(body) > maxAnswer {
		return fmt.Sprintf("a body of more than %d MiB", maxAnswer>>20)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return "the body is no JSON object"
	}
	good := status >= 200 && status < 300
	for _, name := range []string{"RequestId", "Code", "Message", "HostId", "Recommend"} {
		var text *string
		value, there := fields[name]
		if err := json.Unmarshal(value, &text); there && err != nil {
			return name + " is no string"
		}
		if needed := name == "RequestId" && good || name == "Code" && !good; needed && (text == nil || *text == "") {
			return "there is no " + name
		}
	}
	if detail, there := fields["AccessDeniedDetail"]; there {
		var object map[string]any
		if json.Unmarshal(detail, &object) != nil {
			return "AccessDeniedDetail is no object"
		}
	}
	return ""
}
