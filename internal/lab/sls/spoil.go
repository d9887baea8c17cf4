package sls

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
)

// before says whether a fault leaves the action undone.
func before(i fault.Injection) bool {
	if i.Kind.Name == KindAnswer || i.Kind.Name == KindNoRequestID {
		return i.Text("commit") == "no"
	}
	return i.Kind.Before
}

// lies says that a fault would answer with success what was refused. No service does that, and a device that is told
// so loses its batch: the refusal is answered then.
func lies(i fault.Injection, a answer) bool {
	status := i.Int("status") // 0 for those that leave it as it is
	return a.Status >= http.StatusBadRequest && status > 0 && status < http.StatusBadRequest
}

// spoil answers as a fault wants it. a is what would be answered without it, if the action was carried out.
func (h *Handler) spoil(w http.ResponseWriter, c *call, i fault.Injection, a answer) {
	switch i.Kind.Name {
	case KindNoRequestID:
		w.Header().Del(headerRequestID)
		done().send(w)
		return
	case KindAnswer, fault.Status:
		if seconds := i.Int("retry-after"); seconds > 0 {
			w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
		}
		errorAnswer(asked(i)).send(w)
		return
	case fault.HTMLPage, fault.Redirect:
		// Whatever stands in for the service does not know its headers.
		w.Header().Del(headerRequestID)
	}
	a.setHeaders(w)
	if !i.Write(w, c.http, a.Answer) {
		h.o.Faults.Note(i, "the Log Service does not know this kind: the true answer was given")
		a.send(w)
	}
}

// asked is the error of the kinds answer and status.
func asked(i fault.Injection) *apierror.Error {
	code, status := i.Text("code"), int(i.Int("status"))
	if code == "" {
		code = "ServerBusy"
		if status == http.StatusInternalServerError {
			code = "InternalServerError"
		}
	}
	row := tableRow{code, status, "The server answers as it was asked to."}
	if at := slices.IndexFunc(answers(), func(r tableRow) bool { return r.code == code }); at >= 0 {
		row = answers()[at]
	}
	return apierror.New(cmp.Or(status, row.status), code, "%s", cmp.Or(i.Text("message"), row.message))
}
