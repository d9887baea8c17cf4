package human

import "testing"

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ want, got string }{
		{"0", Number(0)},
		{"999", Number(999)},
		{"1,000", Number(1000)},
		{"1,234,567", Number(1_234_567)},
		{"18,446,744,073,709,551,615", Number(1<<64 - 1)},
		{"1 file", Count(1, "file")},
		{"0 files", Count(0, "file")},
		{"2,000 files", Count(2000, "file")},
		{"1 batch", Plural(1, "batch", "batches")},
		{"0 batches", Plural(0, "batch", "batches")},
		{"2,000 batches", Plural(2000, "batch", "batches")},
		{"0 B", Octets(0)},
		{"999 B", Octets(999)},
		{"1 kB", Octets(1000)},
		{"1.23 MB", Octets(1_234_567)},
		{"1 MB", Octets(999_600)},
		{"1 MB", Octets(999_999)},
		{"9.22 EB", Octets(1<<63 - 1)},
		{"9.22 EB", Octets(1 << 63)},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
