package loggroup

import "encoding/binary"

// listTag is field 1 of LogGroupList, of wire type 2.
const listTag = 1<<3 | byte(kindBytes)

// AppendList appends a LogGroup to a LogGroupList, whose zero value is an empty one.
func AppendList(list, group []byte) []byte {
	list = append(list, listTag)
	list = binary.AppendUvarint(list, uint64(len(group)))
	return append(list, group...)
}
