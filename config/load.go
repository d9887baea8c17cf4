package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Environ reads an environment variable, "" for an unset one: os.Getenv.
type Environ func(name string) string

// ValueCheck is what a program knows of a value and this package doesn't: whether a filter is one.
type ValueCheck struct {
	// Key is a path of keys, filter.match.
	Key string
	// Check says what is wrong with a value that the file gives the key; it may be called at any time.
	Check func(value string) error
}

// Load reads a device's configuration, checks all of it, and fills the defaults in. Its error is a Faults
// that names everything that is wrong, or what kept the file from being read. Where requests are to be
// signed, the environment must have a whole access key or the file must name a credentials file; that
// file itself may come and go while a device runs (Check looks into it).
func Load(path string, env Environ, checks ...ValueCheck) (*Agent, error) {
	d, err := load(path, checks)
	if err != nil {
		return nil, err
	}
	d.checkEnvironment(env)
	if err := d.faults.sorted(); err != nil {
		return nil, err
	}
	return &d.Agent, nil
}

// Decode is Load of a text, without the environment; name is that of its file, in whose folder relative
// paths start.
func Decode(name string, text []byte) (*Agent, error) {
	d := newDecoder(name)
	d.decode(text)
	if err := d.faults.sorted(); err != nil {
		return nil, err
	}
	return &d.Agent, nil
}

// load decodes a file, faults and all.
func load(path string, checks []ValueCheck) (*decoder, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration %q: %w", path, err)
	}
	d := newDecoder(path)
	d.checks = map[string]func(string) error{}
	for _, c := range checks {
		d.checks[c.Key] = c.Check
	}
	d.decode(text)
	return d, nil
}

// readFile reads at most a byte more than a configuration may have.
func readFile(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes must not hold it up
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	return text, bare(err)
}

// bare is a file error without the path, which the caller names.
func bare(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}
