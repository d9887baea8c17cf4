package agent

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/config/plan"
	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// Status is what status.json tells of a running device.
type Status struct {
	// Program is the version of sagflow, PID its process.
	Program string `json:"version"`
	PID     int    `json:"pid"`
	// Started, Updated and Ended are wall-clock times; Ended is zero while the process runs.
	Started time.Time `json:"started"`
	Updated time.Time `json:"updated"`
	Ended   time.Time `json:"ended,omitzero"`
	// SmartAccessGateway and SerialNumber say which device this is.
	SmartAccessGateway string `json:"smart-access-gateway"`
	SerialNumber       string `json:"serial-number,omitempty"`

	// State is running or inactive, Why says why, Since when that began.
	State string    `json:"state"`
	Why   string    `json:"why"`
	Since time.Time `json:"since"`
	// Generation counts the configurations that came in force; 0 is none yet. GenerationSince is when
	// this one did, Changed what it changed.
	Generation      int       `json:"generation"`
	GenerationSince time.Time `json:"generation-since"`
	Changed         string    `json:"changed"`
	// FlowLogId and FlowLog are what is bound; FlowLog is nil where nothing is.
	FlowLogId string           `json:"FlowLogId"`
	FlowLog   *flowlog.FlowLog `json:"FlowLog,omitempty"`
	Origin    config.Origin    `json:"origin,omitempty"`

	// Outputs are those in force, those that are being drained, and the newest that have ended.
	Outputs []OutputStatus      `json:"outputs"`
	Source  config.SourceStatus `json:"source"`
	// LogService is nil where no FlowLog of this run asked for Log Service and the spool was empty.
	LogService *LogServiceStatus `json:"log-service,omitempty"`
	// Interfaces are those that are captured live, or were.
	Interfaces []tap.Status `json:"interfaces,omitempty"`
	// Hardening says what the process has given up, a line for each measure.
	Hardening []string `json:"hardening,omitempty"`
	// Healthy says that there are no Troubles.
	Healthy  bool     `json:"healthy"`
	Troubles []string `json:"troubles"`
	// Refused says why what the source wants now can't be put in force; "" where it is in force.
	Refused string `json:"refused,omitempty"`
	// LastError is the last failure to put something in force, also one that is over.
	LastError   string    `json:"last-error,omitempty"`
	LastErrorAt time.Time `json:"last-error-at,omitzero"`
	// Sums are of the last time at which the input could be asked; nil before.
	Sums *Account `json:"sums,omitempty"`
}

// The states of a device.
const (
	StateRunning  = "running"
	StateInactive = "inactive"
)

func stateOf(metering bool) string {
	if metering {
		return StateRunning
	}
	return StateInactive
}

// OutputState is where in its life an output is.
type OutputState string

// The states of an output.
const (
	InForce  OutputState = "in force"
	Draining OutputState = "draining"
	Ended    OutputState = "ended"
)

// OutputStatus is an output, when it was in force, and what became of its records.
type OutputStatus struct {
	// Kind is netflow or sls, or command-line for what no FlowLog asks for.
	Kind  string      `json:"kind"`
	State OutputState `json:"state"`
	// From and Until are the first and the last generation in which it was in force; Until is absent
	// while it is.
	From  int `json:"from-generation"`
	Until int `json:"until-generation,omitempty"`
	// Due are the records that left the flow table in the generations that have ended.
	Due      exporter.Sum      `json:"due"`
	Counters exporter.Counters `json:"counters"`
	// OldestQueued is how long the oldest record waits, in seconds; 0 where none does, or where an output doesn't know.
	OldestQueued float64 `json:"oldest-queued-seconds,omitempty"`
}

// status is called with outputs.mu held.
func (m *member) status(state OutputState) OutputStatus {
	return OutputStatus{
		Kind: kindOf(m.part), State: state, From: m.from, Until: m.until, Due: m.due, Counters: m.Counters(), OldestQueued: m.oldest(),
	}
}

func (m *member) oldest() float64 {
	if queue, ok := m.Output.(interface{ OldestQueued() time.Duration }); ok {
		return queue.OldestQueued().Seconds()
	}
	return 0
}

func kindOf(part plan.Part) string {
	switch part {
	case plan.NetflowPart:
		return "netflow"
	case plan.SLSPart:
		return "sls"
	default:
		return commandLine
	}
}

const commandLine = "command-line"

// status gathers all but the sums.
func (d *device) status() *Status {
	service, problem := d.service.status() // without the lock: it may wait for a disk, and a change must not
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.ledger.inForce()
	s := &Status{
		Program: d.o.Program, PID: os.Getpid(), Started: d.r.started, Updated: d.r.o.Now(),
		SmartAccessGateway: d.o.Gateway.ID, SerialNumber: d.o.Gateway.SerialNumber,
		State: stateOf(g.Metering), Why: d.why, Since: d.since,
		Generation: g.Generation, GenerationSince: g.Since, Changed: g.Changed,
		FlowLogId: d.desired.FlowLog.FlowLogId, Origin: d.desired.Origin,
		Outputs: d.r.outputs.states(), Source: d.o.Source.Status(), Troubles: []string{},
		LastError: d.last.text, LastErrorAt: d.last.at,
	}
	if d.desired.Bound {
		f := d.desired.FlowLog
		s.FlowLog = &f
	}
	if d.refused != nil {
		s.Refused = d.refused.Error()
	}
	s.Interfaces = d.r.reader.interfaces()
	if d.o.Hardening != nil {
		s.Hardening = d.o.Hardening()
	}
	s.Troubles = append(s.Troubles, d.troubles(&s.Source)...)
	s.Troubles = append(s.Troubles, captureTroubles(s.Interfaces)...)
	if s.LogService = service; service != nil {
		s.Troubles = append(s.Troubles, service.troubles()...)
	}
	if problem != nil && (d.refused == nil || !strings.Contains(d.refused.Error(), problem.Error())) {
		s.Troubles = append(s.Troubles, problem.Error())
	}
	return s
}

// captureTroubles are the interfaces that can't be captured.
func captureTroubles(all []tap.Status) []string {
	var troubles []string
	for i := range all {
		if all[i].State == tap.Refused {
			troubles = append(troubles, fmt.Sprintf("interface %s: %s", all[i].Name, all[i].Why))
		}
	}
	return troubles
}

// troubles are what is wrong with the configuration. It is called with the lock held.
func (d *device) troubles(source *config.SourceStatus) []string {
	var all []string
	if d.refused != nil {
		all = append(all, "refused configuration: "+d.refused.Error())
	}
	if source.Reload != "" {
		all = append(all, "the last reload was refused: "+source.Reload)
	}
	switch {
	case d.ended != nil:
		all = append(all, "the source of the FlowLog has ended: "+d.ended.Error())
	case source.Error != "" && (d.refused == nil || source.Error != d.refused.Error()):
		all = append(all, "source of the FlowLog: "+source.Error)
	}
	return all
}
