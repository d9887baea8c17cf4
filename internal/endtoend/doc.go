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
//
// TestCrashSchedules is about Log Service under `spool: always`, with the programs alone, a real disk and kill -9. Each of
// its schedules
//
//  1. is drawn from a seed: the device's settings, and what happens when. The device is killed, interrupted once or twice,
//     and started again; Log Service is killed, is away for a while, or answers wrongly; access keys and the FlowLog are
//     changed; the disk fills up;
//  2. reads the device's log through a pipe: which batches were made, and which were accepted. That is the ledger, which
//     no kill -9 reaches;
//  3. puts all right in the end, and has one last run deliver what is in the spool;
//  4. compares the ledger with the store and with what was set aside, record by record.
//
// TestCrashSchedulesFindMutants lives the same schedules with programs that have a defect each. A failed schedule prints
// its seed. By environment variables
//
//	SAGFLOW_CRASH_SCHEDULES=2000 go test -timeout 2h -run 'TestCrashSchedules$' ./internal/endtoend
//	SAGFLOW_CRASH_SEED=1234 SAGFLOW_CRASH_SCHEDULES=20 go test -run 'TestCrashSchedules$' ./internal/endtoend
//
// live more of them, or the one of a seed again and again: its times are never quite the same.
package endtoend
