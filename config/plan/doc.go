// Package plan says what a change of configuration means for each part of a device: what is kept, what
// is retuned while running, what is built anew, added or removed.
//
//  1. Of reduces what a Source wants to the parts that do something: metering, aging, and the outputs. A
//     device whose FlowLog is Inactive, or that has none, has no part at all.
//  2. Between compares two of them, part by part.
//  3. Whoever runs the parts carries the steps out, all or none.
//
// It is data without side effects: the same two configurations always give the same plan.
package plan
