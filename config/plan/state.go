package plan

import (
	"fmt"
	"net"
	"strconv"

	"github.com/sagflow/sagflow/config"
)

// State is what a configuration makes a device do. It is comparable; the zero value is a device that
// meters nothing.
type State struct {
	// Metering says that packets are counted into flows.
	Metering bool
	// Aging, Netflow and SLS are zero where there is no such part.
	Aging   Aging
	Netflow Netflow
	SLS     SLS
}

// Aging is when flows end, in seconds.
type Aging struct{ Active, Inactive int }

// Netflow is an output to a collector.
type Netflow struct {
	// Address is HOST:PORT, Version V5, V9 or V10.
	Address, Version string
	// Export is config.Desired's.
	Export int
}

// SLS is an output to a Logstore of Log Service.
type SLS struct{ Region, Project, Logstore string }

// Of reduces a configuration to its parts.
func Of(d config.Desired) State {
	if !d.Runs() {
		return State{}
	}
	f := d.FlowLog
	s := State{Metering: true, Aging: Aging{f.ActiveAging, f.InactiveAging}}
	if f.OutputType.Netflow() {
		s.Netflow = Netflow{net.JoinHostPort(f.NetflowServerIp, strconv.Itoa(f.NetflowServerPort)), f.NetflowVersion, d.Export}
	}
	if f.OutputType.SLS() {
		s.SLS = SLS{f.SlsRegionId, f.ProjectName, f.LogstoreName}
	}
	return s
}

// String is as in "300/15", active before inactive, or "none".
func (a Aging) String() string {
	if a == (Aging{}) {
		return none
	}
	return fmt.Sprintf("%d/%d", a.Active, a.Inactive)
}

// String is as in "V9 192.0.2.9:2055", or "none". Of settings that were changed it says which they are.
func (n Netflow) String() string {
	switch {
	case n == (Netflow{}):
		return none
	case n.Export > 0:
		return fmt.Sprintf("%s %s with settings %d", n.Version, n.Address, n.Export)
	}
	return n.Version + " " + n.Address
}

// String is as in "project/logstore in cn-hangzhou", or "none".
func (s SLS) String() string {
	if s == (SLS{}) {
		return none
	}
	return fmt.Sprintf("%s/%s in %s", s.Project, s.Logstore, s.Region)
}

const none = "none"

func meteringName(m bool) string {
	if m {
		return "running"
	}
	return "not running"
}
