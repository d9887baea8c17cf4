package rpc

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// deadlines is an answer that notes the read deadlines of its connection.
type deadlines struct {
	http.ResponseWriter
	set []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.set = append(d.set, t)
	return nil
}

// The time limit of a body goes away only once the body is there: net/http reads the rest of one that
// was given up, and would do so for ever.
func TestDeadlineOfBody(t *testing.T) {
	for _, test := range []struct {
		name string
		body *http.Request
		left bool // the last deadline stays
	}{
		{"whole", httptest.NewRequest(http.MethodPost, "/", strings.NewReader("a=b")), false},
		{"cut", httptest.NewRequest(http.MethodPost, "/", iotest.ErrReader(errors.New("i/o timeout"))), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &deadlines{ResponseWriter: httptest.NewRecorder()}
			err := (&call{http: test.body}).readBody(w)
			if (err != nil) != test.left || len(w.set) == 0 {
				t.Fatalf("error %v, deadlines %v", err, w.set)
			}
			if last := w.set[len(w.set)-1]; last.IsZero() == test.left {
				t.Errorf("the last deadline is %v", last)
			}
		})
	}
}
