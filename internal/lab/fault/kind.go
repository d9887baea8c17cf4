package fault

// Group is a set of kinds of which a call takes at most one.
type Group string

// The groups of the common kinds. A server may have more of its own.
const (
	// Delay holds a call up.
	Delay Group = "delay"
	// Clock is the server's own time.
	Clock Group = "clock"
	// Key changes what the server knows of the caller's key.
	Key Group = "key"
	// Outcome replaces or spoils the answer.
	Outcome Group = "outcome"
)

// Kind is a way to fail.
type Kind struct {
	// Name is what rules call it, such as cut-body.
	Name  string `json:"name"`
	Group Group  `json:"group"`
	// Before says that the action is not carried out.
	Before bool `json:"before"`
	// Text says what happens, in one sentence.
	Text string `json:"text"`
	// Parameters are what a rule may set.
	Parameters []Parameter `json:"parameters,omitempty"`
	// Open lets a rule set parameters of any other name too, as text.
	Open bool `json:"open,omitempty"`
}

// The names of the common kinds.
const (
	Latency       = "latency"
	Status        = "status"
	Throttling    = "throttling"
	CutBefore     = "cut-before"
	CutAfter      = "cut-after"
	CutBody       = "cut-body"
	WrongJSON     = "wrong-json"
	TruncatedJSON = "truncated-json"
	EmptyBody     = "empty-body"
	EmptyObject   = "empty-object"
	Null          = "null"
	OldData       = "old-data"
	OtherDevice   = "other-device"
	Redirect      = "redirect"
	ClockSkew     = "clock-skew"
	KeyRevoked    = "key-revoked"
	KeyExpired    = "key-expired"
	HugeBody      = "huge-body"
	EndlessBody   = "endless-body"
	HTMLPage      = "html-page"
)

// Common returns the kinds that every server of the lab knows, in the order of the documentation.
// The slice is the caller's.
func Common() []Kind {
	answered := whole("status", 200, 200, 599, "the HTTP status of the answer")
	return []Kind{
		{Name: Latency, Group: Delay, Text: "The call is held up.", Parameters: []Parameter{
			duration("delay", "1s", "0s", "10m", "how long"),
			duration("jitter", "0s", "0s", "10m", "up to how much longer, drawn from the seed"),
			choice("at", "before", "whether before or after the action is carried out", "before", "after"),
		}},
		{Name: Status, Group: Outcome, Before: true, Text: "An error answer of this status.", Parameters: []Parameter{
			whole("status", 503, 400, 599, "the HTTP status"),
			text("code", "", "the error code; by default InternalError for 500, else ServiceUnavailable"),
			text("message", "", "the error message; by default the code's own"),
			whole("retry-after", 0, 0, 86400, "seconds in a Retry-After header; 0 is none"),
		}},
		{Name: Throttling, Group: Outcome, Before: true, Text: "The caller is throttled.", Parameters: []Parameter{
			whole("retry-after", 0, 0, 86400, "seconds in a Retry-After header; 0 is none"),
		}},
		{Name: CutBefore, Group: Outcome, Before: true, Text: "The connection is closed, and nothing was done."},
		{Name: CutAfter, Group: Outcome, Text: "The action is carried out, and the connection closed without an answer."},
		{Name: CutBody, Group: Outcome, Text: "The connection is closed in the middle of the answer's body.", Parameters: []Parameter{
			whole("percent", 50, 0, 99, "how much of the body is sent"),
		}},
		{Name: WrongJSON, Group: Outcome, Text: "The answer is JSON of a wrong shape.", Parameters: []Parameter{
			text("body", `{"RequestId":1}`, "what is sent, such as {\"Code\":500}"), answered,
		}},
		{Name: TruncatedJSON, Group: Outcome, Text: "The answer ends early, with a length that agrees.", Parameters: []Parameter{
			whole("percent", 50, 0, 99, "how much of the body is sent"),
		}},
		{Name: EmptyBody, Group: Outcome, Text: "The answer has no body.", Parameters: []Parameter{answered}},
		{Name: EmptyObject, Group: Outcome, Text: "The answer is {}.", Parameters: []Parameter{answered}},
		{Name: Null, Group: Outcome, Text: "The answer is null.", Parameters: []Parameter{answered}},
		{Name: OldData, Group: Outcome, Text: "An earlier, different answer to the same question is given again.", Parameters: []Parameter{
			whole("back", 1, 1, 8, "how many different answers back"),
		}},
		{Name: OtherDevice, Group: Outcome, Open: true, Text: "The answer is another device's: the request's parameters named here are replaced before " +
			"the action; with none named, the SmartAGId and FlowLogId asked for are replaced in the answer."},
		{Name: Redirect, Group: Outcome, Before: true, Text: "A redirect to another place.", Parameters: []Parameter{
			whole("status", 307, 301, 308, "the HTTP status"),
			text("location", "http://127.0.0.1:9/", "where to"),
		}},
		{Name: ClockSkew, Group: Clock, Text: "The server's clock is off: signatures are refused for time, and Date shows it.", Parameters: []Parameter{
			duration("offset", "1h", "-87600h", "87600h", "by how much; negative is behind"),
		}},
		{Name: KeyRevoked, Group: Key, Text: "The caller's key was taken away."},
		{Name: KeyExpired, Group: Key, Text: "The caller's key or token has ended."},
		{Name: HugeBody, Group: Outcome, Text: "The answer is one valid JSON object of this size.", Parameters: []Parameter{
			whole("bytes", 100<<20, 64, 1<<31-1, "the body's size"), answered,
		}},
		{Name: EndlessBody, Group: Outcome, Text: "The body never ends, until the client goes away.", Parameters: []Parameter{answered}},
		{Name: HTMLPage, Group: Outcome, Before: true, Text: "A login page in HTML, as a captive portal gives it.", Parameters: []Parameter{answered}},
	}
}
