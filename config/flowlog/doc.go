// Package flowlog is the FlowLog, the resource of the Smartag API (version 2018-03-13) that says how a
// device ages flows and where it sends them: its parameters, their defaults, ranges and rules.
//
// One table of rules (Rules) and one of error codes (Codes) serve all who ask: the device and its check
// of a FlowLog written in a file, the lab's API, and the generated page docs/flowlog.md.
//
//  1. A request's parameters come as texts by name, where absent and empty are two things (Parameters).
//  2. Create and Modify go through the table in the API's order of checking. What is absent gets its
//     default, or is a fault where the OutputType needs it; what is given is checked in any case.
//  3. All faults come back at once, in that order; the API answers the first of them.
//  4. FromDescription does the same, more strictly, for what a device pulled: nothing is filled in, and
//     what the OutputType does not use is neither checked nor kept.
//
// The package has no state; all functions may be called by any goroutine.
package flowlog

//go:generate go run ./gen -out ../../docs/flowlog.md
