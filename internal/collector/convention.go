package collector

// convention is what a sequence number counts. The rule is the first that fits the version; the
// others are what some exporters do in its place.
type convention uint8

const (
	countsRecords         convention = iota // data records before this message: IPFIX, V5
	countsDatagrams                         // datagrams before this one: V9
	countsFlows                             // data records of flows, options data left out
	countsRecordsIncluded                   // data records, this message's included
	countsFlowsIncluded                     // data records of flows, this message's included
	countsNothing                           // always the same
	conventionCount
)

var conventionNames = [conventionCount]string{
	"records", "datagrams", "flow records", "records, this datagram's included",
	"flow records, this datagram's included", "nothing",
}

// standard is the version's own rule: RFC 7011 §3.1, RFC 3954 §5.1.
func standard(version uint16) convention {
	if version == versionV9 {
		return countsDatagrams
	}
	return countsRecords
}

// seenIn reports whether exporters of the version are known to follow the convention.
func (c convention) seenIn(version uint16) bool {
	switch c {
	case countsRecords, countsDatagrams, countsNothing:
		return true
	default:
		return version == versionIPFIX
	}
}

// includes reports whether a datagram's number counts its own records.
func (c convention) includes() bool {
	return c == countsRecordsIncluded || c == countsFlowsIncluded
}

// unit is what a gap in the sequence is made of.
func (c convention) unit() string {
	switch c {
	case countsDatagrams:
		return "datagrams"
	case countsNothing:
		return ""
	default:
		return "records"
	}
}

// arrival is what sequence accounting knows of a datagram.
type arrival struct {
	sequence uint32
	// records are its data records, flows those that are not of options.
	records, flows uint32
	// slack is how many records it may hold beside: octets of sets that could not be read.
	slack uint32
	// newer is by how many milliseconds its header's time is after the newest so far.
	newer int64
	// rebooted says that the exporter's sysUptime started anew.
	rebooted bool
}

// interval returns where a datagram starts in the sequence, how far it takes it, and by how much
// that may be too little.
func (c convention) interval(a *arrival) (start, n, slack uint32) {
	switch c {
	case countsDatagrams:
		return a.sequence, 1, 0
	case countsFlows:
		return a.sequence, a.flows, a.slack
	case countsRecordsIncluded:
		return a.sequence - a.records, a.records, a.slack
	case countsFlowsIncluded:
		return a.sequence - a.flows, a.flows, a.slack
	case countsNothing:
		return a.sequence, 0, 0
	default:
		return a.sequence, a.records, a.slack
	}
}

// startsWrong reports whether the first datagram speaks against the convention: where its number is
// that of its own records, they were counted before they were sent. A number that includes
// them can't be 0.
func (c convention) startsWrong(a *arrival) bool {
	start, n, _ := c.interval(a)
	switch c {
	case countsRecordsIncluded, countsFlowsIncluded:
		return n > 0 && start+n == 0
	default:
		return a.records > 0 && (a.sequence == a.records || a.sequence == a.flows)
	}
}
