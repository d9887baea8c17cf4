// Package operation is what a device shows while it runs: metrics, health and status over HTTP, and profiles on a
// socket of the machine.
//
//  1. Open listens on the address of `metrics`, and makes the socket for profiles, if they are asked for. It is called
//     before the device gives up its privileges, so that what is wrong ends the start.
//  2. Run serves until its context ends. Each request reads the one agent.Status of that moment, which is at most a
//     second old: nothing that is served asks the capture for anything, or waits for it.
//  3. /metrics turns that Status into Prometheus' text format with a registry of its own; docs/metrics.md lists all
//     metrics. What any hop of the path counts is there, so that an operator can add the sums up.
//  4. /healthz says whether the process works: its status is fresh, and its sums hold. /readyz says whether it does
//     what it is meant to: a configuration is in force, none is refused, and an interface is captured. Both answer
//     200, or 503 with a reason a line. /status is the Status as JSON. / lists these, and so does any other path.
//  5. /debug/pprof is on the unix socket only, mode 0600, never on TCP.
//
// # Labels
//
// No label has an address or a port of the traffic, and no value of a label is chosen by who sends packets. Counters
// of outputs are summed up by kind, those that have ended included: they don't go back when a FlowLog changes, and
// their number doesn't grow. The destination of an output is a label of sagflow_output_info alone, while it is in
// force. The first 64 names of interfaces are labels, and stay so; later ones count together.
//
// # Requests
//
// Only GET and HEAD are answered, and headers, times and the number of connections are limited. There is neither
// TLS nor a password: who can reach the address may read all of it. It shows interfaces, destinations, the device's
// identity and counters, and nothing that is secret; whether more than loopback is listened on is the
// configuration's say.
package operation
