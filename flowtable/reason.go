package flowtable

// EndReason says why a record ended. Values 1 to 5 are those of IPFIX flowEndReason (136).
type EndReason uint8

// The end reasons.
const (
	NoReason    EndReason = 0 // not known: NetFlow V5 has no place for it
	IdleTimeout EndReason = 1 // no packet for InactiveAging
	ActiveAging EndReason = 2 // ActiveAging since the record's first packet
	EndDetected EndReason = 3 // TCP FIN or RST
	ForcedEnd   EndReason = 4 // an operator's stop
	NoResources EndReason = 5 // the table was full
	EndOfInput  EndReason = 6 // the captures ended; travels as 4
	reasonCount           = 7
)

var reasonNames = [reasonCount]string{"unknown", "idle", "active", "end", "forced", "lack", "eof"}

// String returns the name that JSON records use: idle, active, end, forced, lack, eof or unknown.
func (e EndReason) String() string {
	if e < reasonCount {
		return reasonNames[e]
	}
	return reasonNames[NoReason]
}

// Wire returns the value of IPFIX element 136: EndOfInput travels as 4, forced end.
func (e EndReason) Wire() uint8 {
	if e == EndOfInput {
		return uint8(ForcedEnd)
	}
	return uint8(e)
}
