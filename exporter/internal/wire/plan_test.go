package wire

import "testing"

// TestPlanIsExact fills datagrams at every limit and compares the plan's size with what is written.
func TestPlanIsExact(t *testing.T) {
	for _, align := range []int{1, 4} {
		l := small(align)
		for limit := range 400 {
			p := l.NewPlan(limit, 0)
			var records [3]int
			for i := 0; p.AddRecord([]int{0, 0, 1, 2, 0, 1}[i%6]); i++ {
				records[[]int{0, 0, 1, 2, 0, 1}[i%6]]++
			}
			written := make([]byte, l.HeaderLength)
			written = l.AppendTemplates(written, p.Templates())
			count := 0
			for k, n := range records {
				if p.Templates().Has(k) {
					count++
				}
				if n == 0 {
					continue
				}
				start := len(written)
				written = AppendSet(written, l.Templates[k].ID)
				written = append(written, make([]byte, n*l.Templates[k].RecordLength())...)
				written = l.CloseSet(written, start)
				count += n
			}
			if p.Size() != len(written) || p.Count() != count {
				t.Fatalf("align %d, limit %d: planned %d octets and %d records, written %d and %d",
					align, limit, p.Size(), p.Count(), len(written), count)
			}
			if p.Size() > max(limit, l.HeaderLength) {
				t.Fatalf("align %d, limit %d: planned %d octets", align, limit, p.Size())
			}
			if p.Empty() != (count == 0) || p.HasRecords() != (records != [3]int{}) {
				t.Fatalf("align %d, limit %d: Empty %v, HasRecords %v with %d records", align, limit, p.Empty(), p.HasRecords(), count)
			}
		}
	}
}

// TestPlanAloneIsExact does the same with kinds of which each record and template has its set.
func TestPlanAloneIsExact(t *testing.T) {
	for _, align := range []int{1, 4} {
		l := alone(align, align == 4)
		for limit := range 300 {
			p := l.NewPlan(limit, 0)
			var records [3]int
			for i := 0; p.AddRecord(i % 3); i++ {
				records[i%3]++
			}
			written := l.AppendTemplates(make([]byte, l.HeaderLength), p.Templates())
			for k, n := range records {
				for i := range n {
					start := len(written)
					if k > 0 || i == 0 {
						written = AppendSet(written, l.Templates[k].ID)
					}
					written = append(written, make([]byte, l.Templates[k].RecordLength())...)
					if k > 0 {
						written = l.CloseSet(written, start)
					}
				}
				if k == 0 {
					for len(written)%align != 0 {
						written = append(written, 0)
					}
				}
			}
			if p.Size() != len(written) {
				t.Fatalf("align %d, limit %d: planned %d octets, written %d", align, limit, p.Size(), len(written))
			}
		}
	}
}

func TestPlanTemplates(t *testing.T) {
	l := small(4)
	p := l.NewPlan(20+16+8, 0) // header, a set with template 0, template 1
	p.AddTemplates(MaskBelow(3))
	if got, want := p.Templates(), MaskBelow(2); got != want {
		t.Errorf("templates %b, want %b", got, want)
	}
	if !p.AddTemplate(1) {
		t.Error("a template that is there already doesn't fit")
	}
	if p.HasRecords() {
		t.Error("templates count as records")
	}
	if p.AddRecord(0) || p.Has(0) {
		t.Error("a record fits a full datagram")
	}
}

func TestPlanKnownTemplate(t *testing.T) {
	l := small(4)
	p := l.NewPlan(20+4+8, MaskOf(0))
	if !p.AddRecord(0) || p.Templates() != 0 || p.Size() != 20+4+8 || p.Count() != 1 {
		t.Errorf("a record of a known template: %d octets, templates %b", p.Size(), p.Templates())
	}
}

// TestAddNeeded is for records that fit only once their template was sent on its own.
func TestAddNeeded(t *testing.T) {
	l := small(4)
	p := l.NewPlan(20+4+60, 0)
	if p.AddRecord(1) {
		t.Fatal("template and record of 58 octets fit 84")
	}
	p.AddNeeded(1)
	if p.Templates() != MaskOf(1) {
		t.Errorf("templates %b, want only the record's", p.Templates())
	}
	p = l.NewPlan(20+4+60, MaskOf(1))
	p.AddNeeded(1)
	if p.Templates() != 0 || !p.AddRecord(1) {
		t.Error("a known template is sent again, or its record doesn't fit MinLimit")
	}
}
