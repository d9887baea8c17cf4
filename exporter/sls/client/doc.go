// Package client sends one log group to Log Service and says exactly what came of it.
//
//  1. The endpoint is checked: https, or plain http to loopback or to a host that is allowed; project
//     and logstore have the characters that Log Service allows.
//  2. The official SDK's client builds the request. It gets the octets as they are, compressed by the
//     caller; it does not sign (AuthV0), and it never gets to retry.
//  3. The transport adds the headers of the compression, the token and the time (the system's clock
//     and the offset that was learnt), and signs with the SDK's own signer.
//  4. The answer is judged: no redirect is followed, at most 64 KiB are read. A batch is acknowledged
//     by status 200 with an x-log-requestid and an empty or short body, from the host that was asked.
//  5. All else is an *Error with the status, the code, the request's id and Retry-After.
//
// An answer that says that the clock is wrong teaches the offset. What to do after an error, and
// when to try again, is the caller's affair.
//
// # A lab without names
//
// The SDK puts the project before the endpoint's host. Where the endpoint is an address or
// localhost, no resolver knows that name: the connection then goes to the endpoint itself, and
// only the header Host has the project.
package client
