package config

import (
	"context"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Origin says where a Desired comes from.
type Origin string

// The origins.
const (
	FromFile     Origin = "file"
	FromAPI      Origin = "api"
	FromLastGood Origin = "last-good" // kept on disk from an earlier answer of the API
)

// Desired is what a Source wants in force. It is comparable; two that differ only in Origin or
// Received ask for the same.
type Desired struct {
	// Bound says that a FlowLog is bound to the device. If not, FlowLog is zero.
	Bound bool
	// FlowLog was checked; it may be Inactive.
	FlowLog flowlog.FlowLog
	Origin  Origin
	// Received is when the source learnt it.
	Received time.Time
	// Export counts the ways in which the device itself was told to export, beside the FlowLog: with another one
	// its outputs to collectors are built anew. Sources leave it 0.
	Export int
}

// Runs says that packets are to be metered: a FlowLog is bound and Active.
func (d Desired) Runs() bool { return d.Bound && d.FlowLog.Status == flowlog.Active }

// Same says that both ask for the same.
func (d Desired) Same(e Desired) bool {
	return d.Bound == e.Bound && d.FlowLog == e.FlowLog && d.Export == e.Export
}

// Source tells what is to be in force, and its changes.
type Source interface {
	// Run calls apply with what is desired: as soon as that is known, at each change, and again at the next
	// poll where apply returned an error, until ctx ends. apply is called by one goroutine at a time;
	// it returns nil once the configuration is in force. Run returns nil when ctx ended; other errors
	// are those that no retry will mend.
	Run(ctx context.Context, apply func(context.Context, Desired) error) error
	// Status is how the source is doing; any goroutine may call it.
	Status() SourceStatus
}

// SourceStatus is how a Source is doing. Its JSON form stands in status.json.
type SourceStatus struct {
	// Origin is that of what was applied last, "" before.
	Origin Origin `json:"origin"`
	// Endpoint is what is polled, "" for a file.
	Endpoint string `json:"endpoint,omitempty"`
	// LastGood is when the last valid answer came, LastPoll when the last attempt ended.
	LastGood time.Time `json:"last-good,omitzero"`
	LastPoll time.Time `json:"last-poll,omitzero"`
	// Polls counts attempts, Failed those without a valid answer, Refused by kind of failure.
	Polls  uint64            `json:"polls"`
	Failed uint64            `json:"failed"`
	Faults map[string]uint64 `json:"faults,omitempty"`
	// Error is the last failure, "" while all is well, and Since is when that state began.
	Error string    `json:"error,omitempty"`
	Since time.Time `json:"error-since,omitzero"`
	// Reload is why the last reload of the device's own file was refused, "" where it was not.
	Reload string `json:"reload-refused,omitempty"`
	// ClockOffset is the API's clock minus ours, where a refused signature taught it.
	ClockOffset time.Duration `json:"clock-offset-ns,omitempty"`
}
