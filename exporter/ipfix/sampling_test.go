package ipfix

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sagflow/sagflow/exporter"
	"github.com/sagflow/sagflow/exporter/internal/wire/wiretest"
)

// TestGoldenSampling is the end of a session's first message: the options template and record of how
// packets are sampled.
func TestGoldenSampling(t *testing.T) {
	e := New(exporter.EncoderOptions{Domain: 258, Sampling: 10})
	s := wiretest.One(t, e, nil, 1472, exporter.Moment{Clock: wiretest.Start().UnixNano()}, nil)
	wiretest.Golden(t, "testdata/sampling.golden", s.Octets[len(s.Octets)-48:], *update)
}

func TestSampling(t *testing.T) {
	o := options()
	o.Sampling = exporter.MaxSampling
	p := newCollector(t).read(wiretest.One(t, New(o), nil, 1472, at(0), nil).Octets)
	want := []wiretest.Option{{
		Set: 264, Scope: []wiretest.Octets{{Type: 302, Value: "\x00\x00\x00\x00\x00\x00\x00\x01"}},
		Values: []wiretest.Octets{{Type: 304, Value: "\x00\x01"}, {Type: 305, Value: "\x00\x00\x00\x01"}, {Type: 306, Value: "\x00\x00\x3f\xfe"}},
	}}
	if diff := cmp.Diff(want, p.options); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}

// TestSamplingWithTemplates: the record comes once with each round of templates, at any limit.
func TestSamplingWithTemplates(t *testing.T) {
	for limit := New(options()).MinLimit(); limit < 1500; limit += 31 {
		o := options()
		o.Sampling, o.TemplatePackets = 100, 1
		c := newCollector(t)
		rounds, announced := 0, 0
		wiretest.Drive(t, New(o), limit, at(0), wiretest.Mix(300), func(s wiretest.Sent) {
			p := c.read(s.Octets)
			if slices.Contains(p.templates, 256) {
				rounds++
			}
			announced += len(p.options)
		})
		if rounds < 3 || announced < rounds-1 || announced > rounds {
			t.Errorf("limit %d: announced %d times in %d rounds", limit, announced, rounds)
		}
	}
}

// TestNoSampling: without it nothing is other than it was.
func TestNoSampling(t *testing.T) {
	for _, n := range []int{0, 1} {
		o := options()
		o.Sampling = n
		p := newCollector(t).read(wiretest.One(t, New(o), nil, 1472, at(0), wiretest.Mix(4)).Octets)
		if len(p.options) != 0 || slices.Contains(p.templates, 264) {
			t.Errorf("one in %d: options %+v, templates %v", n, p.options, p.templates)
		}
	}
}
