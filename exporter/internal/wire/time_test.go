package wire

import (
	"math"
	"testing"

	"github.com/sagflow/sagflow/flowtable"
)

func TestHeaderSecond(t *testing.T) {
	tests := []struct {
		name  string
		nanos int64
		want  int64
	}{
		{"whole second", 5e9, 5},
		{"a nanosecond later", 5e9 + 1, 6},
		{"a nanosecond before", 5e9 - 1, 5},
		{"1970", 0, 0},
		{"before 1970", -1, 0},
		{"long before 1970", math.MinInt64, 0},
		{"last second of 32 bits", MaxSecond * 1e9, MaxSecond},
		{"later", MaxSecond*1e9 + 1, MaxSecond},
		{"as late as packets get", flowtable.MaxTime, MaxSecond},
		{"as late as numbers get", math.MaxInt64, MaxSecond},
	}
	for _, tt := range tests {
		if got := HeaderSecond(tt.nanos); got != tt.want {
			t.Errorf("%s: HeaderSecond(%d) = %d, want %d", tt.name, tt.nanos, got, tt.want)
		}
	}
}

func TestMilliseconds(t *testing.T) {
	tests := []struct {
		nanos int64
		want  uint64
	}{
		{0, 0},
		{999_999, 0},
		{1_000_000, 1},
		{1_709_251_198_001_000_999, 1_709_251_198_001},
		{-1, 0},
		{math.MinInt64, 0},
		{flowtable.MaxTime, 4_611_686_018_427},
	}
	for _, tt := range tests {
		if got := Milliseconds(tt.nanos); got != tt.want {
			t.Errorf("Milliseconds(%d) = %d, want %d", tt.nanos, got, tt.want)
		}
	}
}

func TestUnrepresentable(t *testing.T) {
	tests := []struct {
		first, last int64
		want        bool
	}{
		{0, 0, false},
		{0, math.MaxInt64, false},
		{-1, 0, true},
		{-5, -1, true},
		{1, -1, true},
	}
	for _, tt := range tests {
		if got := Unrepresentable(tt.first, tt.last); got != tt.want {
			t.Errorf("Unrepresentable(%d, %d) = %v", tt.first, tt.last, got)
		}
	}
}
