// Package agent wires the data path: captures to the flow table, the flow table to its outputs.
//
// What a Replay does, step by step:
//
//  1. It makes the outputs: a session for each collector, a file of JSON lines, or, with neither,
//     the table of the top flows. A collector whose name can't be found ends it here.
//  2. It makes a shard of the flow table for each worker. With one worker everything up to the
//     batch happens in the reading goroutine; with more, the reader decodes and hands chunks of
//     packets to the workers.
//  3. The reader takes frames in batches of 64, moves their times as --times and --loop say, waits as
//     --speed says, and moves the aging clock. Where that crosses a whole tick, every shard gets
//     what came before, turns its wheel and hands out what is due.
//  4. Each frame is decoded, filtered and given to its shard. Records that end gather in a batch;
//     a full batch goes to the group of outputs, which blocks while an output is behind: the
//     reading slows, nothing is dropped.
//  5. At the end of the input, or at its first interrupt, all shards run to the final clock and are
//     flushed; the outputs are finished.
//  6. The summary states every counter and the sums, each hop against the next.
package agent
