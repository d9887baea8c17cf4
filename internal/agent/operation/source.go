package operation

import (
	"maps"
	"slices"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/internal/agent"
)

func sourceSection() section {
	return section{
		"Source of the FlowLog",
		"Where the FlowLog comes from, and how the source is doing. A FlowLog that is written in the device's own file is not polled.",
		[]family{
			{
				"source_origin", gauge, truth, "Where the FlowLog in force comes from; all are 0 before the first",
				[]string{"origin"},
				func(v *view, put put) {
					all := []string{string(config.FromAPI), string(config.FromFile), string(config.FromLastGood)}
					states(all, string(v.Source.Origin), func(n float64, origin string) { put(n, origin) })
				},
			},
			{
				"source_failing", gauge, truth, "Whether the source fails now", nil,
				ofStatus(func(s *agent.Status) float64 { return yes(s.Source.Error != "") }),
			},
			{
				"source_polls_total", counter, number, "Attempts to learn the FlowLog", nil,
				ofStatus(func(s *agent.Status) float64 { return float64(s.Source.Polls) }),
			},
			{
				"source_failed_polls_total", counter, number, "Attempts without a valid answer", nil,
				ofStatus(func(s *agent.Status) float64 { return float64(s.Source.Failed) }),
			},
			{
				"source_faults_total", counter, number, "Failures by kind, those to apply and to keep a FlowLog included; a kind is there from its first on",
				[]string{"kind"},
				faults,
			},
			{
				"source_last_success_timestamp_seconds", gauge, timestamp, "When the last valid answer came; absent before", nil,
				func(v *view, put put) { putTime(v.Source.LastGood, put) },
			},
			{
				"source_last_poll_timestamp_seconds", gauge, timestamp, "When the last attempt ended; absent before", nil,
				func(v *view, put put) { putTime(v.Source.LastPoll, put) },
			},
			{
				"source_clock_offset_seconds", gauge, seconds, "The API's clock less this machine's, where a refused signature taught it, else 0", nil,
				ofStatus(func(s *agent.Status) float64 { return s.Source.ClockOffset.Seconds() }),
			},
		},
	}
}

// faults sums up by label: kinds that have none of their own count together.
func faults(v *view, put put) {
	sums := map[string]uint64{}
	for _, kind := range slices.Sorted(maps.Keys(v.Source.Faults)) {
		sums[v.names.faults.label(kind)] += v.Source.Faults[kind]
	}
	for kind, n := range sums {
		put(float64(n), kind)
	}
}
