// Package sls takes flow records to a Logstore of Alibaba Cloud Log Service.
//
//  1. AppendLog writes a record as one Log of a LogGroup (log.proto of aliyun-log-go-sdk), right
//     behind the one before: an open batch is the octets of its logs.
//  2. AppendTail closes the group: Topic, Source, and the tags that name the batch. The octets are
//     those that the SDK's own marshaller makes of the same LogGroup.
//  3. A batch that turns out to be too long is cut with AppendPart, which works on the octets
//     alone: batches that come back from disk have no records.
//  4. A Session, an exporter.Output, closes a batch by count, octets or age, compresses it (zstd) and
//     hands it to its Sender, which outlives sessions.
//  5. The sender has a lane for each destination. It sends live batches from memory; one that is not
//     acknowledged at the first try goes to the spool, as all do that come while the destination is
//     out of order. Under the policy Always each goes there first.
//  6. Judge says what an answer means: see the table in answers.go. The lane waits, with growing and
//     drawn waits, splits the batch, reads the credentials anew, or sets the batch aside.
//  7. Spooled batches are sent in order, at a bounded share of the requests while live ones wait. Those
//     of destinations without a session drain in the background, also after a restart.
//  8. Finish waits for delivery, for a while. What is left stays in the spool, and the next start
//     delivers it. At any moment the counters say where each record is (exporter.Counters).
//
// Nothing that Put needs waits for a disk or for the network.
//
// ReadGroup and EachLog read a group back, for somebody who wants to see what waits.
//
// The sub-package spool keeps batches on disk until they are delivered, spoolctl lets an operator see
// to them; client sends one and says what came of it.
package sls
