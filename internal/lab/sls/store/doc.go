// Package store keeps the projects, logstores and log groups of the lab's Log Service in a directory: append-only
// files that survive kill -9 and power cuts, and whose damage costs no more than what is damaged.
//
// # What happens to a write
//
//  1. All changes go to one goroutine. It takes the puts that wait, up to 8 MiB, numbers them, appends them to
//     the last segment in one write, and calls fsync once for all. A change of another kind goes by itself.
//  2. Only then it changes the state in memory that readers see, and the callers learn that it is done.
//  3. If the write fails, as on a full disk, the segment is cut back to what it was, and the callers get the error;
//     the next write may succeed. If fsync or the cutting fails, nobody knows what the disk holds: all later
//     changes are refused until the store is opened anew.
//
// # The files
//
// DIR/lock is locked while a program has the store open. DIR/0000000001.log and so on are the segments, begun anew at
// 64 MiB: a header of 16 bytes ("SAGSLSLG", version as uint32, CRC-32C of both), and entries. All integers
// are little-endian. An entry:
//
//	0   4  magic F5 53 4C 45
//	4   4  kind (1 put, 2 project, 3 no project, 4 logstore, 5 no logstore, 6 index, 7 no index)
//	8   4  length of the payload
//	12  8  number, one more than the entry before
//	20  4  CRC-32C of all of the entry but these four bytes
//	24     payload: of a put see putEntry, of all others JSON (see change)
//
// # Opening
//
// [Open] reads all segments. Where an entry is damaged it looks for the next sound one, reports what it skipped
// ([Damage], with how many entries the numbers say are lost) and leaves it in the file. Behind the last sound entry
// of the last segment it cuts: the rest, such as a torn write, is moved to DIR/NUMBER-OFFSET.cut.
// A segment of another version, and a directory that holds other things, are refused and not touched.
package store
