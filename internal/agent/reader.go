package agent

import (
	"context"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/internal/capture/tap"
	"github.com/sagflow/sagflow/internal/packet"
)

// reader is what takes packets to the lanes of an engine: from files, or live.
type reader interface {
	// open makes the lanes, whose records go to group.
	open(group *exporter.Group) (*lanes, error)
	// ready waits until what there is at the start is open. It is called before read, and before anything is asked of
	// the world outside.
	ready(ctx context.Context) error
	// stop is called once after ready and read, before the lanes are flushed.
	stop() error
	// read takes packets until the input ends, ctx ends, or the outputs can't take records, and runs the visits
	// that are asked for meanwhile.
	read(ctx context.Context) error
	// clock is the aging clock at the reader's position.
	clock() int64
	// count adds what is counted outside of the lanes.
	count(*position)
	// sources are what the sessions ask of the input.
	sources() sources
	// progress shows how far it is until the returned function is called.
	progress() (stop func())
	// decoded are the decoder's counters, when the lanes are at rest.
	decoded() *packet.Counters
	// interfaces are those that are captured live; nil where none can be.
	interfaces() []tap.Status
	// describe adds what the summary says of the input.
	describe(*Summary)
}
