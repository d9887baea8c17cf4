package ie

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"
)

func TestLookup(t *testing.T) {
	tests := []struct {
		id     ID
		name   string
		typ    Type
		size   uint16
		status Status
	}{
		{OctetDeltaCount, "octetDeltaCount", TypeUnsigned64, 8, Current},
		{PacketDeltaCount, "packetDeltaCount", TypeUnsigned64, 8, Current},
		{TcpControlBits, "tcpControlBits", TypeUnsigned16, 2, Current},
		{SourceIPv4Address, "sourceIPv4Address", TypeIPv4Address, 4, Current},
		{DestinationIPv6Address, "destinationIPv6Address", TypeIPv6Address, 16, Current},
		{SamplingInterval, "samplingInterval", TypeUnsigned32, 4, Deprecated},
		{SourceMacAddress, "sourceMacAddress", TypeMACAddress, 6, Current},
		{FlowEndReason, "flowEndReason", TypeUnsigned8, 1, Current},
		{FlowStartMilliseconds, "flowStartMilliseconds", TypeDateTimeMilliseconds, 8, Current},
		{ObservationTimeMilliseconds, "observationTimeMilliseconds", TypeDateTimeMilliseconds, 8, Current},
		{InterfaceName, "interfaceName", TypeString, VariableLength, Current},
	}
	for _, tt := range tests {
		e, ok := Lookup(tt.id)
		if !ok || e != (Element{tt.id, tt.name, tt.typ, tt.status}) {
			t.Errorf("Lookup(%d) = %+v, %v; want %q of type %v, %v", tt.id, e, ok, tt.name, tt.typ, tt.status)
		}
		if got := e.Type.Size(); got != tt.size {
			t.Errorf("%v: size %d, want %d", tt.id, got, tt.size)
		}
		if tt.id.String() != tt.name {
			t.Errorf("ID(%d).String() = %q, want %q", uint16(tt.id), tt.id, tt.name)
		}
	}
}

func TestLookupUnknown(t *testing.T) {
	for _, id := range []ID{0, 105, ID(len(table)), 32767, 65535} {
		if e, ok := Lookup(id); ok {
			t.Errorf("Lookup(%d) = %+v, want none", uint16(id), e)
		}
		if got, want := id.String(), "element "+strconv.Itoa(int(id)); got != want {
			t.Errorf("ID(%d).String() = %q, want %q", uint16(id), got, want)
		}
	}
}

// TestTableHoldsRegistry compares each line of the registry with what Lookup says.
func TestTableHoldsRegistry(t *testing.T) {
	f, err := os.Open("ipfix-information-elements.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for id := range 1 << 16 {
		if _, ok := Lookup(ID(id)); ok {
			found++
		}
	}
	if found != len(lines)-1 {
		t.Errorf("the table has %d elements, the registry %d", found, len(lines)-1)
	}
	for _, line := range lines[1:] {
		id, err := strconv.Atoi(line[0])
		if err != nil {
			t.Fatal(err)
		}
		e, ok := Lookup(ID(id))
		if got := []string{e.Name, e.Type.String(), e.Status.String()}; !ok || got[0] != line[1] || got[1] != line[2] || got[2] != line[4] {
			t.Errorf("Lookup(%d) = %v, %v; the registry says %v", id, got, ok, line)
		}
	}
}

// TestFits follows RFC 7011 §6.2: integers and float64 only, and never to nothing.
func TestFits(t *testing.T) {
	tests := []struct {
		typ    Type
		length uint16
		want   bool
	}{
		{TypeUnsigned64, 8, true},
		{TypeUnsigned64, 4, true},
		{TypeUnsigned64, 1, true},
		{TypeUnsigned64, 0, false},
		{TypeUnsigned64, 9, false},
		{TypeUnsigned16, 1, true},
		{TypeUnsigned8, 1, true},
		{TypeUnsigned8, 2, false},
		{TypeSigned32, 3, true},
		{TypeFloat64, 4, true},
		{TypeFloat64, 5, false},
		{TypeFloat32, 2, false},
		{TypeDateTimeMilliseconds, 8, true},
		{TypeDateTimeMilliseconds, 4, false},
		{TypeDateTimeSeconds, 4, true},
		{TypeIPv4Address, 3, false},
		{TypeMACAddress, 6, true},
		{TypeString, 7, true},
		{TypeOctetArray, VariableLength, true},
		{Type(200), 3, true},
	}
	for _, tt := range tests {
		if got := tt.typ.Fits(tt.length); got != tt.want {
			t.Errorf("%v.Fits(%d) = %v, want %v", tt.typ, tt.length, got, tt.want)
		}
	}
	if got := Type(200).String(); got != "unknown type" {
		t.Errorf("Type(200).String() = %q", got)
	}
}
