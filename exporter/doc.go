// Package exporter takes flow records from the shards of the flow table to their destinations.
//
//  1. A shard gets an empty Batch from the Group, appends the records that left its table, and
//     puts it back. The Group hands the batch to every Output and counts its users; the last one
//     to release it sends it back for reuse.
//  2. A Session is the Output of one NetFlow or IPFIX collector: an Encoder with its templates and
//     sequence numbers, a Sink, a bounded queue, and a goroutine. It copies the records into its
//     own list and waits until a datagram can be filled, or Flush or Finish asks for all.
//  3. Encoder.Append makes a datagram. The pacer waits until it may go. Sink.Send sends it.
//  4. A datagram that the path doesn't carry is made anew, shorter, with the same sequence number:
//     nothing is lost. One that met the error of an earlier datagram is sent once more. Any other
//     error drops its records, under a reason. Encoder.Commit then makes it part of the session.
//     A session that isn't paced may couple datagrams of one size and send them with one system
//     call, where the sink can (TrainSink).
//  5. The records' fate is counted, in records, packets and octets: put = acknowledged + queued +
//     unexportable + dropped. A record in several parts has one fate, that of its worst part.
//  6. While no records come, a tick sends what is due by time: templates, statistics, records that
//     waited for longer than MaxDelay.
//  7. When the wall clock was stepped, batches come with another epoch. What is pending then goes out on
//     its own, and the session's clock, also backwards, the boot time and the templates follow.
//  8. Finish flushes, waits for the pace, sends the last statistics and closes the sink. When its
//     time is over the rest is dropped, and counted as that.
//
// A full queue makes Put wait, so that a slow collector slows the reader and loses nothing. Where packets
// come in real time nobody may wait: with SessionOptions.QueueRecords the queue is bounded in records,
// takes memory as it grows and gives it back, and drops and counts the oldest when it is full; with
// SessionOptions.DropWhenFull the newest are dropped.
//
// Failures are said once in the log, with what to do, and their end once; the rest is counted.
//
// The sub-packages netflow5, netflow9 and ipfix are the encoders, udp is the transport.
package exporter
