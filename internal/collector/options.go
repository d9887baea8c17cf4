package collector

// Options bound what a Collector keeps: anybody can send it anything from any address. The zero
// value of each field means its default.
type Options struct {
	// MaxSessions is how many sessions (exporter address and port, domain, version) are kept.
	// A new one beyond that displaces the one that was silent longest. Default 4096.
	MaxSessions int
	// MaxTemplates is how many templates a session may have; more are refused. Default 1024.
	MaxTemplates int
	// MaxFields is how many fields the templates of a session may have together, each template
	// counting as 8 more; more are refused. Default 65536: RFC 5471 §3.5.3 tests a template of
	// 16370.
	MaxFields int
	// MaxTotalFields is the same for all sessions together; beyond it the sessions that were
	// silent longest are displaced. Default 1048576.
	MaxTotalFields int
	// ReliableTransport says that the messages come over TCP or SCTP, where Template Withdrawals
	// take effect. Over UDP they must be ignored (RFC 7011 §8.4), and are counted.
	ReliableTransport bool
	// KeepDuplicates hands out the records of duplicated datagrams again. They are counted as
	// duplicates in any case.
	KeepDuplicates bool
}

func (o Options) withDefaults() Options {
	setDefault(&o.MaxSessions, 4096)
	setDefault(&o.MaxTemplates, 1024)
	setDefault(&o.MaxFields, 1<<16)
	setDefault(&o.MaxTotalFields, 1<<20)
	return o
}

func setDefault(n *int, value int) {
	if *n <= 0 {
		*n = value
	}
}
