package sls

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What comes and goes is said now and then, and an outage that begins between two times is said as well.
func TestFlappingIsQuiet(t *testing.T) {
	lines := &logLines{}
	inWorld(t, func(w *world) { w.log = lines.logger() }, func(t *testing.T, w *world, d *machine) {
		n := 0
		w.service.set(func(string, string, int) answer {
			if n++; n%2 == 0 {
				return refuse(503, "ServerBusy")
			}
			return answer{}
		})
		for range 3600 {
			mustPut(t, d, 16)
			sleep(time.Second)
		}
		if most := 2 * int(time.Hour/sayAgain+1); len(lines.all) < 4 || len(lines.all) > most {
			t.Errorf("%d lines in an hour, want a few, at most %d: %q", len(lines.all), most, lines.all)
		}
		w.service.set(always(refuse(503, "ServerBusy")))
		before := len(lines.all)
		mustPut(t, d, 16)
		sleep(sayAgain + 5*time.Minute)
		if n := len(lines.all) - before; n > 1 || !strings.Contains(lines.all[len(lines.all)-1], "takes no batches") &&
			!strings.Contains(lines.all[len(lines.all)-1], "doesn't take batches") {
			t.Errorf("the outage is said by %q", lines.all[before:])
		}
	})
}

// A service that always has another code fills neither the log nor the memory.
func TestManyStates(t *testing.T) {
	var q quiet
	now, allowed := time.Unix(1e9, 0), 0
	for n := range 1000 {
		if q.allows(fmt.Sprint("code", n), now) {
			allowed++
		}
	}
	if allowed != maxStates || len(q.last) != maxStates {
		t.Errorf("%d states are said and %d known, want %d", allowed, len(q.last), maxStates)
	}
	if q.allows("code1", now.Add(sayAgain-1)) || !q.allows("code1", now.Add(sayAgain)) || !q.allows("code2", now.Add(-1)) {
		t.Error("a state is said again at another time than it should")
	}
}
