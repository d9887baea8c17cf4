// Package pcapfile reads capture files: a capture.Source over pcap and pcapng, plain or compressed.
//
// What happens, step by step:
//
//  1. Source.Next opens the first of Options.Files; "-" is standard input. A folder, a missing file
//     or one that can't be read is a *FileError, and the next file follows.
//  2. The first octets tell what the file is (detect). A gz or zstd stream is decompressed, once:
//     what comes out must be a capture.
//  3. Octets arrive by read(2) in blocks of 1 MiB. Mapping the file costs 30 to 45 ns a packet more
//     in page faults.
//  4. One loop per format (pcapReader.scan, ngReader.scan) walks the records that lie whole in the
//     buffer and points the caller's frames at them. Nothing is copied or allocated; only the
//     incomplete record at a block's end is moved to the front before the next read.
//  5. At the end of a file, or where it is damaged, the file is closed and its error remembered;
//     the frames before the damage have been handed out. Reading goes on with the next file.
//  6. After the last file Next returns io.EOF, or all files' errors joined.
//
// Formats. pcap (pcap-savefile(5)): both byte orders, microseconds and nanoseconds, the "modified"
// variant 0xa1b2cd34 with its record headers of 24 octets, and the versions before 2.4 in which a
// record's two lengths are swapped. pcapng (draft-ietf-opsawg-pcapng): any number of sections, each
// in its byte order, any number of interfaces, if_tsresol as power of 10 or 2, if_tsoffset,
// enhanced, simple and obsolete packet blocks; all other blocks are skipped as they stream by,
// whatever their size. gz: several members, octets that follow the last one are ignored, as gzip(1)
// does. zstd: several and skippable frames, windows up to 128 MiB as zstd(1) reads without --long.
//
// Limits, so that memory stays bounded by what really arrived: a pcap record's captured length is
// at most the larger of 262144 and the snap length, and never above 128 MiB; a pcapng packet or
// interface block is at most 128 MiB + 64 KiB, and a section has at most 1,048,576 interfaces. The
// buffer grows by doubling, when it is full of octets that arrived. A zstd stream alone takes its
// window, up to 128 MiB, when it begins.
//
// Times are nanoseconds since 1970. A pcapng time of any resolution and offset is computed in 128
// bits, rounded down, and moved into ±flowtable.MaxTime where it lies outside, which is counted.
package pcapfile
