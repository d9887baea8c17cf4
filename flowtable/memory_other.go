//go:build !linux && !darwin

package flowtable

// reserve falls back to the Go heap where there is no anonymous mapping.
func reserve(n int) ([]byte, error) { return make([]byte, n), nil }

func release([]byte) error { return nil }
