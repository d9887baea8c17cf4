// Package api is the resource half of the lab's Smartag API, version 2018-03-13: FlowLogs, the gateways that
// they are bound to, and the server around both.
//
//  1. [New] takes the options and does nothing; [Server.Run] opens the credentials (internal/lab/keys), the
//     inventory and the store, listens, says on stdout where, and serves until its context ends.
//  2. internal/lab/rpc reads a request, verifies its signature, and calls [Handler.Call] with the parameters.
//  3. RegionId is checked first in all actions; then the parameters, in the API's order, by the rule table
//     of config/flowlog, which also holds every code and message.
//  4. Changes run one at a time, each in one transaction of the store (internal/lab/api/store): what is
//     answered with success is on the disk. Reads see the state after some change, whole.
//  5. internal/lab/fault spoils calls on request: its admin listener is the server's second one.
//
// docs/api-conformance.md lists actions, parameters, answers and codes.
package api
