// Package sls takes flow records to a Logstore of Alibaba Cloud Log Service.
//
//  1. AppendLog writes a record as one Log of a LogGroup (log.proto of aliyun-log-go-sdk), right
//     behind the one before: an open batch is the octets of its logs.
//  2. AppendTail closes the group: Topic, Source, and the tags that name the batch. The octets are
//     those that the SDK's own marshaller makes of the same LogGroup.
//  3. A batch that turns out to be too long is cut with AppendPart, which works on the octets
//     alone: batches that come back from disk have no records.
//
// The sub-package spool keeps batches on disk until they are delivered.
package sls
