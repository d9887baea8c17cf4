package ie

// Type is an abstract data type of RFC 7012 §3.1 or RFC 6313 §4.5.
type Type uint8

// The abstract data types.
const (
	TypeOctetArray Type = iota
	TypeUnsigned8
	TypeUnsigned16
	TypeUnsigned32
	TypeUnsigned64
	TypeSigned8
	TypeSigned16
	TypeSigned32
	TypeSigned64
	TypeFloat32
	TypeFloat64
	TypeBoolean
	TypeMACAddress
	TypeString
	TypeDateTimeSeconds
	TypeDateTimeMilliseconds
	TypeDateTimeMicroseconds
	TypeDateTimeNanoseconds
	TypeIPv4Address
	TypeIPv6Address
	TypeBasicList
	TypeSubTemplateList
	TypeSubTemplateMultiList
	typeCount = 23
)

// VariableLength is the field length of a template that announces a variable one (RFC 7011 §7).
const VariableLength = 65535

// typeInfo is a type's name and encoding: RFC 7011 §6.1 has the sizes, §6.2 the reducible ones.
type typeInfo struct {
	name      string
	size      uint16
	reducible bool
}

var types = [typeCount]typeInfo{
	TypeOctetArray:           {"octetArray", VariableLength, false},
	TypeUnsigned8:            {"unsigned8", 1, false},
	TypeUnsigned16:           {"unsigned16", 2, true},
	TypeUnsigned32:           {"unsigned32", 4, true},
	TypeUnsigned64:           {"unsigned64", 8, true},
	TypeSigned8:              {"signed8", 1, false},
	TypeSigned16:             {"signed16", 2, true},
	TypeSigned32:             {"signed32", 4, true},
	TypeSigned64:             {"signed64", 8, true},
	TypeFloat32:              {"float32", 4, false},
	TypeFloat64:              {"float64", 8, true},
	TypeBoolean:              {"boolean", 1, false},
	TypeMACAddress:           {"macAddress", 6, false},
	TypeString:               {"string", VariableLength, false},
	TypeDateTimeSeconds:      {"dateTimeSeconds", 4, false},
	TypeDateTimeMilliseconds: {"dateTimeMilliseconds", 8, false},
	TypeDateTimeMicroseconds: {"dateTimeMicroseconds", 8, false},
	TypeDateTimeNanoseconds:  {"dateTimeNanoseconds", 8, false},
	TypeIPv4Address:          {"ipv4Address", 4, false},
	TypeIPv6Address:          {"ipv6Address", 16, false},
	TypeBasicList:            {"basicList", VariableLength, false},
	TypeSubTemplateList:      {"subTemplateList", VariableLength, false},
	TypeSubTemplateMultiList: {"subTemplateMultiList", VariableLength, false},
}

// String returns the registry's name of the type.
func (t Type) String() string {
	if t < typeCount {
		return types[t].name
	}
	return "unknown type"
}

// Size returns the type's full length in octets, VariableLength for those without one.
func (t Type) Size() uint16 {
	if t < typeCount {
		return types[t].size
	}
	return VariableLength
}

// Fits says whether a field of the type may be so many octets long: its full length, less where
// reduced-size encoding allows it (RFC 7011 §6.2), any where the type has no length of its own.
func (t Type) Fits(length uint16) bool {
	switch size := t.Size(); {
	case size == VariableLength:
		return true
	case length == size:
		return true
	case t == TypeFloat64:
		return length == 4
	default:
		return t < typeCount && types[t].reducible && 0 < length && length < size
	}
}
