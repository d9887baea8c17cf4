package collector

import (
	"reflect"
	"testing"
)

// add is written by hand: no field may be missing in it.
func TestCountersAdd(t *testing.T) {
	var a, b Counters
	fields := reflect.ValueOf(&b).Elem()
	for i := range fields.NumField() {
		fields.Field(i).SetUint(uint64(i + 1))
	}
	a.add(&b)
	a.add(&b)
	sums := reflect.ValueOf(a)
	for i := range sums.NumField() {
		if got := sums.Field(i).Uint(); got != 2*uint64(i+1) {
			t.Errorf("%s: %d, want %d", sums.Type().Field(i).Name, got, 2*(i+1))
		}
	}
}
