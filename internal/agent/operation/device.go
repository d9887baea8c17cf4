package operation

import (
	"runtime"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
)

func deviceSection() section {
	return section{
		"Device",
		"What runs, what is in force, and whether all is well. Only sagflow_build_info is there before the first status.",
		append(identity(), condition()...),
	}
}

func identity() []family {
	return []family{
		{
			"build_info", gauge, number, "The program's version, and the one of Go that built it",
			[]string{"version", "goversion"},
			func(v *view, put put) { put(1, v.version, runtime.Version()) },
		},
		{
			"device_info", gauge, number, "Which device this is",
			[]string{"smart_access_gateway", "serial_number"},
			func(v *view, put put) { put(1, v.SmartAccessGateway, v.SerialNumber) },
		},
		{
			"start_time_seconds", gauge, timestamp, "When the device started", nil,
			ofStatus(func(s *agent.Status) float64 { return stamp(s.Started) }),
		},
		{
			"status_timestamp_seconds", gauge, timestamp, "When the device last told how it is, each second", nil,
			ofStatus(func(s *agent.Status) float64 { return stamp(s.Updated) }),
		},
	}
}

func condition() []family {
	return []family{
		{
			"state", gauge, truth, "Whether packets are metered (running) or read and counted only (inactive)",
			[]string{"state"},
			func(v *view, put put) {
				states([]string{agent.StateRunning, agent.StateInactive}, v.State, func(n float64, state string) { put(n, state) })
			},
		},
		{
			"flowlog_bound", gauge, truth, "Whether a FlowLog is bound to the device", nil,
			ofStatus(func(s *agent.Status) float64 { return yes(s.FlowLog != nil) }),
		},
		{
			"generation", gauge, number, "How many configurations came in force since the start", nil,
			ofStatus(func(s *agent.Status) float64 { return float64(s.Generation) }),
		},
		{
			"generation_start_time_seconds", gauge, timestamp, "When the configuration in force came in force", nil,
			func(v *view, put put) { putTime(v.GenerationSince, put) },
		},
		{
			"configuration_refused", gauge, truth, "Whether what the source wants now can't be put in force", nil,
			ofStatus(func(s *agent.Status) float64 { return yes(s.Refused != "") }),
		},
		{
			"healthy", gauge, truth, "Whether there is no trouble", nil,
			ofStatus(func(s *agent.Status) float64 { return yes(s.Healthy) }),
		},
		{
			"troubles", gauge, number, "How many troubles there are; /status names them", nil,
			ofStatus(func(s *agent.Status) float64 { return float64(len(s.Troubles)) }),
		},
		{
			"sums_exact", gauge, truth, "Whether what was counted at each hop adds up; 0 is a defect of the program", nil,
			ofAccount(func(a *agent.Account, put put) { put(yes(a.Exact)) }),
		},
		{
			"sums_timestamp_seconds", gauge, timestamp, "When the workers were last asked what they had counted", nil,
			ofAccount(func(a *agent.Account, put put) { put(stamp(a.At)) }),
		},
	}
}

// stamp is a time to the millisecond, as Prometheus' own.
func stamp(t time.Time) float64 { return float64(t.UnixMilli()) / 1e3 }

// putTime gives no value for a time that is not known.
func putTime(t time.Time, put put) {
	if !t.IsZero() {
		put(stamp(t))
	}
}
