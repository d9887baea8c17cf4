package smartag

import (
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/sagflow/sagflow/config"
)

// The parts of a Source that can fail on their own. An error of one stays until that one works again.
const (
	partAPI = iota
	partApply
	partState
	parts
)

// health counts how a Source does, and logs each change of it once. Any goroutine may use it.
type health struct {
	log   *slog.Logger
	now   func() time.Time
	clock *clock

	mu     sync.Mutex
	status config.SourceStatus
	errs   [parts]error
	kinds  [parts]Kind
	since  [parts]time.Time
	missed uint64 // failures of the API in a row
}

// snapshot is the status now.
func (h *health) snapshot() config.SourceStatus {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.status
	s.Faults = maps.Clone(s.Faults)
	s.ClockOffset = h.clock.known()
	return s
}

// polled takes the end of a pull.
func (h *health) polled(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	h.status.Polls++
	h.status.LastPoll = now
	if err == nil {
		h.status.LastGood = now
		h.recovered(now)
		return
	}
	h.status.Failed++
	h.missed++
	kind := Internal
	var failure *Error
	if errors.As(err, &failure) {
		kind = failure.Kind
	}
	if h.failed(partAPI, kind, err, now) {
		h.log.Warn("the FlowLog can't be pulled", "kind", kind, "endpoint", h.status.Endpoint, "error", err)
	}
}

// recovered takes a good answer.
func (h *health) recovered(now time.Time) {
	if since, was := h.since[partAPI], h.kinds[partAPI]; was != "" {
		h.log.Info("the FlowLog can be pulled again", "was", was, "failed-polls", h.missed,
			"after", now.Sub(since).Round(time.Millisecond))
	}
	h.missed = 0
	h.worked(partAPI)
}

// applied takes the end of an apply.
func (h *health) applied(err error, origin config.Origin) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.status.Origin = origin
		h.worked(partApply)
		return
	}
	h.failed(partApply, ApplyFailed, err, h.now()) // whoever can't apply it says so
}

// stored takes the end of a read or write of the last good FlowLog.
func (h *health) stored(kind Kind, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.worked(partState)
		return
	}
	if h.failed(partState, kind, err, h.now()) {
		h.log.Warn("the last good FlowLog can't be kept or used", "error", err)
	}
}

// without takes that nothing can be kept, where that is allowed: it is said and counted, and no failing state.
func (h *health) without(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count(StateFailed)
	h.log.Warn("running without a last good FlowLog on disk", "error", err)
}

// count counts a failure.
func (h *health) count(kind Kind) {
	if h.status.Faults == nil {
		h.status.Faults = map[string]uint64{}
	}
	h.status.Faults[string(kind)]++
}

// failed counts a failure and says whether it is of another kind than the one before.
func (h *health) failed(part int, kind Kind, err error, now time.Time) (changed bool) {
	h.count(kind)
	changed = h.kinds[part] != kind
	if h.errs[part] == nil {
		h.since[part] = now
	}
	h.errs[part], h.kinds[part] = err, kind
	h.sum()
	return changed
}

func (h *health) worked(part int) {
	h.errs[part], h.kinds[part], h.since[part] = nil, "", time.Time{}
	h.sum()
}

// sum makes the status's one error, in one line, of those of the parts, since the earliest.
func (h *health) sum() {
	var texts []string
	h.status.Since = time.Time{}
	for part, err := range h.errs {
		if err == nil {
			continue
		}
		texts = append(texts, oneLine(err.Error()))
		if h.status.Since.IsZero() || h.since[part].Before(h.status.Since) {
			h.status.Since = h.since[part]
		}
	}
	h.status.Error = strings.Join(texts, "; ")
}
