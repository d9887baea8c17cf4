// Package testutil is what tests need that use something outside the package they test: the root of
// the repository, the shared material beside it, installed programs, the oracle, which says what an
// exact flow exporter makes of a capture, and on Linux network namespaces and senders of frames.
//
// What is missing fails a test where the environment variable CI is "true". Elsewhere it skips the
// test and says what to install, so that no skipped test reads as a passed one.
package testutil
