package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/sagflow/sagflow/flowtable"
	"github.com/sagflow/sagflow/internal/capture"
	"github.com/sagflow/sagflow/internal/capture/pcapfile"
	"github.com/sagflow/sagflow/internal/packet"
)

// input reads the captures round after round and moves their times.
type input struct {
	o                  *ReplayOptions
	source             atomic.Pointer[pcapfile.Source] // read by the progress bar too
	patient, abandoned bool
	opened             bool
	round              int
	rounds             atomic.Int64

	start           int64 // of the run, wall clock
	shift           int64
	known           bool
	least, greatest int64 // of the captures' own times, over the first round
	notes           map[string]uint64
}

func newInput(o *ReplayOptions, start time.Time) *input {
	in := &input{o: o, start: start.UnixNano(), notes: map[string]uint64{}, patient: patient(o.Files)}
	in.open()
	return in
}

func (in *input) open() {
	in.opened = true
	in.source.Store(pcapfile.New(pcapfile.Options{Files: in.o.Files, Stdin: in.o.Stdin, KnownLinkType: packet.KnownLinkType}))
}

// patient says that a file may keep its reader waiting for ever: a pipe, a terminal, a device. It is
// then read in a goroutine that can be left behind when the run is interrupted.
func patient(files []string) bool {
	for _, name := range files {
		if name == "-" {
			return true
		}
		if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return true
		}
	}
	return false
}

// take is next, but ends when ctx does. A reader that then still waits is abandoned with its
// source, which nobody touches any more. While it waits it runs the visits that are asked for.
func (in *input) take(ctx context.Context, frames []capture.Frame, asked <-chan visit) (int, error) {
	if !in.patient {
		return in.next(frames)
	}
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := in.next(frames)
		done <- result{n, err}
	}()
	for {
		select {
		case r := <-done:
			return r.n, r.err
		case one := <-asked:
			one.receive()
		case <-ctx.Done():
			in.abandoned = true
			return 0, nil
		}
	}
}

// next takes frames of this round or, at its end, of the next one. Damage ends the input after the
// round in which it was found: it would be found again in each.
func (in *input) next(frames []capture.Frame) (int, error) {
	n, err := in.source.Load().Next(frames)
	if n > 0 {
		in.span(frames[:n])
	}
	if err == nil {
		return n, nil
	}
	in.endRound()
	if !errors.Is(err, io.EOF) || in.round == in.o.Loop || !in.known {
		return n, err
	}
	if in.greatest > flowtable.MaxTime-in.shift {
		return n, fmt.Errorf("read captures in round %d of --loop: times would rise beyond the year 2116", in.round+1)
	}
	in.open()
	return n, nil
}

// span notes the captures' first and last time, which say how far the next round's times move.
func (in *input) span(frames []capture.Frame) {
	if !in.known {
		in.known = true
		in.least, in.greatest = frames[0].Time, frames[0].Time
		if in.o.TimesNow {
			in.shift = in.start - frames[0].Time
		}
	}
	if in.round > 0 {
		return
	}
	for i := range frames {
		in.least = min(in.least, frames[i].Time)
		in.greatest = max(in.greatest, frames[i].Time)
	}
}

// roundGap parts the rounds of a loop: one microsecond, the usual resolution of captures.
const roundGap = int64(time.Microsecond)

// endRound moves the times of the next round to after those of this one.
func (in *input) endRound() {
	in.round++
	in.rounds.Store(int64(in.round))
	if span := in.greatest - in.least + roundGap; in.shift > flowtable.MaxTime-span {
		in.shift = flowtable.MaxTime
	} else {
		in.shift += span
	}
	in.close()
}

// move turns a capture's time into the run's, within flowtable.MaxTime.
func (in *input) move(t int64) int64 {
	if in.shift == 0 {
		return t
	}
	if moved := t + in.shift; (moved > t) == (in.shift > 0) {
		return max(-flowtable.MaxTime, min(moved, flowtable.MaxTime))
	}
	if in.shift > 0 {
		return flowtable.MaxTime
	}
	return -flowtable.MaxTime
}

// close closes the source, if one is open, and keeps what it noticed.
func (in *input) close() {
	if in.abandoned || !in.opened {
		return
	}
	in.opened = false
	source := in.source.Load()
	for _, n := range source.Notes() {
		in.notes[n.Name] += n.Count
	}
	_ = source.Close() // files that were only read
}

// noted returns what reading noticed. Of an abandoned source it isn't known.
func (in *input) noted() map[string]uint64 {
	if in.abandoned {
		return map[string]uint64{}
	}
	return in.notes
}
