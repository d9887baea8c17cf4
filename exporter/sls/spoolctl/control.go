package spoolctl

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/sls/spool"
)

// Control is what can be done to a spool by hand. Each operation goes from batch to batch, by ID, and
// calls do for each, one at a time: an error of do ends it and is returned. The end of the context ends
// it between two batches. Any goroutine may use it.
type Control interface {
	// Totals are the counts of this moment.
	Totals(ctx context.Context) (Totals, error)
	// List describes batches, without their payload.
	List(ctx context.Context, s Selection, do func(Found) error) error
	// Read gives batches with their payload, which belongs to do.
	Read(ctx context.Context, s Selection, do func(Found) error) error
	// Retry queues batches again that were set aside, under new IDs.
	Retry(ctx context.Context, s Selection, do func(Outcome) error) error
	// Drop drops batches, queued or set aside, for the reason operator.
	Drop(ctx context.Context, s Selection, do func(Outcome) error) error
	// Close gives the spool's lock back, or the connection.
	Close() error
}

// Selection says which batches are meant, in exactly one of its ways. All and SetAside mean those that
// are there when the operation begins; what is gone when its turn comes is passed over, where a batch
// that is named by ID would be a problem.
type Selection struct {
	IDs      []spool.ID `json:"ids,omitempty"`
	SetAside bool       `json:"set-aside,omitempty"`
	All      bool       `json:"all,omitempty"`
}

var errSelection = errors.New("want IDs from 1 on, or all that are set aside, or all: one of these")

func (s Selection) check() error {
	ways := 0
	for _, chosen := range []bool{len(s.IDs) > 0, s.SetAside, s.All} {
		if chosen {
			ways++
		}
	}
	if ways != 1 {
		return errSelection
	}
	for _, id := range s.IDs {
		if id == 0 {
			return errSelection
		}
	}
	return nil
}

// Found is a batch, or says why it can't be given.
type Found struct {
	// Item has its ID also where there is a problem.
	Item spool.Item
	// Problem is "" where there is none. The operation goes on with the next batch.
	Problem string
}

// SetAside says whether the batch is set aside; else it is queued.
func (f *Found) SetAside() bool { return !f.Item.AsideAt.IsZero() }

// Outcome is what was done to a batch.
type Outcome struct {
	ID spool.ID `json:"id"`
	// NewID is the batch's after Retry.
	NewID spool.ID `json:"new-id,omitempty"`
	// Sum is what is in the batch, as far as that is known.
	Sum exporter.Sum `json:"sum"`
	// Problem says why it was not done, "" where it was. The operation goes on with the next batch.
	Problem string `json:"problem,omitempty"`
}

// Totals are a spool's counts.
type Totals struct {
	// Directory is where the spool is, and PID the process that has it open.
	Directory string      `json:"directory"`
	PID       int         `json:"pid"`
	Stats     spool.Stats `json:"stats"`
	// Damages are the damaged pieces that this process met, the first 256 of them.
	Damages []spool.Damage `json:"damages,omitempty"`
}

// tellEvery is how often Changed is called during an operation on many batches.
const tellEvery = time.Second

// Directory is where in a state directory the spool is.
func Directory(state string) string { return filepath.Join(state, "spool") }

// Socket is where in a state directory the control socket is, while a device runs.
func Socket(state string) string { return filepath.Join(state, "spool.sock") }
