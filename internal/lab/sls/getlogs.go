package sls

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
)

// complete is the progress of a search that looked at everything.
const complete = "Complete"

// getLogs answers a POST with {meta, data}, compressed if the client wants it, and a GET with the array of logs.
func (h *Handler) getLogs(c *call) (answer, error) {
	s, err := c.readSearch()
	if err != nil {
		return answer{}, err
	}
	l, err := h.o.Store.Logstore(c.project, c.logstore)
	if err != nil {
		return answer{}, err
	}
	p := newPage(s)
	sum, err := h.scan(c.http.Context(), l, s, p.add)
	if err != nil {
		return answer{}, err
	}
	logs := render(p.logs())
	if c.http.Method == http.MethodGet {
		a, err := jsonAnswer(logs)
		return a.with(headerCount, strconv.Itoa(len(logs))).with(headerProgress, complete), err
	}
	a, err := jsonAnswer(logsAnswer{meta{
		Progress: complete, WhereQuery: s.Query, ProcessedRows: sum.logs, ProcessedBytes: sum.bytes,
		Count: len(logs), TelemetryType: "logs", IsAccurate: true,
	}, logs})
	if err != nil {
		return answer{}, err
	}
	return a.compressed(c.accepts())
}

// logsAnswer is the body of GetLogs as the Go SDK wants it.
type logsAnswer struct {
	Meta meta                `json:"meta"`
	Data []map[string]string `json:"data"`
}

type meta struct {
	Progress           string  `json:"progress"`
	AggQuery           string  `json:"aggQuery"`
	WhereQuery         string  `json:"whereQuery"`
	HasSQL             bool    `json:"hasSQL"`
	ProcessedRows      int64   `json:"processedRows"`
	ElapsedMillisecond int64   `json:"elapsedMillisecond"`
	CPUSec             float64 `json:"cpuSec"`
	CPUCores           float64 `json:"cpuCores"`
	Limited            int64   `json:"limited"`
	Count              int     `json:"count"`
	ProcessedBytes     int64   `json:"processedBytes"`
	TelemetryType      string  `json:"telementryType"`
	PowerSQL           bool    `json:"powerSql"`
	InsertedSQL        string  `json:"insertedSQL"`
	IsAccurate         bool    `json:"isAccurate"`
}

// page keeps the logs that a search shows: sorted by time, then by coming, some left out in front.
type page struct {
	offset, line int
	reverse      bool
	kept         []found
}

func newPage(s *search) *page {
	return &page{offset: int(s.Offset), line: int(*s.Line), reverse: s.Reverse}
}

// add keeps a log; when there are twice as many as will be shown, the rest goes.
func (p *page) add(f found) {
	p.kept = append(p.kept, f)
	if len(p.kept) >= 2*(p.offset+p.line)+maxLines {
		p.trim()
	}
}

func (p *page) trim() {
	slices.SortFunc(p.kept, func(a, b found) int {
		order := cmp.Or(cmp.Compare(a.log.Time, b.log.Time), cmp.Compare(a.log.Nanos, b.log.Nanos), cmp.Compare(a.order, b.order))
		if p.reverse {
			return -order
		}
		return order
	})
	p.kept = slices.Clip(p.kept[:min(len(p.kept), p.offset+p.line)])
}

func (p *page) logs() []found {
	p.trim()
	return p.kept[min(p.offset, len(p.kept)):]
}
