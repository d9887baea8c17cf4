package wire

import (
	"testing"
	"time"
)

// step is a datagram: when, whether it holds records, and which templates must be due before it.
type step struct {
	at      time.Duration
	records bool
	want    Mask
}

// play runs steps with datagrams that hold all the templates that are due.
func play(t *testing.T, r Repeat, steps []step) {
	t.Helper()
	l := small(4)
	s := Schedule{}
	for i, st := range steps {
		s.Begin(r, time.Unix(0, 0).Add(st.at), MaskBelow(2), false)
		if s.Due() != st.want {
			t.Errorf("datagram %d at %v: due %b, want %b", i, st.at, s.Due(), st.want)
		}
		p := l.NewPlan(1000, s.Known())
		p.AddTemplates(s.Due())
		if st.records {
			p.AddRecord(0)
		}
		s.Sent(&p, st.records, st.records)
	}
}

func TestRepeatByPackets(t *testing.T) {
	play(t, Repeat{Packets: 3}, []step{
		{0, true, 3},
		{0, true, 0},
		{time.Hour, true, 0},
		{time.Hour, true, 3},
		{time.Hour, true, 0},
	})
}

func TestRepeatByPacketsCountsData(t *testing.T) {
	play(t, Repeat{Packets: 1}, []step{{0, false, 3}, {0, false, 0}, {0, true, 0}, {0, false, 3}})
}

func TestRepeatByTime(t *testing.T) {
	play(t, Repeat{Interval: time.Minute}, []step{
		{0, true, 3},
		{time.Minute - 1, true, 0},
		{time.Minute, true, 3},
		{2*time.Minute - 1, false, 0},
		{5 * time.Minute, false, 3},
		{6*time.Minute - 1, true, 0},
	})
}

func TestNeverRepeat(t *testing.T) {
	play(t, Repeat{}, []step{{0, true, 3}, {time.Hour, true, 0}, {24 * time.Hour, true, 0}})
}

// TestShortDatagrams is a round that takes several datagrams.
func TestShortDatagrams(t *testing.T) {
	l := small(4)
	r := Repeat{Packets: 1, Interval: 1}
	s := Schedule{}
	s.Begin(r, time.Unix(1, 0), MaskBelow(3), false)
	p := l.NewPlan(20+24, s.Known())
	p.AddTemplates(s.Due())
	s.Sent(&p, true, false)
	if s.Due() != MaskOf(2) || s.Known() != MaskBelow(2) || !s.Starved() {
		t.Fatalf("due %b, known %b, starved %v after the first", s.Due(), s.Known(), s.Starved())
	}
	// The next datagram's time is no reason to begin again.
	s.Begin(r, time.Unix(2, 0), MaskBelow(3), false)
	p = l.NewPlan(20+24, s.Known())
	p.AddTemplates(s.Due())
	s.Sent(&p, true, false)
	if s.Due() != 0 || !s.Starved() {
		t.Fatalf("due %b, starved %v after the second", s.Due(), s.Starved())
	}
	// Neither are the records that still wait.
	s.Begin(r, time.Unix(3, 0), MaskBelow(3), false)
	if s.Due() != 0 {
		t.Fatalf("a new round with records waiting: %b", s.Due())
	}
	p = l.NewPlan(100, s.Known())
	p.AddRecord(0)
	s.Sent(&p, true, true)
	s.Begin(r, time.Unix(4, 0), MaskBelow(3), false)
	if s.Due() != MaskBelow(3) {
		t.Fatalf("no new round after a record: %b", s.Due())
	}
}

// TestExtraTemplates are repeated once they were used.
func TestExtraTemplates(t *testing.T) {
	l := small(4)
	s := Schedule{}
	s.Begin(Repeat{}, time.Unix(0, 0), MaskOf(0), false)
	p := l.NewPlan(1000, s.Known())
	p.AddTemplates(s.Due())
	p.AddRecord(1)
	s.Sent(&p, true, true)
	s.Restart(time.Unix(0, 0), MaskOf(0))
	if s.Due() != MaskBelow(2) || s.Known() != 0 {
		t.Errorf("due %b, known %b; want both templates due", s.Due(), s.Known())
	}
}

func TestRefresh(t *testing.T) {
	l := small(4)
	s := Schedule{}
	begin := func() {
		s.Begin(Repeat{}, time.Unix(0, 0), MaskOf(0), false)
		p := l.NewPlan(1000, s.Known())
		p.AddTemplates(s.Due())
		s.Sent(&p, true, true)
	}
	begin()
	s.Begin(Repeat{}, time.Unix(0, 0), MaskOf(0), false)
	if s.Due() != 0 {
		t.Fatal("templates due without a reason")
	}
	s.Refresh()
	s.Begin(Repeat{}, time.Unix(0, 0), MaskOf(0), false)
	if s.Due() != MaskOf(0) {
		t.Fatal("Refresh makes nothing due")
	}
	begin()
	s.Begin(Repeat{}, time.Unix(0, 0), MaskOf(0), false)
	if s.Due() != 0 {
		t.Error("Refresh works twice")
	}
}
