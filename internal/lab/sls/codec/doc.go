// Package codec is the compressions of Log Service: none, lz4 (a bare block, as the service has it), zstd and
// deflate (a zlib stream, RFC 1950). Both directions take the whole in memory; what is decompressed does not grow
// beyond the size that is announced (zstd: beyond 8 MiB if less is), so that a small body can't fill the memory.
package codec
