package agent

import (
	"fmt"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// LogServiceStatus is how the delivery to Log Service is doing, over all outputs.
type LogServiceStatus struct {
	// Boot names this start of the device in the tags of its batches.
	Boot string `json:"boot"`
	// Destinations are those that an output exports to, or that batches wait for.
	Destinations []sls.Status `json:"destinations"`
	// ClockOffset is Log Service's clock minus ours, where a refused signature taught it.
	ClockOffset time.Duration `json:"clock-offset-ns,omitempty"`
	// Earlier is what became of batches of earlier runs, and of those that outputs left behind when
	// they ended.
	Earlier exporter.Counters `json:"earlier"`
	// Spool is what is on disk, nil where there is no spool.
	Spool *SpoolStatus `json:"spool,omitempty"`
}

// SpoolStatus is what the spool counts, and where it is.
type SpoolStatus struct {
	Directory string `json:"directory"`
	spool.Stats
}

// status returns nil where there was no need for Log Service yet, and why the spool can't be used.
func (l *logService) status() (*LogServiceStatus, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last != nil {
		return l.last, nil
	}
	return l.report(), l.problem
}

// report is called with the lock held.
func (l *logService) report() *LogServiceStatus {
	if l.sender == nil {
		return nil
	}
	s := &LogServiceStatus{Boot: l.sender.Boot(), Destinations: l.sender.Status(), Earlier: l.sender.Counters(), ClockOffset: l.client.ClockOffset()}
	if l.spool != nil {
		s.Spool = &SpoolStatus{Directory: l.directory(), Stats: l.spool.Stats()}
	}
	return s
}

// troubles are the destinations that take nothing now.
func (s *LogServiceStatus) troubles() []string {
	var all []string
	for i := range s.Destinations {
		d := &s.Destinations[i]
		if d.State == sls.Healthy {
			continue
		}
		all = append(all, fmt.Sprintf("Log Service takes nothing for %s (%s): %s: %s", d.Destination, d.State, d.Error, d.Hint))
	}
	return all
}

// sums are the equations of the spool, when all outputs have ended.
func (s *LogServiceStatus) sums() []Sum {
	c := &s.Earlier
	recovered, settled := c.Recovered, c.Settled()
	all := []Sum{
		sum(sls.SpoolName+": records left by outputs and earlier runs = acknowledged + spooled + set aside + dropped", recovered.Records, settled.Records),
		sum(sls.SpoolName+": packets likewise", recovered.Packets, settled.Packets),
		sum(sls.SpoolName+": octets likewise", recovered.Octets, settled.Octets),
	}
	if p := s.Spool; p != nil {
		in, out := p.Recovered.Plus(p.Accepted), p.Delivered.Plus(p.Queued).Plus(p.Aside).Plus(p.Dropped.Total())
		all = append(all,
			sum(sls.SpoolName+": batches found + accepted = delivered + queued + set aside + dropped", in.Batches, out.Batches),
			sum(sls.SpoolName+": records likewise", in.Records, out.Records),
			sum(sls.SpoolName+": records queued on disk = spooled", p.Queued.Records, c.Spooled.Records),
		)
	}
	return all
}
