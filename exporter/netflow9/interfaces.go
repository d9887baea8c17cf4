package netflow9

import (
	"encoding/binary"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire"
	"github.com/sagflow/sagflow/internal/ie"
)

// scopeInterface is the scope field type "Interface" (RFC 3954 §6.1).
const scopeInterface = 2

// interfaceFields is the options template of interfaces' names. The scope is what RFC 3954 §6.1 has; the
// index is there again and the name twice because Cisco's "option interface-table" has all three, and
// collectors look for one of them: nfdump 1.7 for 10 and 83.
func interfaceFields() []wire.Field {
	return []wire.Field{
		{ID: scopeInterface, Length: 4}, // scope
		{ID: ie.IngressInterface, Length: 4},
		{ID: ie.InterfaceName, Length: wire.NameLength},
		{ID: ie.InterfaceDescription, Length: wire.NameLength},
	}
}

// appendInterfaces appends a data FlowSet for each interface's name: what interfaceFields lists (RFC
// 3954 §6.2).
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
