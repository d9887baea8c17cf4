package collector

import "github.com/sagflow/sagflow/flowtable"

// Counters are what one session sent, or several together.
type Counters struct {
	// Datagrams and DatagramOctets are what arrived, malformed datagrams and duplicates included.
	Datagrams      uint64 `json:"datagrams"`
	DatagramOctets uint64 `json:"datagram-octets"`
	// Records are the flow records handed out, Packets and Octets the sums of their counters.
	Records uint64 `json:"records"`
	Packets uint64 `json:"packets"`
	Octets  uint64 `json:"octets"`
	// DataRecords are the data records of flows on the wire:
	// Records = DataRecords + ReverseRecords − RecordsWithoutAddresses.
	DataRecords uint64 `json:"data-records"`
	// ReverseRecords are the second ones of biflows in which both directions were seen (RFC 5103).
	ReverseRecords uint64 `json:"reverse-records"`
	// OptionsRecords are data records of options templates.
	OptionsRecords uint64 `json:"options-records"`
	// TemplateRecords are (options) template records, repetitions included.
	TemplateRecords uint64 `json:"template-records"`
	// TemplatesReplaced are ids that got another definition, TemplatesRefused definitions that no
	// data can be read with or that pass a limit, Withdrawals those of IPFIX.
	TemplatesReplaced uint64 `json:"templates-replaced"`
	TemplatesRefused  uint64 `json:"templates-refused"`
	Withdrawals       uint64 `json:"withdrawals"`
	// SetsWithoutTemplate could not be read, with their octets; RecordsWithoutTemplate is how many
	// records they held as far as the header's count (V9) or the sequence (IPFIX) tells.
	SetsWithoutTemplate    uint64 `json:"sets-without-template"`
	OctetsWithoutTemplate  uint64 `json:"octets-without-template"`
	RecordsWithoutTemplate uint64 `json:"records-without-template"`
	// RecordsWithoutAddresses are data records of no IP flow: they are not handed out.
	RecordsWithoutAddresses uint64 `json:"records-without-addresses"`
	// RecordsWithoutTimes were handed out with the export time, for they had none, or one that is
	// relative to a boot time that the exporter didn't send.
	RecordsWithoutTimes uint64 `json:"records-without-times"`
	// ReservedSets have ids that mean nothing (yet).
	ReservedSets uint64 `json:"reserved-sets"`
	// CountMismatches are datagrams whose header counts other than what they held (V9).
	CountMismatches uint64 `json:"count-mismatches"`
	// TrailingOctets follow the last record or set of their datagram.
	TrailingOctets uint64 `json:"trailing-octets"`
}

func (c *Counters) countRecord(r *flowtable.Record) {
	c.Records++
	c.Packets += r.Packets
	c.Octets += r.Octets
}

// add adds other's counts to c's.
func (c *Counters) add(other *Counters) {
	c.Datagrams += other.Datagrams
	c.DatagramOctets += other.DatagramOctets
	c.Records += other.Records
	c.Packets += other.Packets
	c.Octets += other.Octets
	c.DataRecords += other.DataRecords
	c.ReverseRecords += other.ReverseRecords
	c.OptionsRecords += other.OptionsRecords
	c.TemplateRecords += other.TemplateRecords
	c.TemplatesReplaced += other.TemplatesReplaced
	c.TemplatesRefused += other.TemplatesRefused
	c.Withdrawals += other.Withdrawals
	c.SetsWithoutTemplate += other.SetsWithoutTemplate
	c.OctetsWithoutTemplate += other.OctetsWithoutTemplate
	c.RecordsWithoutTemplate += other.RecordsWithoutTemplate
	c.RecordsWithoutAddresses += other.RecordsWithoutAddresses
	c.RecordsWithoutTimes += other.RecordsWithoutTimes
	c.ReservedSets += other.ReservedSets
	c.CountMismatches += other.CountMismatches
	c.TrailingOctets += other.TrailingOctets
}
