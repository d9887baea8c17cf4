package operation

import (
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/spool"
	"github.com/sagflow/sagflow/internal/agent"
)

func logServiceSection() section {
	return section{
		"Log Service",
		"The delivery to Log Service, from the first FlowLog on that asks for it, or from the start where something is spooled.",
		[]family{
			{
				"log_service_destinations", gauge, number, "Logstores that take batches (healthy), and that take none now (failing)",
				[]string{"state"},
				ofLogService(func(l *agent.LogServiceStatus, put put) {
					healthy := 0
					for i := range l.Destinations {
						if l.Destinations[i].State == sls.Healthy {
							healthy++
						}
					}
					put(float64(healthy), "healthy")
					put(float64(len(l.Destinations)-healthy), "failing")
				}),
			},
			{
				"log_service_waiting_records", gauge, records, "Records that wait in memory for Log Service", nil,
				ofLogService(func(l *agent.LogServiceStatus, put put) {
					var n uint64
					for i := range l.Destinations {
						n += l.Destinations[i].Waiting.Records
					}
					put(float64(n))
				}),
			},
			{
				"log_service_clock_offset_seconds", gauge, seconds, "Log Service's clock less this machine's, where a refused signature taught it, else 0", nil,
				ofLogService(func(l *agent.LogServiceStatus, put put) { put(l.ClockOffset.Seconds()) }),
			},
		},
	}
}

func ofLogService(values func(*agent.LogServiceStatus, put)) func(*view, put) {
	return func(v *view, put put) {
		if v.LogService != nil {
			values(v.LogService, put)
		}
	}
}

func spoolSection() section {
	all := []family{
		{
			"spool_bytes", gauge, octets, "Octets of the spool's files", nil,
			ofSpool(func(s *spool.Stats, put put) { put(float64(s.Bytes)) }),
		},
		{
			"spool_oldest_age_seconds", gauge, seconds, "How long ago the oldest queued batch was made; 0 where none is", nil,
			ofSpool(func(s *spool.Stats, put put) { put(s.OldestAge.Seconds()) }),
		},
	}
	return section{
		"Spool",
		"What is on disk for Log Service, where there is a spool. Counts are since the start: recovered + accepted = delivered + queued + set-aside + dropped, in batches and in records.",
		append(append(all, spoolCounts()...), spoolFaults()...),
	}
}

func ofSpool(values func(*spool.Stats, put)) func(*view, put) {
	return ofLogService(func(l *agent.LogServiceStatus, put put) {
		if l.Spool != nil {
			values(&l.Spool.Stats, put)
		}
	})
}

// spoolCounts are the counters that sum up, in batches and in records.
func spoolCounts() []family {
	var all []family
	for _, by := range []struct {
		name string
		unit unit
		in   string
		of   func(spool.Count) uint64
	}{
		{"batches", batches, "", func(c spool.Count) uint64 { return c.Batches }},
		{"records", records, ": the records in them", func(c spool.Count) uint64 { return c.Records }},
	} {
		one := func(name, help string, of func(*spool.Stats) spool.Count) family {
			return family{"spool_" + name + "_" + by.name + "_total", counter, by.unit, help + by.in, nil, ofSpool(func(s *spool.Stats, put put) {
				put(float64(by.of(of(s))))
			})}
		}
		all = append(
			all,
			one("recovered", "Batches that were found at the start", func(s *spool.Stats) spool.Count { return s.Recovered }),
			one("accepted", "Batches that the spool took", func(s *spool.Stats) spool.Count { return s.Accepted }),
			one("delivered", "Batches that were delivered from the spool", func(s *spool.Stats) spool.Count { return s.Delivered }),
			family{
				"spool_" + by.name, gauge, by.unit, "Batches that wait, and those that are set aside" + by.in,
				[]string{"state"},
				ofSpool(func(s *spool.Stats, put put) {
					put(float64(by.of(s.Queued)), "queued")
					put(float64(by.of(s.Aside)), "set-aside")
				}),
			},
			family{
				"spool_dropped_" + by.name + "_total", counter, by.unit, "Batches that the spool lost, by reason" + by.in,
				[]string{"reason"},
				ofSpool(func(s *spool.Stats, put put) {
					d := &s.Dropped
					for reason, c := range [...]spool.Count{spool.Full: d.Full, spool.TooOld: d.TooOld, spool.Damaged: d.Damaged, spool.Operator: d.Operator} {
						put(float64(by.of(c)), spool.Reason(reason).String())
					}
				}),
			},
		)
	}
	return all
}

func spoolFaults() []family {
	return []family{
		{
			"spool_damaged_pieces_total", counter, number, "Pieces of files without a good batch; torn ones, at the end of a file, may never have been accepted",
			[]string{"torn"},
			ofSpool(func(s *spool.Stats, put put) {
				put(float64(s.Damages.Pieces), "false")
				put(float64(s.Damages.TornPieces), "true")
			}),
		},
		{
			"spool_damaged_bytes_total", counter, octets, "Octets of these pieces",
			[]string{"torn"},
			ofSpool(func(s *spool.Stats, put put) {
				put(float64(s.Damages.Octets), "false")
				put(float64(s.Damages.TornOctets), "true")
			}),
		},
		{
			"spool_disk_errors_total", counter, number, "What the disk refused where nothing was lost by it", nil,
			ofSpool(func(s *spool.Stats, put put) { put(float64(s.DiskErrors)) }),
		},
	}
}
