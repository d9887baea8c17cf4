package operation

import (
	"fmt"
	"strings"
	"time"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// How old things may be in a process that works.
const (
	// maxAge is that of the status, which is made each second.
	maxAge = 10 * time.Second
	// maxSumsAge is that of its sums, which the workers are asked for between two packets. They take long only while
	// a whole table leaves at once.
	maxSumsAge = time.Minute
)

const noStatus = "there is no status yet: the device is starting"

// unhealthy says why the process doesn't work.
func (s *Server) unhealthy(now *agent.Status) []string {
	if now == nil {
		return []string{noStatus}
	}
	var all []string
	at := s.o.Now()
	if age := at.Sub(now.Updated); age > maxAge {
		all = append(all, fmt.Sprintf("the status is %s old", age.Round(time.Second)))
	}
	return append(all, s.unsound(now.Sums, at)...)
}

// unsound says what is wrong with the sums.
func (s *Server) unsound(sums *agent.Account, at time.Time) []string {
	if sums == nil {
		return nil
	}
	var all []string
	if age := at.Sub(sums.At); s.o.Live && age > maxSumsAge {
		all = append(all, fmt.Sprintf("the workers have not answered for %s", age.Round(time.Second)))
	}
	if !sums.Exact {
		all = append(all, "the sums of the counters do not hold: this is a defect of the program, please report it with /status")
	}
	for _, one := range sums.Sums {
		if !one.Holds {
			all = append(all, fmt.Sprintf("%s: %d is not %d", one.What, one.Left, one.Right))
		}
	}
	return all
}

// unready says why the device doesn't do what it is meant to. That it is inactive, or that no FlowLog is bound, is no
// reason: then that is what is in force.
func (s *Server) unready(now *agent.Status) []string {
	all := s.unhealthy(now)
	if now == nil {
		return all
	}
	if !now.Ended.IsZero() {
		all = append(all, "the device has ended")
	}
	if now.Generation == 0 {
		all = append(all, "no configuration is in force yet"+because(now.Source.Error))
	}
	if now.Refused != "" {
		all = append(all, "refused configuration: "+now.Refused)
	}
	if s.o.Live {
		all = append(all, uncaptured(now.Interfaces)...)
	}
	return all
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// maxNamed is how many interfaces are named one by one.
const maxNamed = 16

// uncaptured says that no interface is captured, and how each is.
func uncaptured(interfaces []tap.Status) []string {
	var states []string
	for i := range interfaces {
		one := &interfaces[i]
		if one.State == tap.Capturing {
			return nil
		}
		states = append(states, one.Name+" is "+one.State+because(one.Why))
	}
	switch n := len(states); {
	case n == 0:
		states = append(states, "there is none that `interfaces` names")
	case n > maxNamed:
		states = append(states[:maxNamed], fmt.Sprintf("and %d more", n-maxNamed))
	}
	return []string{"no interface is captured: " + strings.Join(states, ", ")}
}
