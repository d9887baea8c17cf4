// Package flowlogcli is a small client of the Smartag API's FlowLog actions (version 2018-03-13), for a
// command line: it calls by the official SDK and prints for people and for scripts.
//
//  1. New checks the endpoint: https, or http to loopback or to a host that was allowed by name.
//  2. Each method of Client makes one call, or one for each page, by the SDK's DoAction. Parameters go
//     out as they were given: what is absent is not sent, what is empty is sent empty.
//  3. Between the SDK and the network stands a guard, since the SDK follows redirects, reads answers
//     without limit and panics on some: it refuses what no Smartag API answers, and says why.
//  4. A refusal becomes an Error with the API's code, message, status and RequestId. Advice says what to
//     do next; ranges in it come from the rule table of config/flowlog.
//  5. A Printer writes what came back: a table, the API's JSON, or ids alone.
//
// No error text holds a secret: the SDK's URLs, which carry key id, token and signature, and the string
// to sign, which carries the token, are left out.
package flowlogcli
