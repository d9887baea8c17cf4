// Package store keeps the FlowLogs and their bindings in a bbolt file, so that what was acknowledged
// survives a kill at any moment, and what is damaged is refused instead of read.
//
//  1. Open locks the file and reads it page by page with a reader of its own, which trusts no byte: both
//     meta pages must be valid, every page must be reached exactly once or stand in the free list, every
//     offset must stay in its page, and keys must be in order.
//  2. It then compares the contents with the digest that each transaction writes, so that a changed,
//     lost or added entry is found whatever the page structure says.
//  3. Only a file that passed is opened by bbolt, which maps it, and panics or faults on damaged pages.
//  4. All contents are held in memory: readers get an immutable State and never touch the mapping.
//  5. Update clones the State, collects the changes, commits them (bbolt syncs twice), and only then shows
//     the new State. Updates run one at a time.
//
// A file that does not exist is made under another name and linked into place whole. No file that is not
// a sound store is ever written.
package store
