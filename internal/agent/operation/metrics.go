package operation

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sagflow/sagflow/internal/agent"
	"github.com/sagflow/sagflow/internal/capture/tap"
)

// maxScrapes are answered at once.
const maxScrapes = 4

// view is a status as the families look at it.
type view struct {
	*agent.Status
	version  string
	names    *names
	totals   []totalOf
	labelled []tap.Status // Interfaces by label
}

// collector makes metrics of one status a scrape. Any goroutine may use it.
type collector struct {
	status   func() *agent.Status
	version  string
	names    *names
	families []described
}

// described is a family as the client library wants it.
type described struct {
	family
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func newCollector(o Options) *collector {
	c := &collector{status: o.Status, version: o.Version, names: newNames()}
	for _, s := range sections() {
		for _, f := range s.families {
			kind := prometheus.GaugeValue
			if f.kind == counter {
				kind = prometheus.CounterValue
			}
			c.families = append(c.families, described{f, prometheus.NewDesc(prefix+f.name, f.help+".", f.labels, nil), kind})
		}
	}
	return c
}

// metrics serves them. The registry is this server's own: many devices fit into a process.
func metrics(o Options) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(o)) // its families are constant, and a test registers them
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog: errorLog{o.Log}, ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: maxScrapes,
	})
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for i := range c.families {
		to <- c.families[i].desc
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	s := c.status()
	if s == nil {
		c.families[0].send(&view{version: c.version}, to) // build_info is known before there is a status
		return
	}
	v := &view{s, c.version, c.names, totals(s), labelled(s.Interfaces, c.names.interfaces)}
	for i := range c.families {
		c.families[i].send(v, to)
	}
}

func (d *described) send(v *view, to chan<- prometheus.Metric) {
	d.values(v, func(value float64, labels ...string) {
		m, err := prometheus.NewConstMetric(d.desc, d.kind, value, labels...)
		if err != nil {
			m = prometheus.NewInvalidMetric(d.desc, err)
		}
		to <- m
	})
}

// errorLog takes what promhttp has to say: that who asked is gone.
type errorLog struct{ log *slog.Logger }

// Println implements promhttp.Logger.
func (l errorLog) Println(v ...any) { l.log.Debug("a scrape failed", "error", fmt.Sprint(v...)) }
