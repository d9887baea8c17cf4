// Command testgen writes the captures of testdata and, beside each, the flows that are in it.
//
//  1. A file's builder makes frames; each frame carries what an exact flow exporter must say of it.
//  2. The frames are laid out as pcap or pcapng, some are then compressed or damaged.
//  3. The truth is summed from the frames themselves, not by reading the capture back, and is
//     written in the columns of the oracle: NAME.truth.tsv (whole flows), NAME.first.truth.tsv
//     (fragments get their datagram's ports) and NAME.aging.truth.tsv (active aging 60 s, inactive
//     aging 15 s), the latter two only where they say something else.
//
// The output is the same on every machine: the one source of chance is a seeded PCG, and compressed
// files hold stored blocks, so that no compressor's version can change them.
//
// Usage: go run ./internal/testgen [-check] [-dir testdata]
package main

//go:generate go run . -dir ../../testdata
