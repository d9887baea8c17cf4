package livetest

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
)

// sample notes what the device holds.
func (s *soak) sample() {
	s.t.Helper()
	r := resourcesOf(s.device)
	r.goroutines = goroutines(s.device)
	s.life().samples = append(s.life().samples, r)
}

// goroutines asks the device's profile.
func goroutines(d *device) (n int) {
	d.t.Helper()
	client := &http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", d.path("pprof"))
		},
	}}
	answer, err := client.Get("http://pprof/debug/pprof/goroutine?debug=1")
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	line, err := bufio.NewReader(answer.Body).ReadString('\n')
	if err == nil {
		_, err = fmt.Sscanf(line, "goroutine profile: total %d", &n)
	}
	if err != nil {
		d.t.Fatalf("%q: %v", line, err)
	}
	return n
}

// fewest samples are too few to compare.
const fewest = 60

// flat compares the medians of the first and the last third of the longest life, after a fifth of it to warm up.
func (s *soak) flat() {
	s.t.Helper()
	var all []resources
	for _, l := range s.lives {
		if len(l.samples) > len(all) {
			all = l.samples
		}
	}
	all = all[len(all)/5:]
	third := len(all) / 3
	if third == 0 {
		return
	}
	first, last := medianUse(all[:third]), medianUse(all[len(all)-third:])
	s.t.Logf("medians of the first and the last third of %d samples: %+v, %+v", len(all), first, last)
	if risen := first.flat(last); risen != "" && len(all) >= fewest {
		s.t.Errorf("it is not flat: %s", risen)
	}
}

func medianUse(all []resources) resources {
	of := func(value func(*resources) int) int {
		var values []int
		for i := range all {
			values = append(values, value(&all[i]))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return resources{
		anonymous: of(func(r *resources) int { return r.anonymous }), resident: of(func(r *resources) int { return r.resident }),
		descriptors: of(func(r *resources) int { return r.descriptors }), threads: of(func(r *resources) int { return r.threads }),
		goroutines: of(func(r *resources) int { return r.goroutines }),
	}
}
