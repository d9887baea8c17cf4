package sls

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/query"
)

// The bounds of a search (public documentation of GetLogs).
const (
	maxLines  = 100
	maxOffset = 1_000_000
)

// search is what GetLogs and GetHistograms are asked. The times are in seconds and the nanoseconds on top; the
// window is [from, to).
type search struct {
	From     int64  `json:"from"`
	To       int64  `json:"to"`
	FromNano int64  `json:"fromNs"`
	ToNano   int64  `json:"toNs"`
	Topic    string `json:"topic"`
	Query    string `json:"query"`
	Line     *int64 `json:"line"`
	Offset   int64  `json:"offset"`
	Reverse  bool   `json:"reverse"`

	interval int64
	parsed   *query.Query
}

// readSearch reads the body of a POST, or the query of a GET.
func (c *call) readSearch() (*search, error) {
	s := &search{}
	var err error
	if c.http.Method == http.MethodPost {
		if err = json.Unmarshal(c.body, s); err != nil {
			err = apierror.Invalid("the body is not a search in JSON: %.200v", err)
		}
	} else {
		err = s.readQuery(c)
	}
	if err != nil {
		return nil, err
	}
	return s, s.check()
}

func (s *search) readQuery(c *call) error {
	line := int64(maxLines)
	for _, p := range []struct {
		name, code string
		to         *int64
	}{
		{"from", "InvalidTimeRange", &s.From},
		{"to", "InvalidTimeRange", &s.To},
		{"fromNs", "InvalidTimeRange", &s.FromNano},
		{"toNs", "InvalidTimeRange", &s.ToNano},
		{"line", "InvalidLine", &line},
		{"offset", "InvalidOffset", &s.Offset},
		{"interval", "ParameterInvalid", &s.interval},
	} {
		given := c.query.Get(p.name)
		if given == "" {
			continue
		}
		n, err := strconv.ParseInt(given, 10, 64)
		if err != nil {
			return apierror.Bad(p.code, "%s %.40q: want a whole number", p.name, given)
		}
		*p.to = n
	}
	s.Line, s.Topic, s.Query = &line, c.query.Get("topic"), c.query.Get("query")
	switch given := c.query.Get("reverse"); given {
	case "", "false":
	case "true":
		s.Reverse = true
	default:
		return apierror.Bad("InvalidReverse", "reverse %.40q: want true or false", given)
	}
	return nil
}

func (s *search) check() (err error) {
	const second = 1_000_000_000
	if s.Line == nil {
		s.Line = new(int64(maxLines))
	}
	switch {
	case s.From < 0 || s.To > math.MaxUint32 || s.FromNano < 0 || s.ToNano < 0 || s.FromNano >= second || s.ToNano >= second:
		return apierror.Bad("InvalidTimeRange", "from %d and to %d: want seconds since 1970, and less than a second of fromNs and toNs", s.From, s.To)
	case s.From > s.To || (s.From == s.To && s.FromNano >= s.ToNano):
		return apierror.Bad("InvalidTimeRange", "from %d, to %d: want to to be after from", s.From, s.To)
	case *s.Line < 0 || *s.Line > maxLines:
		return apierror.Bad("InvalidLine", "line %d: want 0 to %d", *s.Line, maxLines)
	case s.Offset < 0 || s.Offset > maxOffset:
		return apierror.Bad("InvalidOffset", "offset %d: want 0 to %d", s.Offset, maxOffset)
	}
	s.parsed, err = query.Parse(s.Query)
	if bad := (*query.Error)(nil); errors.As(err, &bad) {
		if bad.SQL {
			return apierror.NotSupported("%v", bad)
		}
		return apierror.Bad("InvalidQueryString", "%v", bad)
	}
	return err
}

// holds says whether a log is within the times.
func (s *search) holds(l *loggroup.Log) bool {
	at, nano := int64(l.Time), int64(l.Nanos)
	return (at > s.From || (at == s.From && nano >= s.FromNano)) && (at < s.To || (at == s.To && nano < s.ToNano))
}
