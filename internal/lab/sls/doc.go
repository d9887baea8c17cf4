// Package sls is the lab's Log Service: it takes what devices write, keeps it, and answers searches, so that the
// official SDKs work with it unchanged.
//
//  1. [New] takes the options and does nothing; [Server.Run] opens the credentials (internal/lab/keys) and the
//     store (package store), listens, says on stdout where, and serves until its context ends.
//  2. A request's method and path say the action, its Host the project ([ProjectOf]). The body is read.
//  3. internal/lab/fault says whether the call is to fail, and how; [Kinds] are its kinds. The clock of the call is
//     the server's, plus a fault's skew.
//  4. Package auth reads the signature and verifies it, with the key's state and the body's sums.
//  5. PutLogs: package codec decompresses the body, package loggroup decodes and checks it, and the store appends it.
//     A signed write makes its project and logstore, unless Strict. 200 says that the log group is on disk.
//  6. Searches read the log groups whose times overlap, and try each log by package query.
//  7. Every answer bears x-log-requestid and Date; errors are {"errorCode":…,"errorMessage":…}.
//
// [Dedup] reads a store and tells resends from records. docs/lab-sls.md lists actions, codes and readings.
package sls
