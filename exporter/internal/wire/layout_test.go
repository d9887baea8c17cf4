package wire

import (
	"testing"

	"github.com/sagflow/sagflow/internal/ie"
)

// small is a layout of two kinds of flows, with records of 5 and 58 octets, and one of options.
func small(align int) *Layout {
	return NewLayout(Layout{
		HeaderLength: 20,
		TemplateSet:  0,
		OptionsSet:   1,
		Align:        align,
		Templates: []Template{
			{ID: 256, Fields: []Field{{ie.SourceIPv4Address, 4}, {ie.ProtocolIdentifier, 1}}},
			{ID: 257, Fields: []Field{{ie.InterfaceName, 58}}},
			{ID: 258, Scope: 1, Fields: []Field{{ie.ExportingProcessId, 4}}},
		},
	})
}

func TestAppendTemplates(t *testing.T) {
	tests := []struct {
		name  string
		align int
		kinds Mask
		want  string
	}{
		{"none", 4, 0, ""},
		{"one", 4, MaskOf(0), "0000 0010 0100 0002 0008 0004 0004 0001"},
		{"two in one set", 4, MaskOf(0) | MaskOf(1), "0000 0018 0100 0002 0008 0004 0004 0001 0101 0001 0052 003a"},
		{"options, padded", 4, MaskOf(2), "0001 0010 0102 0001 0001 0090 0004 0000"},
		{"options, not padded", 1, MaskOf(2), "0001 000e 0102 0001 0001 0090 0004"},
		{"both", 1, MaskOf(1) | MaskOf(2), "0000 000c 0101 0001 0052 003a 0001 000e 0102 0001 0001 0090 0004"},
	}
	for _, tt := range tests {
		if got := hexWords(small(tt.align).AppendTemplates(nil, tt.kinds)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestAppendV9Options: scope and options are told in octets, each template that is alone has its set.
func TestAppendV9Options(t *testing.T) {
	l := alone(4, true)
	want := "0000 000c 0100 0001 0004 0001 " +
		"0001 0014 0101 0004 0004 0002 0004 0052 0003 0000 " +
		"0001 0010 0102 0004 0000 0001 0004 0000"
	if got := hexWords(l.AppendTemplates(nil, MaskBelow(3))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// alone is a layout of a kind of flow and two kinds of options that are alone.
func alone(align int, v9 bool) *Layout {
	return NewLayout(Layout{
		HeaderLength: 20, TemplateSet: 0, OptionsSet: 1, Align: align, V9Options: v9,
		Templates: []Template{
			{ID: 256, Fields: []Field{{ie.ProtocolIdentifier, 1}}},
			{ID: 257, Scope: 1, Alone: true, Fields: []Field{{2, 4}, {ie.InterfaceName, 3}}},
			{ID: 258, Scope: 1, Alone: true, Fields: []Field{{1, 4}}},
		},
	})
}

func TestCloseSet(t *testing.T) {
	for n, want := range map[int]string{
		4: "0100 0008 aaaa aaaa",
		5: "0100 000c aaaa aaaa aa00 0000",
		6: "0100 000c aaaa aaaa aaaa 0000",
		7: "0100 000c aaaa aaaa aaaa aa00",
	} {
		dst := AppendSet([]byte("before"), 256)
		for range n {
			dst = append(dst, 0xaa)
		}
		dst = small(4).CloseSet(dst, len("before"))
		if got := hexWords(dst[len("before"):]); got != want {
			t.Errorf("%d octets: %s, want %s", n, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	l := small(4)
	if got, want := l.MinLimit(), 20+4+60; got != want {
		t.Errorf("MinLimit() = %d, want header, set header and the longest record padded: %d", got, want)
	}
	for limit, want := range map[int]int{0: 0, 24: 0, 28: 0, 29: 1, 33: 1, 34: 2, 1472: 289, -5: 0} {
		if got := l.Capacity(limit); got != want {
			t.Errorf("Capacity(%d) = %d, want %d", limit, got, want)
		}
	}
	if got := l.Capacity(1 << 30); got != MaxRecords {
		t.Errorf("Capacity(2³⁰) = %d, want %d", got, MaxRecords)
	}
}
