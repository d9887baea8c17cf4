// Package inflate decompresses gz streams (RFC 1952, RFC 1951) to the last octet that a cut or
// damaged stream still tells.
//
// The inflaters of the standard library and of klauspost/compress wait for as many bits as the
// block's end marker has before they decode any symbol. That is faster by little, and loses up to
// a few octets where a stream is cut: in one of five cut places the last one, and with it now and
// then a packet that zlib still reads. This one asks for no more bits than a symbol has.
//
// What happens, step by step:
//
//  1. Reader.Read hands out what is decoded; where nothing is left, it moves the last 32 KiB, which
//     later symbols may refer to, to the front of its buffer and decodes on behind them.
//  2. A member's header is read and checked, then its blocks: stored, with the fixed codes or with
//     codes of their own, for which tables of two levels are built.
//  3. The symbol loop tops up a 64-bit reservoir to at least 48 bits, the most that a length and a
//     distance take together, and takes symbols out of it. At the stream's end the reservoir runs
//     dry instead: a symbol that needs more bits than there are is not decoded.
//  4. A member's end is checked against its checksum and size. If another member follows, it is
//     read like the first; octets that begin none are ignored, as gzip(1) does.
//
// Input is hostile: every length, code and distance is checked as zlib checks them.
package inflate
