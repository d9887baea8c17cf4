package collector

// Verdict says what became of a datagram. It is a number and not an error because one is made for
// every datagram, whoever sent it.
type Verdict int8

// The verdicts. All from TooShort on are malformed: nothing of such a datagram is handed out
// (RFC 7011 §9.1: a malformed message must be discarded).
const (
	Good                 Verdict = iota
	Duplicate                    // octet for octet one that came before
	TooShort                     // shorter than its version's header
	UnknownVersion               // the version is not 5, 9 or 10
	CountBeyondDatagram          // V5: the header counts more records than there are
	LengthBeyondDatagram         // IPFIX: the message is longer than the datagram, or shorter than its header
	SetLength                    // a set is shorter than its header or longer than the datagram
	TemplateCut                  // a template record is longer than its set
	FieldBeyondSet               // a variable-length field is longer than its set (RFC 7011 §7)
	verdictCount
)

var verdictNames = [verdictCount]string{
	"good", "duplicate", "too-short", "unknown-version", "count-beyond-datagram",
	"length-beyond-datagram", "set-length", "template-cut", "field-beyond-set",
}

// String returns the name that summaries use.
func (v Verdict) String() string {
	if v >= 0 && v < verdictCount {
		return verdictNames[v]
	}
	return "unknown"
}

// Malformed reports whether the datagram was not what its version's rules ask for.
func (v Verdict) Malformed() bool { return v >= TooShort }

// malformedCounts counts verdicts; only the malformed ones are shown.
type malformedCounts [verdictCount]uint64

func (m *malformedCounts) byName() map[string]uint64 {
	var names map[string]uint64
	for v := TooShort; v < verdictCount; v++ {
		if m[v] == 0 {
			continue
		}
		if names == nil {
			names = make(map[string]uint64)
		}
		names[v.String()] = m[v]
	}
	return names
}

func (m *malformedCounts) add(other *malformedCounts) {
	for v := range m {
		m[v] += other[v]
	}
}
