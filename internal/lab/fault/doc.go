// Package fault makes the lab's servers fail on request: a [Plan] of rules says which call gets which fault,
// and an admin listener takes the rules. The Smartag API and the Log Service use it with their own kinds.
//
// What happens to a call:
//
//  1. The server tells [Plan.Take] the action and the parameters of each call that arrives.
//  2. The rules are asked in the order in which they were added. A rule matches a call of its action (or *)
//     whose parameters are as in where. Its first after matches pass; of the later ones each is hit with
//     its probability until count hits. Whether the n-th match is hit depends on the seed and n alone,
//     so the same calls fail in a second run.
//  3. Each kind belongs to a group (delay, clock, key, outcome), and a call takes at most one fault of a group:
//     a rule of a group that is taken is not asked, and does not count the call. So latency joins any other fault.
//  4. The server carries out what the faults say: [Sleep] and [Injection.Write] do what needs no knowledge of
//     its protocol; error bodies, clock, keys and data are the server's own.
//  5. Everything is counted and logged: [Plan.Log].
//
// # Kinds
//
// [Common] are the kinds that every server can carry out; a Plan holds these and the server's own. In GET /faults
// they are listed with their parameters, defaults and ranges. Kinds marked before leave the action undone.
//
// # The admin listener
//
// [Plan.Admin] is meant for a loopback listener of its own; it asks for no key, and refuses what a browser sends
// for another site. All bodies are JSON, also errors: {"error":"…"} with 400, 403, 404, 405 or 413.
//
//	POST   /faults        one rule or an array of rules; all or none are added: 201 and the rules as they stand, with ids
//	GET    /faults        {"faults":[…],"kinds":[…],"actions":[…]}: the rules with what they matched and hit, and what can be asked for
//	DELETE /faults        removes all rules: 200 and {"removed":n}
//	DELETE /faults/{id}   removes one: 200 and {"removed":1}
//	GET    /log           {"calls":{action:n},"faults":{kind:n},"injected":[…],"forgotten":n}: the last hits (at most 1000), oldest first
//	DELETE /log           forgets the log and the counts
//
// A rule: {"action":"DescribeFlowLogs","kind":"latency","where":{"FlowLogId":"fl-…"},"after":2,"count":3,
// "probability":0.5,"seed":7,"parameters":{"delay":"2s"}}. Only kind is required: action is * then, count 0 is
// no end, probability is 1, and seed is the plan's seed plus the rule's number.
package fault
