package collector

import "maps"

// Report is what an exporter says of itself in options records (RFC 7011 §4, RFC 3954 §6), each
// part as it was sent last. Parts that were never sent are nil.
type Report struct {
	// Sampling is how packets were selected. Counters are handed out as they came, unscaled.
	Sampling *Sampling `json:"sampling,omitempty"`
	// Exported, Ignored and NotSent are the statistics of RFC 7011 §4.1, §4.2 and §4.3.
	Exported *Exported `json:"exported,omitempty"`
	Ignored  *Ignored  `json:"ignored,omitempty"`
	NotSent  *NotSent  `json:"not-sent,omitempty"`
	// BootMilliseconds is systemInitTimeMilliseconds (160), in milliseconds since 1970.
	BootMilliseconds *int64 `json:"boot-ms,omitempty"`
	// Interfaces are names by ifIndex, at most 256 of up to 64 octets.
	Interfaces map[uint32]string `json:"interfaces,omitempty"`
	// FlowKeys are flowKeyIndicator (173) by template id, at most 256.
	FlowKeys map[uint16]uint64 `json:"flow-keys,omitempty"`
	// Other counts options records of which no field is known.
	Other uint64 `json:"other,omitempty"`
}

// Sampling says that Selected packets of each Of were looked at.
type Sampling struct {
	// Algorithm is samplingAlgorithm (35: 1 deterministic, 2 random), selectorAlgorithm (304) or
	// V5's mode, 0 if it wasn't sent.
	Algorithm uint64 `json:"algorithm"`
	Selected  uint64 `json:"selected"`
	Of        uint64 `json:"of"`
}

// Exported is what the exporter sent since it started, by its own count (elements 41, 42, 40).
type Exported struct {
	Messages uint64 `json:"messages"`
	Records  uint64 `json:"records"`
	Octets   uint64 `json:"octets"`
}

// Ignored is what the metering process saw but did not meter (elements 164, 165).
type Ignored struct {
	Packets uint64 `json:"packets"`
	Octets  uint64 `json:"octets"`
	Interval
}

// NotSent is what the exporting process dropped (elements 166, 167, 168).
type NotSent struct {
	Flows   uint64 `json:"flows"`
	Packets uint64 `json:"packets"`
	Octets  uint64 `json:"octets"`
	Interval
}

// Interval is the range of the two observation times (322–325) of a record, in milliseconds since
// 1970; 0 where they were not sent.
type Interval struct {
	First int64 `json:"first-ms"`
	Last  int64 `json:"last-ms"`
}

// Bounds of what is remembered of an exporter.
const (
	maxInterfaces    = 256
	maxInterfaceName = 64
	maxFlowKeys      = 256
)

// clone copies a report, nil if there is none: summaries outlive the next datagram.
func (r *Report) clone() *Report {
	if r == nil {
		return nil
	}
	c := *r
	c.Sampling, c.Exported, c.Ignored = cloneOf(r.Sampling), cloneOf(r.Exported), cloneOf(r.Ignored)
	c.NotSent, c.BootMilliseconds = cloneOf(r.NotSent), cloneOf(r.BootMilliseconds)
	c.Interfaces, c.FlowKeys = maps.Clone(r.Interfaces), maps.Clone(r.FlowKeys)
	return &c
}

func cloneOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
