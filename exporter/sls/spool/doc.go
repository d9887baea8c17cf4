// Package spool keeps batches on disk until they are delivered: append-only segment files in one
// directory, which one process holds locked.
//
//  1. Open takes the lock, reads all segments once, checks every entry's sums, and keeps a small
//     index; payloads stay on disk. What is torn or damaged is counted and stepped over: the next
//     good entry is found again by its magic. With ReadOnly all this happens in memory only, for somebody
//     who wants to look.
//  2. Append writes a batch behind the others of its destination. When it has returned without an
//     error the batch is accepted: it survives kill -9, and, with SyncInterval 0, a power cut. An
//     old segment is never written to again, so that a torn tail stays what it is. After a sync that
//     the disk refused, the batches that it was for are written again, to another segment.
//  3. Next gives a destination's batches in order, Read their payloads. Each destination has its own
//     segments: one that is blocked holds up no other, neither in time nor in space.
//  4. Done marks a batch as delivered, in a file beside its segment. A mark may be lost in a crash,
//     and then the batch is there again: at least once. When all of a segment's batches have a
//     mark, the segment is removed.
//  5. SetAside moves a batch to a file of its own, with the reason. There it stays until Release
//     queues it again, Drop drops it, or it is older than AsideMaxAge.
//  6. When MaxBytes, MaxBatches or MinFree is reached, the oldest goes: a whole segment, or an older
//     batch that was set aside. What goes is counted before it is removed.
//
// # Files
//
//	lock                    flock(2), holds the process id
//	totals                  what became of batches whose segment is gone: two slots of 4 KiB, written in turn
//	0000000000000001.seg    16 octets of header ("SAGSPOOL", version, CRC32C), then entries
//	0000000000000001.marks  44 octets for each batch of that segment with a fate
//	000000000000002a.aside  one entry, with the reason in its header
//	*.damaged               a file with damage in which no batch is left; two such are kept
//
// An entry is 24 octets (magic, length of header and payload, CRC32C of the payload, CRC32C of all
// that is before it and of the header), the header, and the payload. Integers are little-endian.
//
// # Counts
//
// At any moment Recovered + Accepted = Delivered + Queued + Aside + Dropped, since Open. Lifetime is
// the sum over all processes that have used the directory: marks and the file totals persist what
// was delivered and dropped, each batch once, so that a drop shows also when the process died right
// after it.
package spool
