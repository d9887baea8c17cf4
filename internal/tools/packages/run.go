package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// options are the command line's.
type options struct {
	out, version, goCommand string
	only                    []string // all architectures if empty
}

// maker makes the packages of one version.
type maker struct {
	tools
	out     string
	work    string // a folder that ends with the run
	version version
	time    time.Time // of the commit; all files have it
}

func run(ctx context.Context, o options) error {
	targets, err := choose(o.only)
	if err != nil {
		return err
	}
	m := &maker{tools: tools{goCommand: o.goCommand}}
	if m.out, err = filepath.Abs(o.out); err != nil {
		return err
	}
	if m.time, err = m.commitTime(ctx, os.Getenv("SOURCE_DATE_EPOCH")); err != nil {
		return err
	}
	if m.version, err = m.describe(ctx, o.version, m.time); err != nil {
		return err
	}
	if m.work, err = os.MkdirTemp("", "sagflow-packages"); err != nil {
		return err
	}
	defer os.RemoveAll(m.work) //nolint:errcheck // nothing can be done about it
	if err := m.stage(); err != nil {
		return err
	}
	if err := m.buildTools(ctx, m.work); err != nil {
		return err
	}
	if err := empty(o.out); err != nil {
		return err
	}
	for _, t := range targets {
		fmt.Printf("packages of %s for %s\n", m.version.program, t.arch)
		if err := m.make(ctx, t); err != nil {
			return fmt.Errorf("make packages for %s: %w", t.arch, err)
		}
	}
	return writeSums(o.out)
}

// empty makes a folder anew.
func empty(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

// make makes all packages of one architecture.
func (m *maker) make(ctx context.Context, t target) error {
	programs := filepath.Join(m.work, t.arch)
	for _, program := range t.programs() {
		path := filepath.Join(programs, program)
		if err := m.build(ctx, t, program, path, m.version.program); err != nil {
			return err
		}
		if err := errors.Join(os.Chmod(path, 0o755), m.settle(path)); err != nil { //nolint:gosec // for everybody to run
			return err
		}
		bill := filepath.Join(m.out, fmt.Sprintf("%s_%s_%s.cdx.json", program, m.version.deb, t.arch))
		if err := m.bill(ctx, path, bill, m.version.program); err != nil {
			return err
		}
		for _, format := range formats() {
			if err := m.pack(ctx, t, program, format, programs); err != nil {
				return err
			}
		}
	}
	return m.tarball(t, filepath.Join(programs, "sagflow"))
}

// commitTime is SOURCE_DATE_EPOCH, in seconds, where it is set, else the time of the last commit.
func (t *tools) commitTime(ctx context.Context, epoch string) (time.Time, error) {
	if epoch == "" {
		text, err := t.output(ctx, "", nil, "git", "log", "-1", "--format=%ct")
		if err != nil {
			return time.Time{}, err
		}
		epoch = text
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil || seconds < 0 {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH %q: want seconds since 1970", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// describe is the version that was asked for, else what git calls the commit.
func (t *tools) describe(ctx context.Context, asked string, commit time.Time) (version, error) {
	if asked == "" {
		text, err := t.output(ctx, "", nil, "git", "describe", "--tags", "--always", "--dirty")
		if err != nil {
			return version{}, err
		}
		asked = text
	}
	return parseVersion(asked, commit)
}
