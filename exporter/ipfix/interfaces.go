package ipfix

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

// interfaceFields is the options template of interfaces' names (RFC 7011 §3.4.2.2). The index is the scope;
// it is there again and the name twice because collectors look for one or the other: nfdump (1.7.1) for 10
// outside the scope and for 83. The names are of fixed length, which all collectors read; zeros fill
// them up.
func interfaceFields() []wire.Field {
	return []wire.Field{
		{ID: ie.IngressInterface, Length: 4}, // scope
		{ID: ie.IngressInterface, Length: 4},
		{ID: ie.InterfaceName, Length: wire.NameLength},
		{ID: ie.InterfaceDescription, Length: wire.NameLength},
	}
}

// appendInterfaces appends a data set for each interface's name: what interfaceFields lists (RFC
// 7011 §3.4.3).
func (e *Encoder) appendInterfaces(dst []byte, all []exporter.Interface) []byte {
	for _, i := range all {
		start := len(dst)
		dst = wire.AppendSet(dst, e.layout.Templates[interfaces].ID)
		dst = binary.BigEndian.AppendUint32(dst, i.Index)
		dst = binary.BigEndian.AppendUint32(dst, i.Index)
		dst = wire.AppendName(dst, i.Name)
		dst = wire.AppendName(dst, i.Name)
		dst = e.layout.CloseSet(dst, start)
	}
	return dst
}
