package agent

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sagflow/sagflow/internal/human"
)

// progressEvery is how often the bar is drawn.
const progressEvery = 200 * time.Millisecond

// progress implements reader: it draws the bar on a terminal.
func (r *Replay) progress() (stop func()) {
	if !r.o.Progress || r.o.Quiet {
		return func() {}
	}
	quit := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		t := time.NewTicker(progressEvery)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				fmt.Fprintf(r.o.Stderr, "\r\x1b[K%s", r.progressLine())
			case <-quit:
				fmt.Fprint(r.o.Stderr, "\r\x1b[K")
				return
			}
		}
	})
	return func() { close(quit); done.Wait() }
}

// progressLine is bytes read, packets a second and records.
func (r *Replay) progressLine() string {
	p := r.input.source.Load().Progress()
	frames := r.framesRead.Load()
	elapsed := max(r.o.Now().Sub(r.started).Seconds(), 1e-3)
	var records uint64
	for _, c := range r.outputs.counters() {
		records = max(records, c.Put.Records)
	}
	how := human.Octets(uint64(p.Read))
	if p.Total > 0 {
		done := min(float64(p.Read)/float64(p.Total), 1)
		bar := int(done * 24)
		how = fmt.Sprintf("[%s%s] %3.0f %% of %s", strings.Repeat("#", bar), strings.Repeat(".", 24-bar), done*100, human.Octets(uint64(p.Total)))
	}
	if rounds := r.input.rounds.Load(); rounds > 0 {
		how = fmt.Sprintf("round %d %s", rounds+1, how)
	}
	return fmt.Sprintf("%s  %s packets, %s/s  %s records", how, human.Number(frames), human.Number(uint64(float64(frames)/elapsed)), human.Number(records))
}
