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

// reloadable are the keys that a reload puts in force, by what they change; all else needs a restart. One with a dot at
// its end is a section.
type reloadable []string

// What a reload changes.
var ( //nolint:gochecknoglobals // constant lists
	sourceKeys  = reloadable{"flowlog.", "api."}
	linkKeys    = reloadable{"interfaces", "direction"}
	captureKeys = reloadable{"snap-length", "ring-size", "promiscuous"}
	filterKeys  = reloadable{"filter", "filter.match"} // where the second is given, the first is not
	exportKeys  = reloadable{"export-rate", "mtu", "template-packets", "template-interval", "stats-interval", "observation-domain", "source-address"}
	allKeys     = []reloadable{sourceKeys, linkKeys, captureKeys, filterKeys, exportKeys}
)

func (r reloadable) has(key string) bool {
	return slices.ContainsFunc(r, func(k string) bool {
		return k == key || strings.HasSuffix(k, ".") && strings.HasPrefix(key, k)
	})
}

// in says that one of the changed keys is among them.
func (r reloadable) in(changed []string) bool { return slices.ContainsFunc(changed, r.has) }

// reloader is a config.Source whose configuration is read anew on request: Reload replaces the source that it stands
// for, and has apply change what else is in force.
type reloader struct {
	path  string
	build func(*config.Agent) (config.Source, error)
	// apply puts the keys that have changed in force, but for those of the source. An error leaves all as it was.
	apply func(ctx context.Context, next *config.Agent, changed []string) error

	reloading sync.Mutex // held by Reload alone: a status need not wait for it
	before    []config.Setting

	mu     sync.Mutex
	inner  config.Source
	export int           // see config.Desired
	failed error         // of the last Reload
	change chan struct{} // closed when inner was replaced
}

func newReloader(path string, first config.Source, build func(*config.Agent) (config.Source, error)) (*reloader, error) {
	r := &reloader{path: path, build: build, inner: first, change: make(chan struct{})}
	var err error
	r.before, _, err = r.read()
	return r, err
}

func (r *reloader) read() ([]config.Setting, *config.Agent, error) {
	report, err := config.Check(r.path, config.CheckOptions{Env: os.Getenv, Now: time.Now(), NoCredentials: true, Values: filterChecks()})
	if err != nil {
		return nil, nil, err
	}
	return report.Settings, report.Agent, nil
}

// Reload reads the configuration anew. An error leaves the one before in force, and stands in the status until a reload
// succeeds.
func (r *reloader) Reload(ctx context.Context) error {
	r.reloading.Lock()
	defer r.reloading.Unlock()
	err := r.reload(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = err
	return err
}

func (r *reloader) reload(ctx context.Context) error {
	settings, device, err := r.read()
	if err != nil {
		return err
	}
	changed := differences(r.before, settings)
	if keys := fixed(changed); len(keys) > 0 {
		return fmt.Errorf("%s: restart needed: %s changed, which can't be while it runs; what was in force stays", r.path, strings.Join(keys, ", "))
	}
	next, err := r.build(device)
	if err != nil {
		return err
	}
	if r.apply != nil {
		if err := r.apply(ctx, device, changed); err != nil {
			return err
		}
	}
	r.before = settings
	r.replace(next, exportKeys.in(changed))
	return nil
}

// replace puts another source in the place of inner.
func (r *reloader) replace(next config.Source, exports bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if exports {
		r.export++
	}
	r.inner = next
	close(r.change)
	r.change = make(chan struct{})
}

// differences are the keys that have other values.
func differences(before, after []config.Setting) []string {
	values := map[string]string{}
	for _, s := range before {
		values[s.Key] = s.Value
	}
	var keys []string
	for _, s := range after {
		if was, there := values[s.Key]; !there || was != s.Value {
			keys = append(keys, s.Key)
		}
		delete(values, s.Key)
	}
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// fixed are those of the keys that need a restart.
func fixed(changed []string) []string {
	return slices.DeleteFunc(slices.Clone(changed), func(key string) bool {
		return slices.ContainsFunc(allKeys, func(r reloadable) bool { return r.has(key) })
	})
}

func (r *reloader) current() (config.Source, int, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.inner, r.export, r.change
}

// Run implements config.Source.
func (r *reloader) Run(ctx context.Context, apply func(context.Context, config.Desired) error) error {
	for {
		source, export, changed := r.current()
		inner, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() {
			ended <- source.Run(inner, func(ctx context.Context, d config.Desired) error {
				d.Export = export
				return apply(ctx, d)
			})
		}()
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
	source, _, _ := r.current()
	s := source.Status()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed != nil {
		s.Reload = r.failed.Error()
	}
	return s
}
