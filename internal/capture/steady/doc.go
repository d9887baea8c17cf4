// Package steady keeps the times of live packets clear of steps of the wall clock.
//
// The kernel stamps frames by CLOCK_REALTIME, which NTP, an operator or a suspend may set forward or back. Aging
// compares such stamps with each other, and a step would end flows or stretch them. What happens instead:
//
//  1. A Timeline begins as the wall clock and goes on with the monotonic one. Now reads both clocks; the
//     difference of the wall clock and the timeline is the offset in force.
//  2. Each source has Stamps, which turn what was read at once from a ring into times of the timeline, by that
//     offset.
//  3. When an offset is more than StepLimit from the one before, the wall clock was stepped: a new Epoch begins.
//     Until the ring was empty once, frames may have been stamped before the step as well as after it: each is
//     then turned by that of the two offsets which puts it between what was read before and now, and nearest to
//     what was read before.
//  4. Records are turned back into wall-clock time when they are exported, start and end by the one offset then
//     in force.
//
// Smaller differences (NTP's slewing) move the offset alone.
//
// The timeline is CLOCK_MONOTONIC's: it stands still while the machine is suspended.
package steady
