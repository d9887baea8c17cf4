// Package loggroup reads LogGroups: the protobuf messages in which logs come to Log Service (log.proto of its SDKs).
//
//  1. [Decode] checks the whole message and gives its logs, without reflection and without code of the SDK.
//     It is strict: a field of a wrong wire type, a number that does not fit, and a required field that is
//     not there are errors; a field that log.proto does not have is skipped, as protobuf wants it.
//  2. [Group.Check] says whether the service takes what the message holds: encodings, keys, timestamps, sizes.
//  3. [AppendList] writes whole LogGroups as the LogGroupList that PullLogs answers with.
package loggroup
