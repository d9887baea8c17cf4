// Package endtoend holds the tests of a device and its Smartag API together: the lab's API with its faults,
// the official SDK on both sides, a capture that is read over and over, and collectors of this project on
// loopback that share no code with the exporter. The status is read as an operator reads it, from status.json.
//
// Each test
//
//  1. starts the lab's API on a store of its own, two collectors, and a device whose FlowLog is bound;
//  2. changes the FlowLog by signed calls while packets flow, or has the API fail meanwhile;
//  3. waits, with a limit and never for a fixed time, for what the status must say then;
//  4. ends the device and adds up: packets at both collectors + those that the version can't carry + those that
//     came while the device was inactive = those in the capture, as often as it was read. No record came twice,
//     none before its template, no session has a gap, and each generation has its one line in the log.
//
// Most run in this process, for the race detector; TestPrograms and the kill -9 run build the programs.
package endtoend
