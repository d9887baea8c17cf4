// Package smartag pulls the FlowLog that is bound to a device from the Smartag API (version
// 2018-03-13) and tells its changes: it is the config.Source of a device that has an API.
//
// One pull, by the official SDK's request and response types:
//
//  1. DescribeSmartAccessGatewayAttribute(SmartAGId): the answer must have a RequestId, be about this
//     device and hold FlowLogIds. No id there: unbound. More than one: an error.
//  2. DescribeFlowLogs(FlowLogId): exactly the one that was asked for, and right by the rules of
//     config/flowlog. An empty list: pull again at once; two pulls that agree say unbound.
//  3. Anything else is a failure of a Kind. It is counted, logged when the kind changes, shown in
//     Status, and never replaces what was good.
//
// On the way the SDK is kept from what it can't stand, or should not see. It signs with placeholder
// keys; the exchange beneath it, an http.RoundTripper for one call,
//
//  1. refuses any host but the endpoint's,
//  2. signs anew with the device's keys and the API's clock (RPC signature 1.0),
//  3. carries the context, refuses redirects and answers above 1 MiB,
//  4. lets only answers through whose shape the SDK can decode.
//
// A signature that is refused for its time teaches the clock's offset from the Date header, and the call
// is made again. Refused keys are read anew, and where they changed the call is made again.
//
// A poll follows PollInterval × 0.9 to 1.0 after the one before. After a failure the wait grows from a
// second to the interval (at most 5 minutes); Retry-After is honoured up to the larger of the two.
//
// What was applied is kept in the state directory (last-good.json), also that nothing is bound. It is
// desired at start where the first pull fails, which then has 5 s; later answers replace it.
package smartag
