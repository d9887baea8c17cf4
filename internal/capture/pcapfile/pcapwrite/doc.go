// Package pcapwrite builds capture files in memory, in every variant that package pcapfile reads.
//
// It serves generators of test data and tests: each function appends one piece of a file to a
// slice and returns the longer slice, and it writes what it is told, right or wrong, so that
// damaged files are as easy to build as good ones. What is captured is never checked.
//
//   - Pcap appends the file header and the records of a classic capture (pcap-savefile(5)).
//   - Pcapng appends the blocks of a pcapng section (draft-ietf-opsawg-pcapng).
//
// All functions are pure: they keep no state and may be called from any goroutine.
package pcapwrite
