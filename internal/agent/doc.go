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
//
// With DeviceOptions it is a device that does what a FlowLog says, and follows its changes:
//
//  1. Nothing is in force at first: packets are decoded and counted as inactive. The reading begins with the
//     source's first answer, or when the source has failed and has nothing to fall back on.
//  2. What the source wants is compared with what is in force (config/plan), and every part that is to be
//     added or restarted is built. An error closes what was built, and all stays as it was.
//  3. The reading goroutine makes the change between two packets, also while a packet waits for its time or
//     nothing comes: every shard hands its records to the old outputs (where nothing is metered any more,
//     its whole table), takes the new aging times, and goes on with the new outputs.
//  4. Outputs that are kept are untouched. New ones begin a session: templates first, a sequence of their own.
//     Removed ones have ten seconds to send what they hold; the rest is dropped and counted.
//  5. The ledger closes the old generation: its packets, and the records that it owed to each output.
//  6. status.json says what is in force, at once and then each second.
package agent
