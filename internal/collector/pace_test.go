package collector

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	start := time.Unix(1000, 0)
	after := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	p := pace{idle: time.Second}
	if p.ended(after(1e6)) || p.flush(after(1e6)) || !p.deadline().IsZero() {
		t.Error("before the first datagram nothing is due")
	}
	p.datagram(after(0), false)
	if p.flush(after(900)) || p.deadline() != after(1000) {
		t.Errorf("no records: deadline %v", p.deadline())
	}
	p.datagram(after(500), true)
	p.datagram(after(600), true)
	if p.deadline() != after(700) || p.flush(after(699)) {
		t.Errorf("records wait from the first on: deadline %v", p.deadline())
	}
	if !p.flush(after(700)) || p.flush(after(5000)) {
		t.Error("flushed once when due")
	}
	if p.deadline() != after(1600) || p.ended(after(1599)) || !p.ended(after(1600)) {
		t.Errorf("ends a second after the last datagram: deadline %v", p.deadline())
	}
}

func TestPaceWithoutIdle(t *testing.T) {
	var p pace
	now := time.Unix(1000, 0)
	p.datagram(now, true)
	if p.deadline() != now.Add(flushDelay) || p.ended(now.Add(time.Hour)) {
		t.Errorf("deadline %v", p.deadline())
	}
	p.flush(now.Add(time.Hour))
	if !p.deadline().IsZero() {
		t.Error("nothing is due any more")
	}
}
