package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sagflow/sagflow/config"
)

// reloadable are the sections that a reload puts in force; all else needs a restart.
var reloadable = []string{"flowlog.", "api."} //nolint:gochecknoglobals // a constant list

// reloader is a config.Source whose configuration is read anew on request: Reload replaces the source that it stands
// for.
type reloader struct {
	path   string
	build  func(*config.Agent) (config.Source, error)
	mu     sync.Mutex
	inner  config.Source
	before []config.Setting
	change chan struct{} // closed when inner was replaced
}

func newReloader(path string, first config.Source, build func(*config.Agent) (config.Source, error)) *reloader {
	r := &reloader{path: path, build: build, inner: first, change: make(chan struct{})}
	r.before, _, _ = r.read() // it was read a moment ago
	return r
}

func (r *reloader) read() ([]config.Setting, *config.Agent, error) {
	report, err := config.Check(r.path, config.CheckOptions{Env: os.Getenv, Now: time.Now(), NoCredentials: true, Values: filterChecks()})
	if err != nil {
		return nil, nil, err
	}
	return report.Settings, report.Agent, nil
}

// Reload reads the configuration anew. An error leaves the one before in force.
func (r *reloader) Reload() error {
	settings, device, err := r.read()
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if keys := differences(r.before, settings); len(keys) > 0 {
		return fmt.Errorf("%s: restart needed: %s changed, and only flowlog and api can be reloaded; what was in force stays", r.path, strings.Join(keys, ", "))
	}
	next, err := r.build(device)
	if err != nil {
		return err
	}
	r.inner, r.before = next, settings
	close(r.change)
	r.change = make(chan struct{})
	return nil
}

// differences are the keys that have other values, but for those that can be reloaded.
func differences(before, after []config.Setting) []string {
	values := map[string]string{}
	for _, s := range before {
		values[s.Key] = s.Value
	}
	var keys []string
	for _, s := range after {
		was, there := values[s.Key]
		delete(values, s.Key)
		if there && was == s.Value || slices.ContainsFunc(reloadable, func(p string) bool { return strings.HasPrefix(s.Key, p) }) {
			continue
		}
		keys = append(keys, s.Key)
	}
	for key := range values {
		if !slices.ContainsFunc(reloadable, func(p string) bool { return strings.HasPrefix(key, p) }) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (r *reloader) current() (config.Source, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.inner, r.change
}

// Run implements config.Source.
func (r *reloader) Run(ctx context.Context, apply func(context.Context, config.Desired) error) error {
	for {
		source, changed := r.current()
		inner, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- source.Run(inner, apply) }()
		err := error(nil)
		select {
		case <-changed:
			cancel()
			<-ended //nolint:errcheck // it was told to end
			continue
		case err = <-ended:
			cancel()
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		select { // it can't be mended, but by another configuration
		case <-changed:
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		}
	}
}

// Status implements config.Source.
func (r *reloader) Status() config.SourceStatus {
	source, _ := r.current()
	return source.Status()
}
