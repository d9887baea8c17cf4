package ring

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestChecked(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Options
		want    string // of the error; "" is none
	}{
		{"least", Options{Interface: "eth0"}, ""},
		{"most", Options{Interface: "eth0", Workers: 256, Direction: Both, SnapLength: 65535, Size: 1 << 30, BlockTimeout: 10 * time.Second}, ""},
		{"smallest", Options{Interface: "eth0", Workers: 3, SnapLength: 64, Size: 3 * MinSize, BlockTimeout: time.Millisecond}, ""},
		{"no name", Options{}, "capture: no interface is named"},
		{"workers", Options{Interface: "eth0", Workers: 257}, `capture from "eth0": 257 workers: want 1 to 256`},
		{"fewer workers", Options{Interface: "eth0", Workers: -1}, `capture from "eth0": -1 workers: want 1 to 256`},
		{"direction", Options{Interface: "eth0", Direction: 3}, `capture from "eth0": direction 3: want in, out or both`},
		{"snap length", Options{Interface: "eth0", SnapLength: 63}, `capture from "eth0": snap length 63: want 64 to 65535, or 0 for whole frames`},
		{"longer", Options{Interface: "eth0", SnapLength: 65536}, `capture from "eth0": snap length 65536: want 64 to 65535, or 0 for whole frames`},
		{"size", Options{Interface: "eth0", Workers: 2, Size: 2*MinSize - 1}, `capture from "eth0": ring size 524287 for 2 workers: want 262144 to 2146435072 octets a worker, or 0 for the default`},
		{"larger", Options{Interface: "eth0", Size: maxSize + 1}, `capture from "eth0": ring size 2146435073 for 1 workers: want 262144 to 2146435072 octets a worker, or 0 for the default`},
		{"negative", Options{Interface: "eth0", Size: -1}, `capture from "eth0": ring size -1 for 1 workers: want 262144 to 2146435072 octets a worker, or 0 for the default`},
		{"timeout", Options{Interface: "eth0", BlockTimeout: time.Millisecond - 1}, `capture from "eth0": block timeout 999.999µs: want 1ms to 10s`},
		{"longer timeout", Options{Interface: "eth0", BlockTimeout: 11 * time.Second}, `capture from "eth0": block timeout 11s: want 1ms to 10s`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if _, err := c.options.checked(); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("error %q, want %q", got, c.want)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	got, err := Options{Interface: "eth0"}.checked()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Options{Interface: "eth0", Workers: 1, BlockTimeout: 60 * time.Millisecond}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMilliseconds(t *testing.T) {
	for timeout, want := range map[time.Duration]uint32{
		time.Millisecond: 1, time.Millisecond + 1: 2, 60 * time.Millisecond: 60, 10 * time.Second: 10000,
	} {
		if got := (Options{BlockTimeout: timeout}).milliseconds(); got != want {
			t.Errorf("%v: %d ms, want %d", timeout, got, want)
		}
	}
}

func TestDirectionTexts(t *testing.T) {
	for d, want := range map[Direction]string{In: "in", Out: "out", Both: "both", 7: "direction 7"} {
		if got := d.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
